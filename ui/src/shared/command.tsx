import { useLanguage } from '../messages/language.tsx'
import styles from './command.module.css'
import { CopyButton } from './copy-button.tsx'

/** A command to copy into a terminal. */
export function Command({ text }: { readonly text: string }) {
  const { messages } = useLanguage()
  return (
    <div className={styles.command}>
      <pre className={styles.text}>{text}</pre>
      <CopyButton text={text} label={messages.empty.copy} />
    </div>
  )
}
