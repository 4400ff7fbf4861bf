import { Link } from '@tanstack/react-router'
import { MISSING } from '../format/formatter.ts'
import { useLanguage } from '../messages/language.tsx'
import { FAILED_FILTER, type Filter } from '../query/filters.ts'
import type { ErrorPattern, Failures } from '../query/overview-answer.ts'
import { Panel } from '../shared/panel.tsx'
import { filterParams } from '../state/console-params.ts'
import { useConsoleState } from '../state/use-console-state.ts'
import styles from './overview-table.module.css'
import { PanelRowsSkeleton } from './panel-rows-skeleton.tsx'

/** The most frequent error messages; each leads to its calls. */
export function FailuresPanel({ failures }: { readonly failures: Failures | undefined }) {
  const { messages, format } = useLanguage()
  const texts = messages.failures
  const search = useSearchWith(FAILED_FILTER)
  return (
    <Panel
      title={texts.title}
      className={styles.panel}
      aside={
        failures && failures.calls > 0 ? (
          <Link to="/requests" search={search}>
            {texts.showAll}
          </Link>
        ) : null
      }
    >
      {failures === undefined ? (
        <PanelRowsSkeleton />
      ) : failures.calls === 0 ? (
        <p className={styles.none}>{texts.none}</p>
      ) : (
        <PatternTable patterns={failures.patterns} />
      )}
      <p className={styles.rest}>
        {failures && failures.otherCalls > 0
          ? texts.other(format.count(failures.otherCalls))
          : null}
      </p>
    </Panel>
  )
}

function PatternTable({ patterns }: { readonly patterns: readonly ErrorPattern[] }) {
  const texts = useLanguage().messages.failures
  return (
    <table className={styles.table} data-kind="failures">
      <thead>
        <tr>
          <th scope="col">{texts.message}</th>
          <th scope="col">{texts.calls}</th>
          <th scope="col">{texts.status}</th>
          <th scope="col" className={styles.wide}>
            {texts.provider}
          </th>
          <th scope="col">{texts.last}</th>
        </tr>
      </thead>
      <tbody>
        {patterns.map((pattern) => (
          <PatternRow key={pattern.pattern} {...pattern} most={patterns[0]?.calls ?? 1} />
        ))}
      </tbody>
    </table>
  )
}

function PatternRow({
  pattern,
  calls,
  lastMs,
  provider,
  status,
  most,
}: ErrorPattern & { readonly most: number }) {
  const { format } = useLanguage()
  const search = useSearchWith({ field: 'error_pattern', value: pattern, negated: false })
  return (
    <tr>
      <th scope="row">
        <Link to="/requests" search={search} className={styles.pattern} title={pattern}>
          {pattern}
        </Link>
        <span
          className={styles.bar}
          data-kind="failed"
          style={{ width: `${(100 * calls) / most}%` }}
          aria-hidden
        />
      </th>
      <td>{format.compact(calls)}</td>
      <td>{status ?? MISSING}</td>
      <td className={styles.wide}>{provider ?? MISSING}</td>
      <td>{lastMs === undefined ? MISSING : format.ago(lastMs, Date.now())}</td>
    </tr>
  )
}

/** Parameters of the request table with one more filter. */
function useSearchWith(filter: Filter) {
  const { filters } = useConsoleState()
  return (params: object) => ({ ...params, ...filterParams([...filters, filter]) })
}
