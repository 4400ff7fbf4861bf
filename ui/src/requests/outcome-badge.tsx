import { MISSING } from '../format/formatter.ts'
import { useLanguage } from '../messages/language.tsx'
import { isFailed } from './call-row.ts'
import styles from './outcome-badge.module.css'

interface OutcomeBadgeProps {
  readonly statusCode: number | undefined
  readonly outcome: string | undefined
}

/** Status and outcome; a failure differs by its mark too, not by colour alone. */
export function OutcomeBadge({ statusCode, outcome }: OutcomeBadgeProps) {
  const { outcomes } = useLanguage().messages
  const named: Readonly<Record<string, string | undefined>> = outcomes
  const failed = isFailed({ statusCode, outcome })
  return (
    <span className={styles.badge} data-failed={failed}>
      <span className={styles.mark} aria-hidden>
        {failed ? '✕' : '✓'}
      </span>
      <span className={styles.code}>{statusCode ?? MISSING}</span>
      {outcome === undefined || outcome === 'ok' ? null : <span>{named[outcome] ?? outcome}</span>}
    </span>
  )
}
