import type { CallSource } from '../api/elastic.ts'
import { useLanguage } from '../messages/language.tsx'
import styles from './phase-bar.module.css'
import { phasesOf } from './phases.ts'

/** Where the time of a call went. */
export function PhaseBar({ record }: { readonly record: CallSource }) {
  const { messages, format } = useLanguage()
  const phases = phasesOf(record)
  const total = phases.reduce((sum, { ms }) => sum + ms, 0)
  if (total === 0) return null
  return (
    <div className={styles.phases}>
      <div className={styles.bar} aria-hidden>
        {phases.map(({ name, ms }) => (
          <span
            key={name}
            className={styles.part}
            data-phase={name}
            style={{ width: `${(100 * ms) / total}%` }}
          />
        ))}
      </div>
      <ul className={styles.legend}>
        {phases.map(({ name, ms }) => (
          <li key={name}>
            <span className={styles.swatch} data-phase={name} aria-hidden />
            {messages.detail.phases[name]} <strong>{format.duration(ms)}</strong>
          </li>
        ))}
      </ul>
    </div>
  )
}
