import uPlot from 'uplot'
import type { Formatter } from '../format/formatter.ts'
import type { TimeWindow } from '../state/time-range.ts'
import { logRange, logTicks } from './log-axis.ts'
import { type ChartSeries, isolated } from './plot-data.ts'

interface Plotted {
  readonly window: TimeWindow
  readonly series: readonly ChartSeries[]
  readonly logarithmic?: boolean
  readonly whole?: boolean
  format(value: number): string
  tick?(value: number): string
  onZoom(fromMs: number, toMs: number): void
}

interface PlotSettings {
  /** The plot's parent, from which its width and colours are taken. */
  readonly element: HTMLElement
  readonly height: number
  readonly texts: Formatter
  /** What is plotted now; asked again at every drawing, so that the plot need not be remade. */
  latest(): Plotted
  onColumn(column: number | undefined): void
}

/** Pointers of all charts on a page move together. */
const SYNC_KEY = 'page'
const DAY_S = 86_400
const SHORTEST_DRAG_PX = 5
const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((n) => n * 10 ** power),
).flat()

/** Describes a plot of `latest()` in the page's colours and language. */
export function plotOptions(settings: PlotSettings): uPlot.Options {
  const { element, height, latest, onColumn } = settings
  const { series, logarithmic } = latest()
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    padding: [8, 14, 0, 0],
    cursor: {
      y: false,
      points: { show: false },
      sync: { key: SYNC_KEY },
      drag: { x: true, y: false, setScale: false },
    },
    scales: {
      x: { time: true, range: () => secondsOf(latest().window) },
      y: logarithmic
        ? { distr: 3, range: (_, min, max) => logRange(min, max) }
        : { range: (_, __, max) => [0, roomAbove(max)] },
    },
    axes: axes(settings),
    // the top of a stack is drawn first, so that what is below it covers it
    series: [{}, ...series.map((each) => seriesOptions(element, each)).reverse()],
    hooks: {
      setCursor: [({ cursor }) => onColumn(cursor.idx ?? undefined)],
      setSelect: [(plot) => zoom(plot, latest().onZoom)],
    },
  }
}

function secondsOf({ fromMs, toMs, bucketMs }: TimeWindow): [number, number] {
  return [(Math.floor(fromMs / bucketMs) * bucketMs) / 1_000, toMs / 1_000]
}

function roomAbove(max: number | null): number {
  return max === null || max <= 0 ? 1 : max * 1.08
}

function seriesOptions(element: HTMLElement, series: ChartSeries): uPlot.Series {
  const colour = token(element, series.colour)
  if (series.shape === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.82, 60], align: 1 })
    return {
      stroke: colour,
      fill: colour,
      width: 0,
      points: { show: false },
      ...(paths && { paths }),
    }
  }
  return {
    stroke: colour,
    width: 1.75,
    points: {
      show: true,
      size: 5,
      fill: colour,
      filter: (plot, index) => isolated(plot.data[index] ?? []),
    },
    ...(series.dash && { dash: [...series.dash] }),
  }
}

function axes({ element, latest, texts }: PlotSettings): uPlot.Axis[] {
  const look = {
    stroke: token(element, '--bw-dim'),
    font: `11px ${token(element, '--bw-font')}`,
    grid: { stroke: token(element, '--bw-grid'), width: 1 },
    ticks: { show: false },
  }
  return [
    {
      ...look,
      size: 20,
      gap: 4,
      space: 64,
      grid: { show: false },
      values: (_, moments, __, ___, increment) =>
        moments.map((seconds) => moment(seconds, increment, texts)),
    },
    {
      ...look,
      size: (_, values) => Math.max(34, 14 + 6.2 * longest(values)),
      space: 32,
      ...(latest().whole && { incrs: WHOLE_STEPS }),
      ...(latest().logarithmic && {
        splits: (_, __, min, max) => logTicks(min, max),
        filter: (_, ticks) => ticks,
      }),
      values: (_, values) => {
        const { tick, format } = latest()
        return values.map(tick ?? format)
      },
    },
  ]
}

/** Characters of the longest label. */
function longest(labels: readonly string[] | null): number {
  return Math.max(0, ...(labels ?? []).map((label) => label.length))
}

/** Midnight shows the day, everything else the time of day. */
function moment(seconds: number, increment: number, texts: Formatter): string {
  const date = new Date(seconds * 1_000)
  const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0
  if (increment >= DAY_S || midnight) return texts.day(date.getTime())
  return texts.clock(date.getTime(), increment < 60)
}

function token(element: HTMLElement, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim()
}

function zoom(plot: uPlot, onZoom: (fromMs: number, toMs: number) => void): void {
  const { left, width } = plot.select
  if (width < SHORTEST_DRAG_PX) return
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  const at = (pixel: number) => Math.round(plot.posToVal(pixel, 'x') * 1_000)
  onZoom(at(left), at(left + width))
}
