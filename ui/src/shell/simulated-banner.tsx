import { useQuery } from '@tanstack/react-query'
import { useLanguage } from '../messages/language.tsx'
import { statusQuery } from '../shared/status-query.ts'
import styles from './simulated-banner.module.css'

/** Says on every page that no real provider answers. */
export function SimulatedBanner() {
  const { messages } = useLanguage()
  const { data: status } = useQuery(statusQuery)
  if (!status?.simulated) return null
  return (
    <div className={styles.banner} role="note">
      <strong>{messages.simulated.title}</strong> {messages.simulated.text}
    </div>
  )
}
