import { Button } from '@mantine/core'
import { ApiFailure } from '../api/api-failure.ts'
import { IconAlertTriangle } from '../icons.ts'
import { useLanguage } from '../messages/language.tsx'
import styles from './failure-notice.module.css'

interface FailureNoticeProps {
  readonly error: Error
  readonly onRetry: () => void
  /** When the numbers still on show were fetched. */
  readonly shownSinceMs?: number | undefined
}

/** Says what went wrong and what to do about it. */
export function FailureNotice({ error, onRetry, shownSinceMs }: FailureNoticeProps) {
  const { messages, format } = useLanguage()
  const { failure } = messages
  const { title, text } = failure[error instanceof ApiFailure ? error.kind : 'broken']
  return (
    <div className={styles.notice} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div className={styles.text}>
        <strong>{title}</strong>
        <p>{withCode(text)}</p>
        <p className={styles.detail}>
          {failure.detail} {error.message}
        </p>
        {shownSinceMs ? <p>{failure.stale(format.dateTime(shownSinceMs))}</p> : null}
      </div>
      <Button variant="default" size="xs" onClick={onRetry}>
        {failure.retry}
      </Button>
    </div>
  )
}

/** Shows what stands between back-ticks as code. */
function withCode(text: string) {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))
}
