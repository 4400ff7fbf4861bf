import {
  DATA_SOURCE,
  expression,
  type GrafanaTarget,
  recentTarget,
  slowestTarget,
  target,
  termBuckets,
  timeBuckets,
  WHOLE_RANGE,
} from './grafana-targets.ts'
import {
  groupName,
  type Metric,
  type NumberPanel,
  type Panel,
  type RankingPanel,
  type RecordsPanel,
  type SharePanel,
  type Split,
  type TablePanel,
  type TimePanel,
  type Unit,
} from './panel.ts'

/** A panel less its place and id. */
export interface GrafanaPanel {
  readonly type: string
  readonly title: string
  readonly [setting: string]: unknown
}

type Look = Omit<GrafanaPanel, 'title'> & {
  readonly type: string
  readonly targets: readonly GrafanaTarget[]
}

const UNITS: Readonly<Record<Unit, string>> = {
  calls: 'short',
  users: 'short',
  tokens: 'short',
  ms: 'ms',
  usd: 'currencyUSD',
  share: 'percentunit',
  date: 'dateTimeAsIso',
}

/** Names that Grafana gives to the columns of a table. */
const COLUMN_NAMES = {
  count: 'Count',
  sum: 'Sum',
  avg: 'Average',
  max: 'Max',
  cardinality: 'Unique Count',
} as const

const WITHOUT_ERRORS = 'What has no errors at all is not shown.'

/** A panel of the description as Grafana's. */
export function grafanaPanel(panel: Panel): GrafanaPanel {
  const { title, description = '' } = panel
  // where one of two series is missing there is nothing to divide
  const note = panel.kind === 'share' && panel.by !== undefined ? ` ${WITHOUT_ERRORS}` : ''
  const described = { title, description: `${description}${note}` }
  return { ...described, datasource: DATA_SOURCE, ...lookOf(panel) }
}

function lookOf(panel: Panel): Look {
  switch (panel.kind) {
    case 'number':
      return number(panel)
    case 'time':
      return timeSeries(panel)
    case 'ranking':
      return ranking(panel)
    case 'table':
      return table(panel)
    case 'share':
      return share(panel)
    case 'records':
      return records(panel)
    default:
      return panel satisfies never
  }
}

function fieldConfig(unit: Unit, custom?: object) {
  const defaults = { unit: UNITS[unit], ...(custom && { custom }) }
  return { defaults, overrides: [] }
}

function number({ metric, only }: NumberPanel): Look {
  return {
    type: 'stat',
    targets: [target({ refId: 'A', metrics: [metric], only, buckets: [WHOLE_RANGE] })],
    fieldConfig: fieldConfig(metric.unit),
    options: STAT_OPTIONS,
  }
}

const STAT_OPTIONS = {
  colorMode: 'none',
  graphMode: 'none',
  justifyMode: 'center',
  textMode: 'value',
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
} as const

function timeSeries({ metrics, by, only, style, daily }: TimePanel): Look {
  const unit = metrics[0]?.unit ?? 'calls'
  const time = timeBuckets(daily)
  const isPercentiles = metrics[0]?.of.kind === 'percentile'
  const buckets = by === undefined ? [time] : [termBuckets(by, metrics), time]
  const alias = by !== undefined ? termAlias(by) : isPercentiles ? '{{metric}}' : undefined
  const targets =
    alias !== undefined
      ? [target({ refId: 'A', metrics, only, buckets, alias })]
      : metrics.map((metric, place) =>
          target({
            refId: 'ABC'[place] ?? 'D',
            metrics: [metric],
            only,
            buckets,
            alias: metric.label,
          }),
        )
  const percentileName = { regex: '^p(\\d+)(\\.0)?$', renamePattern: '$1th percentile' }
  return {
    type: 'timeseries',
    targets,
    ...(alias === '{{metric}}' && {
      transformations: [{ id: 'renameByRegex', options: percentileName }],
    }),
    fieldConfig: fieldConfig(unit, style === 'stacked' ? BARS : LINE),
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }
}

const LINE = { drawStyle: 'line', lineWidth: 2, fillOpacity: 0, showPoints: 'auto' } as const
const BARS = {
  drawStyle: 'bars',
  lineWidth: 1,
  fillOpacity: 80,
  stacking: { mode: 'normal', group: 'A' },
} as const

function termAlias({ field }: Split): string {
  return `{{term ${groupName(field)}}}`
}

