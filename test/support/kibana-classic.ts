import {
  AUTO_INTERVAL,
  aggregationSearch,
  type Json,
  type PanelSearch,
  panelQuery,
  queryOf,
  type SavedObject,
  savedSearchBody,
} from './kibana-query.ts'

interface Aggregation {
  readonly id: string
  readonly type: string
  readonly schema: string
  readonly params: Json & { readonly field?: string; readonly orderBy?: string }
}

export interface VisState {
  readonly title: string
  readonly type: string
  readonly aggs: readonly Aggregation[]
  readonly params: Json & { readonly spec?: string }
}

/** The searches of the visualisations and saved searches of an export. */
export function classicSearches(objects: readonly SavedObject[]): readonly PanelSearch[] {
  return objects.flatMap((object) => {
    if (object.type === 'search') return [{ panel: object.id, body: savedSearchBody(object) }]
    if (object.type !== 'visualization') return []
    const state = visStateOf(object)
    return [{ panel: object.id, body: searchOf(state, queryOf(object.attributes)) }]
  })
}

export function visStateOf({ attributes }: SavedObject): VisState {
  return JSON.parse(attributes.visState as string) as VisState
}

function searchOf(state: VisState, kql: string): Json {
  if (state.type === 'vega') return vegaSearch(JSON.parse(state.params.spec ?? '') as VegaSpec)
  const metrics = state.aggs.filter(({ schema }) => schema === 'metric')
  const buckets = state.aggs.filter(({ schema }) => schema !== 'metric')
  // metrics go into the innermost buckets; each level has the one that it is ordered by
  const measured = Object.fromEntries(metrics.flatMap(metricOf))
  const aggs = buckets.reduceRight<Json>((inner, each) => {
    const ordering = metrics.filter(({ id }) => id === each.params.orderBy).flatMap(metricOf)
    return { [each.id]: bucketOf(each, metrics, [...ordering, ...Object.entries(inner)]) }
  }, measured)
  return aggregationSearch(kql, aggs)
}

function bucketOf(
  bucket: Aggregation,
  metrics: readonly Aggregation[],
  inner: readonly (readonly [string, unknown])[],
): Json {
  const aggs = inner.length === 0 ? {} : { aggs: Object.fromEntries(inner) }
  switch (bucket.type) {
    case 'date_histogram':
      return { ...timeOf(bucket), ...aggs }
    case 'terms':
      return { ...termsOf(bucket, metrics), ...aggs }
    default:
      throw new Error(`not understood: ${bucket.type}`)
  }
}

function metricOf({ id, type, params }: Aggregation): [string, Json][] {
  if (type === 'count') return []
  const { field, percents } = params
  return [[id, { [type]: type === 'percentiles' ? { field, percents, keyed: false } : { field } }]]
}

function termsOf({ params }: Aggregation, metrics: readonly Aggregation[]): Json {
  const { orderBy } = params
  const ordered = metrics.find(({ id }) => id === orderBy)
  const isCount = orderBy === 'custom' || ordered?.type === 'count'
  if (!isCount && ordered === undefined) throw new Error(`not understood: order by ${orderBy}`)
  const { field, size, order } = params
  return { terms: { field, size, order: { [isCount ? '_count' : ordered!.id]: order } } }
}

function timeOf({ params }: Aggregation): Json {
  const { field, interval, min_doc_count } = params
  const width = interval === 'd' ? { calendar_interval: '1d' } : { fixed_interval: AUTO_INTERVAL }
  return { date_histogram: { field, ...width, time_zone: 'UTC', min_doc_count } }
}

export interface VegaSpec {
  readonly data: {
    readonly url: Json & { readonly body: Json; readonly index: string }
    readonly format: { readonly property: string }
  }
}

/** The search in a Vega specification after Kibana has put its context in. */
function vegaSearch({ data }: VegaSpec): Json {
  if (data.url['%context%'] !== true || data.url['%timefield%'] !== '@timestamp') {
    throw new Error('a Vega search without the context of its dashboard')
  }
  const text = JSON.stringify(data.url.body).replaceAll(
    '{"%autointerval%":true}',
    JSON.stringify(AUTO_INTERVAL),
  )
  return { ...(JSON.parse(text) as Json), query: panelQuery('') }
}
