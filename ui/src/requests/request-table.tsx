import { Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useLanguage } from '../messages/language.tsx'
import type { CallRow } from './call-row.ts'
import { RequestRow } from './request-row.tsx'
import styles from './request-table.module.css'

interface RequestTableProps {
  /** Undefined while the first page loads. */
  readonly rows: readonly CallRow[] | undefined
  /** How many match in all. */
  readonly total: number
  /** The rows still answer the former question. */
  readonly busy: boolean
  /** Called when the last rows come into view. */
  onEnd(): void
}

const ROW_PX = 33
const NARROW_ROW_PX = 58
const SKELETON_ROWS = Array.from({ length: 14 }, (_, index) => index)

/** The calls, of which only those in view are in the document. */
export function RequestTable({ rows, total, busy, onEnd }: RequestTableProps) {
  const { messages } = useLanguage()
  const { requests } = messages
  const narrow = useMediaQuery('(max-width: 60em)', false, { getInitialValueInEffect: false })
  return (
    <table
      className={styles.table}
      aria-label={requests.title}
      aria-rowcount={total + 1}
      aria-busy={busy || rows === undefined}
      data-busy={busy}
    >
      <thead>
        <tr className={styles.head}>
          {Object.entries(requests.columns).map(([name, label]) => (
            <th key={name} scope="col" data-column={name}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      {rows === undefined ? (
        <SkeletonRows />
      ) : (
        <Rows
          rows={rows}
          rowPx={narrow ? NARROW_ROW_PX : ROW_PX}
          onEnd={onEnd}
          key={String(narrow)}
        />
      )}
    </table>
  )
}

function SkeletonRows() {
  return (
    <tbody className={styles.body}>
      {SKELETON_ROWS.map((index) => (
        <tr key={index} className={styles.waiting} aria-hidden>
          <td>
            <Skeleton height={14} mt={18} />
          </td>
        </tr>
      ))}
    </tbody>
  )
}

interface RowsProps {
  readonly rows: readonly CallRow[]
  readonly rowPx: number
  onEnd(): void
}

function Rows({ rows, rowPx, onEnd }: RowsProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [offset, setOffset] = useState(0)
  // what stands above can change its height with filters and notices, so it is measured each time
  useLayoutEffect(() => {
    const element = body.current
    if (element !== null) setOffset(element.getBoundingClientRect().top + globalThis.scrollY)
  })
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: offset,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 1) onEnd()
  }, [last, rows.length, onEnd])
  return (
    <tbody ref={body} className={styles.body} style={{ height: virtual.getTotalSize() }}>
      {items.map(({ index, start }) => {
        const row = rows[index]
        return row === undefined ? null : (
          <RequestRow key={row.key} row={row} index={index} height={rowPx} top={start - offset} />
        )
      })}
    </tbody>
  )
}
