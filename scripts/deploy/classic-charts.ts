import type { ClassicAggregation } from './classic-aggregations.ts'

interface ChartOptions {
  readonly mark: 'histogram' | 'line'
  readonly isHorizontal: boolean
  readonly isStacked: boolean
  /** Title of the axis of values. */
  readonly valueTitle: string
}

/** The look of a chart with two axes; the metrics are those of `aggregations`. */
export function chartParams(aggregations: readonly ClassicAggregation[], options: ChartOptions) {
  return {
    type: options.mark,
    grid: { categoryLines: false },
    ...axes(options),
    seriesParams: series(aggregations, options),
    addTooltip: true,
    addLegend: true,
    legendPosition: 'right',
    times: [],
    addTimeMarker: false,
    labels: { show: false },
    thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
  }
}

function axes({ isHorizontal, valueTitle }: ChartOptions) {
  return {
    categoryAxes: [
      {
        id: 'CategoryAxis-1',
        type: 'category',
        position: isHorizontal ? 'left' : 'bottom',
        show: true,
        style: {},
        scale: { type: 'linear' },
        labels: { show: true, filter: !isHorizontal, truncate: 100 },
        title: {},
      },
    ],
    valueAxes: [
      {
        id: 'ValueAxis-1',
        name: isHorizontal ? 'BottomAxis-1' : 'LeftAxis-1',
        type: 'value',
        position: isHorizontal ? 'bottom' : 'left',
        show: true,
        style: {},
        scale: { type: 'linear', mode: 'normal' },
        labels: { show: true, rotate: 0, filter: isHorizontal, truncate: 100 },
        title: { text: valueTitle },
      },
    ],
  }
}

function series(
  aggregations: readonly ClassicAggregation[],
  { mark, isStacked, valueTitle }: ChartOptions,
) {
  const metrics = aggregations.filter(({ schema }) => schema === 'metric')
  return metrics.map(({ id, params }) => ({
    show: true,
    type: mark,
    mode: isStacked ? 'stacked' : 'normal',
    data: { id, label: String(params.customLabel ?? valueTitle) },
    valueAxis: 'ValueAxis-1',
    drawLinesBetweenPoints: true,
    lineWidth: 2,
    showCircles: false,
    interpolate: 'linear',
  }))
}

/** The look of a single number. */
export const NUMBER_PARAMS = {
  addTooltip: true,
  addLegend: false,
  type: 'metric',
  metric: {
    percentageMode: false,
    useRanges: false,
    colorSchema: 'Green to Red',
    metricColorMode: 'None',
    colorsRange: [{ from: 0, to: 10_000 }],
    labels: { show: true },
    invertColors: false,
    style: { bgFill: '#000', bgColor: false, labelColor: false, subText: '', fontSize: 36 },
  },
} as const

/** The look of a table. */
export const TABLE_PARAMS = {
  perPage: 10,
  showPartialRows: false,
  showMetricsAtAllLevels: false,
  showTotal: false,
  showToolbar: false,
  totalFunc: 'sum',
  percentageCol: '',
} as const