function ranking({ metric, by, only }: RankingPanel): Look {
  const buckets = [termBuckets(by, [metric])]
  const field = groupName(by.field)
  return {
    type: 'barchart',
    targets: [target({ refId: 'A', metrics: [metric], only, buckets })],
    transformations: [
      // a status is a name here, not an amount
      {
        id: 'convertFieldType',
        options: { conversions: [{ targetField: field, destinationType: 'string' }] },
      },
      renamed({ [field]: by.label, ...columnNames([metric]) }),
    ],
    fieldConfig: fieldConfig(metric.unit),
    options: {
      orientation: 'horizontal',
      xField: by.label,
      showValue: 'auto',
      legend: { showLegend: false },
      tooltip: { mode: 'single' },
    },
  }
}

function table({ metrics, by, only }: TablePanel): Look {
  const overrides = metrics.map(({ label, unit }) => ({
    matcher: { id: 'byName', options: label },
    properties: [{ id: 'unit', value: UNITS[unit] }],
  }))
  const first = metrics[0]?.label ?? by.label
  return {
    type: 'table',
    targets: [target({ refId: 'A', metrics, only, buckets: [termBuckets(by, metrics)] })],
    transformations: [renamed({ [groupName(by.field)]: by.label, ...columnNames(metrics) })],
    fieldConfig: { defaults: {}, overrides },
    options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: first, desc: true }] },
  }
}

function renamed(renameByName: Readonly<Record<string, string>>) {
  return { id: 'organize', options: { excludeByName: {}, indexByName: {}, renameByName } }
}

function columnNames(metrics: readonly Metric[]): Readonly<Record<string, string>> {
  const names = metrics.flatMap(({ of, label }) => {
    if (of.kind === 'percentile') return [[`p${of.percent}.0 ${of.field}`, label]]
    const name = COLUMN_NAMES[of.kind]
    const isAlone = metrics.filter((other) => other.of.kind === of.kind).length === 1
    return [[isAlone || of.kind === 'count' ? name : `${name} ${groupName(of.field)}`, label]]
  })
  return Object.fromEntries(names)
}

/** A share is the division of two hidden queries, series by series. */
function share({ view, of, by }: SharePanel): Look {
  const metrics = [{ label: 'Calls', unit: 'calls', of: { kind: 'count' } }] as const
  const buckets = (size: number) => {
    const terms = by === undefined ? [] : [termBuckets({ ...by, size }, metrics)]
    if (view === 'time') return [...terms, timeBuckets()]
    return view === 'number' ? [WHOLE_RANGE] : terms
  }
  const targets = [
    target({ refId: 'A', metrics, only: of, buckets: buckets(by?.size ?? 1), hide: true }),
    // many more: what has most errors need not be what is called most
    target({ refId: 'B', metrics, buckets: buckets(100), hide: true }),
    expression('C', '$A / $B'),
  ]
  const config = fieldConfig('share', view === 'time' ? LINE : undefined)
  const displayName = by && `\${__field.labels["${groupName(by.field)}"]}`
  return {
    type: { number: 'stat', ranking: 'bargauge', time: 'timeseries' }[view],
    targets,
    fieldConfig: {
      ...config,
      defaults: { ...config.defaults, min: 0, ...(displayName && { displayName }) },
    },
    options: {
      ...(view === 'number' && STAT_OPTIONS),
      ...(view === 'ranking' && {
        orientation: 'horizontal',
        displayMode: 'basic',
        reduceOptions: STAT_OPTIONS.reduceOptions,
      }),
      ...(view === 'time' && {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      }),
    },
  }
}

function records({ columns, sort, only }: RecordsPanel): Look {
  const isNewest = sort === '@timestamp'
  const shown = isNewest ? [sort, ...columns] : []
  const order = Object.fromEntries(shown.map((name, place) => [name, place]))
  const units = { latency_ms: 'ms', first_byte_ms: 'ms' }
  const rename = isNewest
    ? {}
    : { 'Max latency_ms': 'latency_ms', 'Max first_byte_ms': 'first_byte_ms' }
  return {
    type: 'table',
    targets: [isNewest ? recentTarget(only) : slowestTarget(only)],
    transformations: [
      ...(isNewest ? [{ id: 'filterFieldsByName', options: { include: { names: shown } } }] : []),
      { id: 'organize', options: { excludeByName: {}, indexByName: order, renameByName: rename } },
    ],
    fieldConfig: {
      defaults: {},
      overrides: Object.entries(units).map(([name, value]) => ({
        matcher: { id: 'byName', options: name },
        properties: [{ id: 'unit', value }],
      })),
    },
    options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: sort, desc: true }] },
  }
}
