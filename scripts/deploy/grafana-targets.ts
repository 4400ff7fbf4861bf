import {
  type Condition,
  groupName,
  isOrderedByCalls,
  type Metric,
  type Split,
  toLucene,
} from './panel.ts'
import { TIME_FIELD } from './saved-object.ts'

/** The data source chosen at import, or by the variable of the same name. */
export const DATA_SOURCE = { type: 'elasticsearch', uid: '${DS_BELLWETHER}' } as const

export interface GrafanaTarget {
  readonly refId: string
  readonly [setting: string]: unknown
}

interface BucketAggregation {
  readonly id: string
  readonly type: 'date_histogram' | 'terms'
  readonly field: string
  readonly settings: Readonly<Record<string, unknown>>
}

interface TargetOptions {
  readonly refId: string
  readonly metrics: readonly Metric[]
  readonly only?: Condition | undefined
  readonly buckets: readonly BucketAggregation[]
  /** Name of a series; `{{term FIELD}}` and `{{metric}}` are replaced. */
  readonly alias?: string
  readonly hide?: true
}

/** A query with buckets and metrics. */
export function target({ only, metrics, buckets, alias = '', ...rest }: TargetOptions) {
  return {
    ...rest,
    datasource: DATA_SOURCE,
    query: toLucene(only),
    timeField: TIME_FIELD,
    alias,
    metrics: grafanaMetrics(metrics),
    bucketAggs: buckets,
  } satisfies GrafanaTarget
}

function grafanaMetrics(metrics: readonly Metric[]) {
  const [first] = metrics
  if (first?.of.kind === 'percentile') {
    const percents = metrics.flatMap(({ of }) =>
      of.kind === 'percentile' ? [String(of.percent)] : [],
    )
    return [{ id: '1', type: 'percentiles', field: first.of.field, settings: { percents } }]
  }
  return metrics.map(({ of }, place) => ({
    id: String(place + 1),
    type: of.kind,
    ...('field' in of && { field: groupName(of.field) }),
  }))
}

/** The axis of time, in UTC days or in the interval of the dashboard. */
export function timeBuckets(daily = false): BucketAggregation {
  const settings = daily
    ? { interval: '1d', min_doc_count: '0', trimEdges: '0', timeZone: 'utc' }
    : { interval: 'auto', min_doc_count: '0', trimEdges: '0' }
  return { id: '8', type: 'date_histogram', field: TIME_FIELD, settings }
}

/** The values of a field with most of the first metric, or with most calls. */
export function termBuckets({ field, size }: Split, metrics: readonly Metric[]): BucketAggregation {
  const isByCount = isOrderedByCalls(metrics) || metrics[0]?.of.kind === 'count'
  const settings = {
    size: String(size),
    order: 'desc',
    orderBy: isByCount ? '_count' : '1',
    min_doc_count: '1',
  }
  return { id: '9', type: 'terms', field: groupName(field), settings }
}

/** A calculation over the series of other targets, by their `refId`. */
export function expression(refId: string, formula: string): GrafanaTarget {
  return {
    refId,
    datasource: { type: '__expr__', uid: '__expr__' },
    type: 'math',
    expression: formula,
    hide: false,
  }
}

/**
 * One bucket from 1970 to 2069: Grafana asks for no metric without buckets, and a percentile or
 * an average of many buckets is not that of the range.
 */
export const WHOLE_RANGE: BucketAggregation = {
  id: '8',
  type: 'date_histogram',
  field: TIME_FIELD,
  settings: { interval: '36500d', min_doc_count: '0', trimEdges: '0' },
}

const RECENT = 100
const SLOWEST = 20

/** The newest documents, as they are. */
export function recentTarget(only: Condition | undefined): GrafanaTarget {
  return {
    refId: 'A',
    datasource: DATA_SOURCE,
    query: toLucene(only),
    timeField: TIME_FIELD,
    alias: '',
    metrics: [{ id: '1', type: 'raw_data', settings: { size: String(RECENT) } }],
    bucketAggs: [],
  }
}

/** The slowest calls: Grafana orders documents by time only, so they are buckets of one call. */
export function slowestTarget(only: Condition | undefined): GrafanaTarget {
  const latency = ['latency_ms', 'first_byte_ms'].map((field, place) => ({
    id: String(place + 1),
    type: 'max',
    field,
  }))
  const single = { size: '1', order: 'desc', orderBy: '_count', min_doc_count: '1', missing: '-' }
  const calls = { size: String(SLOWEST), order: 'desc', orderBy: '1', min_doc_count: '1' }
  return {
    refId: 'A',
    datasource: DATA_SOURCE,
    query: toLucene(only),
    timeField: TIME_FIELD,
    alias: '',
    metrics: latency,
    bucketAggs: [
      { id: '4', type: 'terms', field: 'request_id.keyword', settings: calls },
      { id: '5', type: 'terms', field: 'model.keyword', settings: single },
      { id: '6', type: 'terms', field: 'provider.keyword', settings: single },
      { id: '7', type: 'terms', field: 'user_id.keyword', settings: single },
    ],
  }
}
