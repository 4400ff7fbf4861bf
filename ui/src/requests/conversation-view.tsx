import { useMemo } from 'react'
import type { CallSource } from '../api/elastic.ts'
import { useLanguage } from '../messages/language.tsx'
import type { Message } from './bodies/message.ts'
import { isFailed, number, text } from './call-row.ts'
import { readConversation } from './conversation.ts'
import styles from './conversation-view.module.css'
import { PartList } from './part-list.tsx'

/** What was asked and answered, as a conversation. */
export function ConversationView({ record }: { readonly record: CallSource }) {
  const { conversation: texts } = useLanguage().messages
  const conversation = useMemo(() => readConversation(record), [record])
  const { messages, answers, plainAnswer, truncated } = conversation
  const failed = isFailed({
    statusCode: number(record.status_code),
    outcome: text(record.outcome),
  })
  const silent = answers.length === 0 && plainAnswer === undefined
  // answers out of the cache, and speech, are not kept with the call
  const isAway =
    record.outcome === 'cached' || (!failed && (number(record.response_bytes) ?? 0) > 0)
  if (messages.length === 0 && silent) return <p className={styles.note}>{texts.none}</p>
  return (
    <ol className={styles.conversation}>
      {messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the messages of a finished call never change
        <MessageView key={index} message={message} />
      ))}
      {answers.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the answers of a finished call never change
        <MessageView key={index} message={message} title={texts.answer} />
      ))}
      {plainAnswer === undefined ? null : (
        <MessageView
          message={{ role: 'assistant', parts: [{ kind: 'text', text: plainAnswer }] }}
          title={failed ? texts.error : texts.answer}
        />
      )}
      {silent ? (
        <li className={styles.note}>{isAway ? texts.answerNotKept : texts.noAnswer}</li>
      ) : null}
      {truncated ? <li className={styles.note}>{texts.truncated}</li> : null}
    </ol>
  )
}

interface MessageViewProps {
  readonly message: Message
  readonly title?: string
}

function MessageView({ message, title }: MessageViewProps) {
  const { roles, empty } = useLanguage().messages.conversation
  const named: Readonly<Record<string, string | undefined>> = roles
  return (
    <li className={styles.message} data-role={message.role}>
      <h3 className={styles.role}>{title ?? named[message.role] ?? message.role}</h3>
      {message.parts.length === 0 ? <p className={styles.note}>{empty}</p> : null}
      <PartList parts={message.parts} />
    </li>
  )
}
