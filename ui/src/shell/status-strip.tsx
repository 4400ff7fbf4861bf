import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Status } from '../api/status.ts'
import { useLanguage } from '../messages/language.tsx'
import { statusQuery } from '../shared/status-query.ts'
import styles from './status-strip.module.css'

/** A lag above this is worth a look: about a second of busy traffic. */
const NOTABLE_LAG_BYTES = 4_000_000

type Health = 'good' | 'notable' | 'bad' | 'unknown'

/** One line that tells whether the parts of the system work. */
export function StatusStrip() {
  const { messages, zone } = useLanguage()
  const { data, isError } = useQuery(statusQuery)
  const status = isError ? undefined : data
  return (
    <section className={styles.strip} aria-label={messages.status.label}>
      <RelayPart status={status} />
      <LogPart status={status} failed={isError} />
      <JournalPart status={status} />
      <StorePart status={status} />
      <span className={styles.zone}>{messages.range.zone(zone)}</span>
    </section>
  )
}

interface PartProps {
  readonly health: Health
  readonly name: string
  readonly title?: string
  readonly children: ReactNode
}

function Part({ health, name, title, children }: PartProps) {
  return (
    <span className={styles.part} title={title}>
      <span className={styles.mark} data-health={health} aria-hidden />
      <span className={styles.name}>{name}</span>
      <span>{children}</span>
    </span>
  )
}

interface StatusProps {
  readonly status: Status | undefined
}

function RelayPart({ status }: StatusProps) {
  const { status: texts } = useLanguage().messages
  if (status === undefined) {
    return (
      <Part health="unknown" name={texts.relay}>
        {texts.unknown}
      </Part>
    )
  }
  const { up, url } = status.relay
  return (
    <Part health={up ? 'good' : 'bad'} name={texts.relay} title={url}>
      {up ? texts.up : texts.down} <span className={styles.url}>{url}</span>
    </Part>
  )
}

function LogPart({ status, failed }: StatusProps & { readonly failed: boolean }) {
  const { messages, format } = useLanguage()
  const texts = messages.status
  if (status === undefined) {
    return (
      <Part health={failed ? 'bad' : 'unknown'} name={texts.log}>
        {texts.unknown}
      </Part>
    )
  }
  const title = `${texts.version(status.version)}, ${texts.memory(format.bytes(status.memory.rss_bytes))}`
  return (
    <Part health="good" name={texts.log} title={title}>
      {texts.uptime(format.uptime(status.uptime_s))}
    </Part>
  )
}

function JournalPart({ status }: StatusProps) {
  const { messages, format } = useLanguage()
  const texts = messages.status
  if (status === undefined) return null
  const lag = status.journals.reduce((sum, { lag_bytes }) => sum + lag_bytes, 0)
  const title = status.journals
    .map(({ name, stored, end }) => `${name}: ${format.bytes(stored)} / ${format.bytes(end)}`)
    .join(', ')
  return (
    <Part health={lag > NOTABLE_LAG_BYTES ? 'notable' : 'good'} name={texts.journal} title={title}>
      {lag === 0 ? texts.level : texts.behind(format.bytes(lag))}
    </Part>
  )
}

function StorePart({ status }: StatusProps) {
  const { messages, format } = useLanguage()
  if (status === undefined) return null
  const { rows, days } = status.store
  return (
    <Part health="good" name={messages.status.store}>
      {messages.status.stored(format.count(rows), format.count(days))}
    </Part>
  )
}
