import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { useLanguage } from '../messages/language.tsx'
import styles from '../shared/empty-state.module.css'
import { FailureNotice } from '../shared/failure-notice.tsx'

/** Shown at an address that no page has. */
export function MissingPage() {
  const { messages } = useLanguage()
  return (
    <div className={styles.empty}>
      <h2>{messages.page.missingTitle}</h2>
      <p>{messages.page.missingText}</p>
      <Link to="/">{messages.page.toOverview}</Link>
    </div>
  )
}

/** Shown when a page fails while it is drawn. */
export function CrashedPage({ error, reset }: ErrorComponentProps) {
  return (
    <FailureNotice
      error={error instanceof Error ? error : new Error(String(error))}
      onRetry={reset}
    />
  )
}
