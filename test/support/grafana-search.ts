import { RANGE } from './dashboard-documents.ts'
import type { Json } from './kibana-query.ts'

export interface GrafanaTarget {
  readonly refId: string
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly hide?: boolean
  readonly query?: string
  readonly expression?: string
  readonly timeField?: string
  readonly metrics?: readonly {
    readonly id: string
    readonly type: string
    readonly field?: string
    readonly settings?: Json
  }[]
  readonly bucketAggs?: readonly {
    readonly id: string
    readonly type: string
    readonly field: string
    readonly settings: Readonly<Record<string, string>>
  }[]
}

type Metrics = NonNullable<GrafanaTarget['metrics']>
type Bucket = NonNullable<GrafanaTarget['bucketAggs']>[number]

/** What `auto` stands for: Grafana writes the interval in milliseconds. */
const INTERVAL = '3600000ms'

/** The names of the daily indices of the range, from a pattern as `[prefix-]YYYY.MM.DD`. */
export function dailyIndices(pattern: string): readonly string[] {
  const [, prefix = ''] = /^\[(.+)\]YYYY\.MM\.DD$/.exec(pattern) ?? []
  const days: string[] = []
  for (let atMs = RANGE.fromMs; atMs <= RANGE.toMs; atMs += 86_400_000) {
    days.push(prefix + new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '.'))
  }
  return days
}

/** The two lines of `_msearch` that Grafana makes of a query of a panel. */
export function grafanaSearch(target: GrafanaTarget, indices: readonly string[]): readonly Json[] {
  const header = {
    ignore_unavailable: true,
    index: indices.join(','),
    search_type: 'query_then_fetch',
  }
  const range = { gte: RANGE.fromMs, lte: RANGE.toMs, format: 'epoch_millis' }
  const text = { query_string: { analyze_wildcard: true, query: target.query } }
  const query = { bool: { filter: [{ range: { '@timestamp': range } }, text] } }
  const { metrics = [], bucketAggs = [] } = target
  if (metrics[0]?.type === 'raw_data') return [header, { ...documents(metrics[0].settings), query }]
  if (bucketAggs.length === 0) throw new Error('Grafana refuses metrics without buckets')
  return [header, { size: 0, query, aggs: aggregations(metrics, bucketAggs) }]
}

function documents(settings: Json | undefined): Json {
  return {
    size: Number(settings?.size),
    sort: { '@timestamp': { order: 'desc', unmapped_type: 'boolean' }, _doc: { order: 'desc' } },
    docvalue_fields: ['@timestamp'],
    script_fields: {},
  }
}

function aggregations(metrics: Metrics, buckets: readonly Bucket[]): Json {
  const measured = Object.fromEntries(metrics.flatMap(metricOf))
  return buckets.reduceRight<Json>((inner, bucket) => {
    const ordering = metrics.filter(({ id }) => id === bucket.settings.orderBy).flatMap(metricOf)
    const entries = [...ordering, ...Object.entries(inner)]
    const aggs = entries.length === 0 ? {} : { aggs: Object.fromEntries(entries) }
    return { [bucket.id]: { ...bucketOf(bucket, metrics), ...aggs } }
  }, measured)
}

function metricOf({ id, type, field, settings }: Metrics[number]): [string, Json][] {
  return type === 'count' ? [] : [[id, { [type]: { field, ...settings } }]]
}

function bucketOf({ type, field, settings }: Bucket, metrics: Metrics): Json {
  if (type === 'date_histogram') return timeOf(field, settings)
  if (type !== 'terms') throw new Error(`not understood: ${type}`)
  const { size, order = 'desc', orderBy = '_count', min_doc_count, missing } = settings
  const isKnown = orderBy === '_count' || metrics.some(({ id }) => id === orderBy)
  if (!isKnown) throw new Error(`not understood: order by ${orderBy}`)
  return {
    terms: {
      field,
      size: Number(size),
      order: { [orderBy]: order },
      min_doc_count: Number(min_doc_count),
      ...(missing !== undefined && { missing }),
    },
  }
}

function timeOf(field: string, { interval, min_doc_count }: Bucket['settings']): Json {
  return {
    date_histogram: {
      field,
      fixed_interval: interval === 'auto' ? INTERVAL : interval,
      min_doc_count: Number(min_doc_count),
      extended_bounds: { min: RANGE.fromMs, max: RANGE.toMs },
      format: 'epoch_millis',
    },
  }
}
