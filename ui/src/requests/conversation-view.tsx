import type { CallSource } from '../api/elastic.ts'
import { useLanguage } from '../messages/language.tsx'
import { isFailed, number, text } from './call-row.ts'
import { type Message, type Part, readConversation } from './conversation.ts'
import styles from './conversation-view.module.css'

/** What was asked and answered, as a conversation. */
export function ConversationView({ record }: { readonly record: CallSource }) {
  const { conversation: texts } = useLanguage().messages
  const { messages, answers, plainAnswer, truncated } = readConversation(record)
  const failed = isFailed({
    statusCode: number(record.status_code),
    outcome: text(record.outcome),
  })
  const silent = answers.length === 0 && plainAnswer === undefined
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
      {silent ? <li className={styles.note}>{texts.noAnswer}</li> : null}
      {truncated ? <li className={styles.note}>{texts.truncated}</li> : null}
    </ol>
  )
}

interface MessageViewProps {
  readonly message: Message
  readonly title?: string
}

function MessageView({ message, title }: MessageViewProps) {
  const { roles } = useLanguage().messages.conversation
  const named: Readonly<Record<string, string | undefined>> = roles
  return (
    <li className={styles.message} data-role={message.role}>
      <h3 className={styles.role}>{title ?? named[message.role] ?? message.role}</h3>
      {message.parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a message never change
        <PartView key={index} part={part} />
      ))}
    </li>
  )
}

function PartView({ part }: { readonly part: Part }) {
  const { conversation: texts } = useLanguage().messages
  switch (part.kind) {
    case 'text':
      return <p className={styles.text}>{part.text}</p>
    case 'tool-call':
      return (
        <div>
          <p className={styles.note}>{texts.toolCall(part.name)}</p>
          <pre className={styles.input}>{part.input}</pre>
        </div>
      )
    case 'image':
      return <p className={styles.note}>[{texts.image}]</p>
    case 'attachment':
      return <p className={styles.note}>[{texts.attachment(part.type)}]</p>
    default:
      return part satisfies never
  }
}
