import { useLanguage } from '../messages/language.tsx'
import type { Attachment, Part, ToolResult } from './bodies/message.ts'
import styles from './part-list.module.css'

/** The pieces of a message, in order. */
export function PartList({ parts }: { readonly parts: readonly Part[] }) {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a message never change
    <PartView key={index} part={part} />
  ))
}

function PartView({ part }: { readonly part: Part }) {
  const { messages, format } = useLanguage()
  const { conversation: texts } = messages
  switch (part.kind) {
    case 'text':
      return <p className={styles.text}>{part.text}</p>
    case 'thinking':
      return <Thinking text={part.text} />
    case 'tool-call':
      return <Code note={texts.toolCall(part.name)} code={part.input} />
    case 'tool-result':
      return <ToolResultView result={part} />
    case 'attachment':
      return <AttachmentNote attachment={part} />
    case 'tokens':
      return <p className={styles.note}>[{texts.tokens(format.count(part.count))}]</p>
    case 'vectors': {
      const { count, dimensions } = part
      const words = texts.vectors(format.count(count), format.count(dimensions))
      return <p className={styles.note}>[{words}]</p>
    }
    case 'other':
      return <Code note={part.type} code={part.json} />
    default:
      return part satisfies never
  }
}

/** What the model told itself; a reader who wants the answer folds it away. */
function Thinking({ text }: { readonly text: string }) {
  const { conversation: texts } = useLanguage().messages
  if (text === '') return <p className={styles.note}>[{texts.hiddenThinking}]</p>
  return (
    <details className={styles.thinking} open>
      <summary>{texts.thinking}</summary>
      <p>{text}</p>
    </details>
  )
}

function ToolResultView({ result }: { readonly result: ToolResult }) {
  const { conversation: texts } = useLanguage().messages
  const title = texts.toolResult(result.name ?? result.callId ?? '')
  return (
    <div className={styles.result}>
      <p className={styles.note}>
        {title}
        {result.failed ? <strong className={styles.failed}> ✕ {texts.toolFailed}</strong> : null}
      </p>
      <PartList parts={result.parts} />
    </div>
  )
}

function AttachmentNote({ attachment }: { readonly attachment: Attachment }) {
  const { messages, format } = useLanguage()
  const { conversation: texts } = messages
  const { media, type, bytes, name } = attachment
  const size = bytes === undefined ? undefined : format.bytes(bytes)
  const known = [texts.media[media], name, type, size].filter((word) => word !== undefined)
  return <p className={styles.note}>[{texts.notShown(known.join(', '))}]</p>
}

function Code({ note, code }: { readonly note: string; readonly code: string }) {
  return (
    <div>
      <p className={styles.note}>{note}</p>
      {code === '' ? null : <pre className={styles.code}>{code}</pre>}
    </div>
  )
}
