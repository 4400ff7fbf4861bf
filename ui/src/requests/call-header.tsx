import { Link } from '@tanstack/react-router'
import { type SearchHit, searchAddress } from '../api/elastic.ts'
import { useLanguage } from '../messages/language.tsx'
import { oneRequest } from '../query/requests-query.ts'
import { CopyButton } from '../shared/copy-button.tsx'
import { CallBadges } from './call-badges.tsx'
import styles from './call-header.module.css'
import { readRow } from './call-row.ts'
import { OutcomeBadge } from './outcome-badge.tsx'

/** The call in one line, what to copy, and the ways to calls that belong to it. */
export function CallHeader({ hit }: { readonly hit: SearchHit }) {
  const { messages, format } = useLanguage()
  const { detail } = messages
  const row = readRow(hit)
  const trace = hit._source.trace_id
  return (
    <div className={styles.header}>
      <p className={styles.line}>
        <OutcomeBadge statusCode={row.statusCode} outcome={row.outcome} />
        <strong>{row.model}</strong>
        <span>{format.duration(row.latencyMs)}</span>
        {row.costUsd === undefined ? null : <span>{format.usd(row.costUsd)}</span>}
        <span>{format.timestamp(row.timeMs)}</span>
      </p>
      <CallBadges record={hit._source} />
      <p className={styles.id}>{row.requestId ?? row.id}</p>
      <div className={styles.line}>
        <CopyButton text={row.requestId ?? row.id} label={detail.copyId} />
        <CopyButton text={searchCommand(row.id)} label={detail.copySearch} />
        {typeof trace === 'string' ? (
          <Related label={detail.sameTrace} filter={`trace_id:${trace}`} />
        ) : null}
        {row.userId === undefined ? null : (
          <Related label={detail.sameUser} filter={`user_id:${row.userId}`} />
        )}
      </div>
    </div>
  )
}

function Related({ label, filter }: { readonly label: string; readonly filter: string }) {
  return (
    <Link
      to="/requests"
      search={({ call: _, q: __, ...others }) => ({ ...others, f: [filter] })}
      className={styles.related}
    >
      {label}
    </Link>
  )
}

/** The search that finds this call from a terminal. */
function searchCommand(id: string): string {
  const body = JSON.stringify(oneRequest(id)).replaceAll("'", "'\\''")
  return `curl '${searchAddress(location.origin)}' -H 'content-type: application/json' -d '${body}'`
}
