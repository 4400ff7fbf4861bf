import type { CallSource } from '../api/elastic.ts'
import { useLanguage } from '../messages/language.tsx'
import styles from './call-badges.module.css'
import { number, text } from './call-row.ts'

/** What was out of the ordinary: another target, an answer given again, what was dropped. */
export function CallBadges({ record }: { readonly record: CallSource }) {
  const { badges } = useLanguage().messages.detail
  const target = text(record.target) ?? text(record.provider)
  const dropped = names(record.dropped_parameters)
  const cached = useCacheBadge(record)
  const shown = [
    ...(record.fallback === true ? [['notice', badges.fallback(target ?? '')] as const] : []),
    ...(cached === undefined ? [] : [['gain', cached] as const]),
    ...(dropped.length > 0 ? [['notice', badges.dropped(dropped.join(', '))] as const] : []),
  ]
  if (shown.length === 0) return null
  return (
    <ul className={styles.badges}>
      {shown.map(([kind, words]) => (
        <li key={words} className={styles.badge} data-kind={kind}>
          {words}
        </li>
      ))}
    </ul>
  )
}

function useCacheBadge({ cache, cost_saved_usd: saved }: CallSource): string | undefined {
  const { messages, format } = useLanguage()
  const { hit, repeated, saved: savedText } = messages.detail.badges
  const source = cache === 'hit' ? hit : cache === 'idempotent' ? repeated : undefined
  if (source === undefined) return undefined
  const usd = number(saved) ?? 0
  return usd > 0 ? savedText(source, format.usd(usd)) : source
}

function names(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map(text).filter((name) => name !== undefined)
}
