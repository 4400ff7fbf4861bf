import { Link } from '@tanstack/react-router'
import { useLanguage } from '../messages/language.tsx'
import { FAILED_FILTER } from '../query/filters.ts'
import type { BreakdownRow, BreakdownTable } from '../query/overview-answer.ts'
import type { Breakdown } from '../query/overview-query.ts'
import { errorRate } from '../query/period-change.ts'
import { Panel } from '../shared/panel.tsx'
import { useFieldName } from '../shell/use-field-name.ts'
import { filterParams } from '../state/console-params.ts'
import { useConsoleState } from '../state/use-console-state.ts'
import styles from './overview-table.module.css'
import { PanelRowsSkeleton } from './panel-rows-skeleton.tsx'

interface BreakdownPanelProps {
  readonly field: Breakdown
  readonly table: BreakdownTable | undefined
}

/** Calls by one field's values; a value filters, its error rate leads to its failed calls. */
export function BreakdownPanel({ field, table }: BreakdownPanelProps) {
  const { messages } = useLanguage()
  const { tables } = messages
  return (
    <Panel title={tables.titles[field]} className={styles.panel}>
      {table === undefined ? (
        <PanelRowsSkeleton />
      ) : table.rows.length === 0 ? (
        <p className={styles.none}>{tables.none}</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{messages.fields[field]}</th>
              <th scope="col">{tables.calls}</th>
              <th scope="col">{tables.errorRate}</th>
              <th scope="col" className={styles.wide}>
                {tables.p95}
              </th>
              <th scope="col">{tables.cost}</th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <Row key={row.value} field={field} row={row} most={table.rows[0]?.calls ?? 1} />
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.rest}>{table && <Rest {...table} />}</p>
    </Panel>
  )
}

/** Counts the calls that no row shows. */
function Rest({ rows, otherCalls, unnamedCalls }: BreakdownTable) {
  const { messages, format } = useLanguage()
  const { other, unnamed } = messages.tables
  const parts = [
    otherCalls > 0 && other(format.count(otherCalls)),
    rows.length > 0 && unnamedCalls > 0 && unnamed(format.count(unnamedCalls)),
  ]
  return parts.filter((part) => part !== false).join(' · ')
}

interface RowProps {
  readonly field: Breakdown
  readonly row: BreakdownRow
  /** Calls of the first row, which has the full bar. */
  readonly most: number
}

function Row({ field, row, most }: RowProps) {
  const { messages, format } = useLanguage()
  const { toggle } = useConsoleState()
  const fieldName = useFieldName()
  const { value, calls, p95Ms, costUsd } = row
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className={styles.value}
          title={messages.filters.only(fieldName(field), value)}
          onClick={() => toggle({ field, value, negated: false })}
        >
          {value}
        </button>
        <span className={styles.bar} style={{ width: `${(100 * calls) / most}%` }} aria-hidden />
      </th>
      <td>{format.compact(calls)}</td>
      <td>
        <FailedLink field={field} row={row} />
      </td>
      <td className={styles.wide}>{format.duration(p95Ms)}</td>
      <td>{format.usdShort(costUsd)}</td>
    </tr>
  )
}

function FailedLink({ field, row }: Pick<RowProps, 'field' | 'row'>) {
  const { messages, format } = useLanguage()
  const { filters } = useConsoleState()
  const rate = format.percent(errorRate(row))
  if (row.failed === 0) return <span className={styles.quiet}>{rate}</span>
  const wanted = [...filters, { field, value: row.value, negated: false }, FAILED_FILTER]
  return (
    <Link
      to="/requests"
      search={(params) => ({ ...params, ...filterParams(wanted) })}
      className={styles.failed}
      title={messages.tables.showFailed(row.value)}
    >
      {rate}
    </Link>
  )
}
