import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useLanguage } from '../messages/language.tsx'
import { Panel } from '../shared/panel.tsx'
import type { TimeWindow } from '../state/time-range.ts'
import { type ChartSeries, plotData } from './plot-data.ts'
import { plotOptions } from './plot-options.ts'
import styles from './time-chart.module.css'

interface TimeChartProps {
  readonly title: string
  /** What one column or point stands for: `per 1 min`. */
  readonly note?: string
  readonly window: TimeWindow
  readonly startsMs: readonly number[]
  /** Bars are stacked in this order, the first at the bottom. */
  readonly series: readonly ChartSeries[]
  readonly height: number
  /** Stands beside the legend. */
  readonly aside?: ReactNode
  /** Values that differ by powers of ten stay apart; for lines only. */
  readonly logarithmic?: boolean
  /** The axis counts things, so it has no fractions. */
  readonly whole?: boolean
  format(value: number): string
  /** Writes the values of the axis, if not as `format` does. */
  tick?(value: number): string
  /** Called with the moments between which was dragged. */
  onZoom(fromMs: number, toMs: number): void
}

/** A chart over time. The legend shows the values under the pointer; dragging zooms. */
export function TimeChart(props: TimeChartProps) {
  const { title, note, window, startsMs, series, height, aside, format } = props
  const { messages, format: texts } = useLanguage()
  const [column, setColumn] = useState<number | undefined>(undefined)
  const host = usePlot(props, setColumn)
  const start = column === undefined ? undefined : startsMs[column]
  const summary = messages.charts.summary(
    title,
    texts.dateTime(window.fromMs),
    texts.dateTime(window.toMs),
  )
  return (
    <Panel
      title={title}
      aside={
        <span className={styles.aside}>
          {note}
          {aside}
        </span>
      }
    >
      <ul className={styles.legend}>
        {series.map(({ label, colour, values }) => (
          <li key={label} className={styles.entry}>
            <Swatch colour={colour} />
            {label}
            {column === undefined ? null : (
              <span className={styles.value}>{valueText(values[column], format)}</span>
            )}
          </li>
        ))}
        {start === undefined ? null : <li>{texts.moment(start, window.bucketMs)}</li>}
      </ul>
      <div
        ref={host}
        className={styles.plot}
        role="img"
        aria-label={summary}
        title={messages.charts.zoom}
        style={{ height }}
      />
    </Panel>
  )
}

function Swatch({ colour }: { readonly colour: string }) {
  return <span className={styles.swatch} style={{ background: `var(${colour})` }} aria-hidden />
}

function valueText(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '–' : format(value)
}

/** Keeps a plot in the returned element, up to date with `props`. */
function usePlot(props: TimeChartProps, onColumn: (column: number | undefined) => void) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const latest = useRef(props)
  const { language, format } = useLanguage()
  const colours = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const { height, series, startsMs } = props
  const shape = series.map(({ label }) => label).join()

  // biome-ignore lint/correctness/useExhaustiveDependencies: language, colours and the set of series are drawn into the plot when it is made
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const made = new uPlot(
      plotOptions({ element, latest: () => latest.current, onColumn, texts: format, height }),
      plotData(latest.current),
      element,
    )
    plot.current = made
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.destroy()
    }
  }, [language, colours, shape, height])

  useEffect(() => {
    latest.current = props
    plot.current?.setData(plotData({ startsMs, series }))
  })
  return host
}
