import { EmptyState } from '../shared/empty-state.tsx'
import { FailureNotice } from '../shared/failure-notice.tsx'
import { windowOf } from '../state/time-range.ts'
import { useConsoleState } from '../state/use-console-state.ts'
import { BreakdownPanel } from './breakdown-panel.tsx'
import { FailuresPanel } from './failures-panel.tsx'
import { OverviewCharts } from './overview-charts.tsx'
import styles from './overview-page.module.css'
import { Tiles } from './tiles.tsx'
import { useBreakdowns, useFormerTotals, useTotals } from './use-overview.ts'

/** Answers: is it working, how fast, what failed, what did it cost. */
export function OverviewPage() {
  const state = useConsoleState()
  const totals = useTotals(state)
  const former = useFormerTotals(state)
  const tables = useBreakdowns(state)
  const error = totals.error ?? tables.error
  const retry = () => void Promise.all([totals.refetch(), tables.refetch()])
  const empty = totals.data?.totals.calls === 0
  return (
    <>
      {error ? (
        <FailureNotice
          error={error}
          onRetry={retry}
          shownSinceMs={totals.data && totals.dataUpdatedAt}
        />
      ) : null}
      {empty ? <EmptyState /> : null}
      <Tiles
        totals={totals.data?.totals}
        former={totals.isPlaceholderData ? undefined : former.data}
        stale={totals.isPlaceholderData}
        seconds={secondsIn(totals.data?.window ?? windowOf(state.range, Date.now()))}
      />
      {empty ? null : (
        <>
          <OverviewCharts data={totals.data} />
          <div className={styles.halves}>
            <FailuresPanel failures={tables.data?.failures} />
            <BreakdownPanel field="model" table={tables.data?.tables.model} />
          </div>
          <div className={styles.thirds}>
            <BreakdownPanel field="provider" table={tables.data?.tables.provider} />
            <BreakdownPanel field="key_name" table={tables.data?.tables.key_name} />
            <BreakdownPanel field="user_id" table={tables.data?.tables.user_id} />
          </div>
        </>
      )}
    </>
  )
}

function secondsIn({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): number {
  return (toMs - fromMs) / 1_000
}
