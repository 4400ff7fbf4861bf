import { Button, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { TimeChart } from '../charts/time-chart.tsx'
import { useLanguage } from '../messages/language.tsx'
import { FAILED_FILTER, hasFilter } from '../query/filters.ts'
import { DEEPEST_ROW } from '../query/requests-query.ts'
import { EmptyState } from '../shared/empty-state.tsx'
import { FailureNotice } from '../shared/failure-notice.tsx'
import { useConsoleState } from '../state/use-console-state.ts'
import { CallDrawer } from './call-drawer.tsx'
import { joinPages } from './call-row.ts'
import { RequestTable } from './request-table.tsx'
import styles from './requests-page.module.css'
import { useRequestRows, useRequestTotals } from './use-requests.ts'

/** Finds calls: a chart and a count of all that match, and a table of them, newest first. */
export function RequestsPage() {
  const state = useConsoleState()
  const scrolled = useScrolled()
  const live = state.live && !scrolled
  const totals = useRequestTotals(state, live)
  const rows = useRequestRows(state, live)
  const { keepFirstPage } = rows
  const error = rows.error ?? totals.error
  useEffect(() => {
    if (!scrolled) keepFirstPage()
  }, [scrolled, keepFirstPage])
  const calls = rows.data && joinPages(rows.data.pages)
  return (
    <>
      {error ? (
        <FailureNotice
          error={error}
          onRetry={() => void Promise.all([rows.refetch(), totals.refetch()])}
          shownSinceMs={rows.data && rows.dataUpdatedAt}
        />
      ) : null}
      <TotalsChart data={totals.data} />
      {calls?.length === 0 ? (
        <EmptyState />
      ) : (
        <RequestTable
          rows={calls}
          total={rows.data?.pages[0]?.total ?? 0}
          busy={rows.isPlaceholderData}
          onEnd={() => {
            if (rows.hasNextPage && !rows.isFetching) void rows.fetchNextPage()
          }}
        />
      )}
      <Deepest shown={calls?.length ?? 0} />
      {state.live && scrolled ? <HeldNotice /> : null}
      <CallDrawer id={state.openCall} onClose={() => state.openCall && state.showCall(undefined)} />
    </>
  )
}

type TotalsData = ReturnType<typeof useRequestTotals>['data']

function TotalsChart({ data }: { readonly data: TotalsData }) {
  const { messages, format } = useLanguage()
  const { setRange, filters, toggle } = useConsoleState()
  const { charts, requests } = messages
  if (data === undefined) return <Skeleton height={148} />
  const { totals, series, window } = data
  const bars = { shape: 'bars' } as const
  return (
    <div className={styles.totals}>
      <TimeChart
        title={`${requests.matches(format.count(totals.calls))} · ${requests.failed(
          format.count(totals.failed),
        )} · ${format.usd(totals.costUsd)}`}
        note={charts.per(format.span(window.bucketMs))}
        window={window}
        startsMs={series.startsMs}
        height={96}
        format={format.compact}
        whole
        series={[
          { ...bars, label: charts.ok, colour: '--bw-series-ok', values: series.ok },
          { ...bars, label: charts.failed, colour: '--bw-series-failed', values: series.failed },
        ]}
        onZoom={(fromMs, toMs) => setRange({ kind: 'fixed', fromMs, toMs })}
        aside={
          hasFilter(filters, FAILED_FILTER) ? null : (
            <Button variant="default" size="compact-xs" onClick={() => toggle(FAILED_FILTER)}>
              {requests.showFailed}
            </Button>
          )
        }
      />
    </div>
  )
}

function Deepest({ shown }: { readonly shown: number }) {
  const { messages, format } = useLanguage()
  if (shown < DEEPEST_ROW) return null
  return <p className={styles.deepest}>{messages.requests.deepest(format.count(DEEPEST_ROW))}</p>
}

function HeldNotice() {
  const { live } = useLanguage().messages
  return (
    <div className={styles.held}>
      <Button
        variant="default"
        size="xs"
        title={live.heldByScroll}
        onClick={() => globalThis.scrollTo({ top: 0 })}
      >
        ↑ {live.toTop}
      </Button>
    </div>
  )
}

/** Whether the page is scrolled, in which case new rows would move what is being read. */
function useScrolled(): boolean {
  const [scrolled, setScrolled] = useState(false)
  useEffect(() => {
    const look = () => setScrolled(globalThis.scrollY > 120)
    globalThis.addEventListener('scroll', look, { passive: true })
    return () => globalThis.removeEventListener('scroll', look)
  }, [])
  return scrolled
}
