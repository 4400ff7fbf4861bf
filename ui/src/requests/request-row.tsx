import { Link } from '@tanstack/react-router'
import { MISSING } from '../format/formatter.ts'
import { useLanguage } from '../messages/language.tsx'
import { type CallRow, isFailed } from './call-row.ts'
import { OutcomeBadge } from './outcome-badge.tsx'
import styles from './request-table.module.css'

interface RequestRowProps {
  readonly row: CallRow
  readonly index: number
  readonly height: number
  /** Distance from the top of the table's body. */
  readonly top: number
}

/** One call; the whole row opens it. */
export function RequestRow({ row, index, height, top }: RequestRowProps) {
  const { messages, format } = useLanguage()
  return (
    <tr
      className={styles.row}
      aria-rowindex={index + 2}
      data-failed={isFailed(row)}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <td data-column="time">
        <Link
          to="."
          search={(params) => ({ ...params, call: row.id })}
          resetScroll={false}
          preload={false}
          className={styles.open}
          aria-label={`${messages.requests.open(row.id)}, ${format.dateTime(row.timeMs)}`}
        >
          {format.timestamp(row.timeMs, Date.now())}
        </Link>
      </td>
      <Cell column="model" text={row.model} />
      <Cell column="provider" text={row.provider} />
      <td data-column="status">
        <OutcomeBadge statusCode={row.statusCode} outcome={row.outcome} />
      </td>
      <Cell column="latency" text={format.duration(row.latencyMs)} />
      <Cell
        column="tokens"
        text={row.tokens === undefined ? undefined : format.count(row.tokens)}
      />
      <Cell column="cost" text={row.costUsd === undefined ? undefined : format.usd(row.costUsd)} />
      <Cell column="user" text={row.userId} />
      <Cell column="error" text={row.error ?? ''} />
    </tr>
  )
}

function Cell({ column, text }: { readonly column: string; readonly text: string | undefined }) {
  return (
    <td data-column={column} title={text}>
      {text ?? MISSING}
    </td>
  )
}
