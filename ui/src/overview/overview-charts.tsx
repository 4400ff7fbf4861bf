import { Skeleton } from '@mantine/core'
import { TimeChart } from '../charts/time-chart.tsx'
import { useLanguage } from '../messages/language.tsx'
import type { Series } from '../query/overview-answer.ts'
import type { TimeWindow } from '../state/time-range.ts'
import { useConsoleState } from '../state/use-console-state.ts'
import styles from './overview-charts.module.css'

interface OverviewChartsProps {
  readonly data: { readonly window: TimeWindow; readonly series: Series } | undefined
}

const HEIGHT = 180

/** Calls, latency and cost over time. */
export function OverviewCharts({ data }: OverviewChartsProps) {
  const { messages, format } = useLanguage()
  const { setRange } = useConsoleState()
  if (data === undefined) return <ChartSkeletons />
  const { window, series } = data
  const { charts } = messages
  const common = {
    window,
    startsMs: series.startsMs,
    height: HEIGHT,
    note: charts.per(format.span(window.bucketMs)),
    onZoom: (fromMs: number, toMs: number) => setRange({ kind: 'fixed', fromMs, toMs }),
  }
  const line = { shape: 'line' } as const
  const bars = { shape: 'bars' } as const
  return (
    <div className={styles.charts}>
      <TimeChart
        {...common}
        title={charts.calls}
        format={format.compact}
        whole
        series={[
          { ...bars, label: charts.ok, colour: '--bw-series-ok', values: series.ok },
          { ...bars, label: charts.failed, colour: '--bw-series-failed', values: series.failed },
        ]}
      />
      <TimeChart
        {...common}
        title={charts.latency}
        format={format.duration}
        tick={format.durationTick}
        logarithmic
        series={[
          { ...line, label: 'p50', colour: '--bw-series-p50', values: series.p50Ms },
          { ...line, label: 'p95', colour: '--bw-series-p95', values: series.p95Ms },
          { ...line, label: 'p99', colour: '--bw-series-p99', values: series.p99Ms, dash: [4, 3] },
        ]}
      />
      <TimeChart
        {...common}
        title={charts.cost}
        format={format.usd}
        tick={format.usdTick}
        series={[{ ...bars, label: 'USD', colour: '--bw-series-cost', values: series.costUsd }]}
      />
    </div>
  )
}

function ChartSkeletons() {
  return (
    <div className={styles.charts} aria-busy>
      <Skeleton height={HEIGHT + 74} />
      <Skeleton height={HEIGHT + 74} />
      <Skeleton height={HEIGHT + 74} />
    </div>
  )
}
