import { RANGE } from './dashboard-documents.ts'
import {
  AUTO_INTERVAL,
  aggregationSearch,
  type Json,
  kqlClause,
  type PanelSearch,
  type SavedObject,
  savedSearchBody,
} from './kibana-query.ts'

interface LensColumn {
  readonly operationType: string
  readonly isBucketed: boolean
  readonly dataType: string
  readonly sourceField?: string
  readonly references?: readonly string[]
  readonly filter?: { readonly query: string }
  readonly params: {
    readonly size?: number
    readonly percentile?: number
    readonly interval?: string
    readonly orderBy?: { readonly type: string; readonly columnId?: string }
    readonly orderAgg?: LensColumn
    readonly formula?: string
    readonly tinymathAst?: { readonly name: string; readonly args: readonly string[] }
  }
}

export interface LensState {
  readonly datasourceStates: {
    readonly formBased: {
      readonly layers: Readonly<
        Record<
          string,
          {
            readonly columns: Readonly<Record<string, LensColumn>>
            readonly columnOrder: readonly string[]
          }
        >
      >
    }
  }
  readonly visualization: Json & {
    readonly layerId?: string
    readonly metricAccessor?: string
    readonly columns?: readonly { readonly columnId: string }[]
    readonly layers?: readonly {
      readonly layerId: string
      readonly xAccessor: string
      readonly splitAccessor?: string
      readonly accessors: readonly string[]
    }[]
  }
  readonly query: { readonly query: string }
}

/** The searches of the Lens objects and saved searches of an export. */
export function lensSearches(objects: readonly SavedObject[]): readonly PanelSearch[] {
  return objects.flatMap((object) => {
    if (object.type === 'search') return [{ panel: object.id, body: savedSearchBody(object) }]
    if (object.type !== 'lens') return []
    const { datasourceStates, query } = lensStateOf(object)
    return Object.values(datasourceStates.formBased.layers).map(({ columns, columnOrder }) => {
      const ordered = columnOrder.map((name) => [name, columns[name]!] as const)
      return { panel: object.id, body: aggregationSearch(query.query, layerAggregations(ordered)) }
    })
  })
}

export function lensStateOf({ attributes }: SavedObject): LensState {
  return attributes.state as LensState
}

const METRICS: Readonly<Record<string, string>> = {
  average: 'avg',
  max: 'max',
  sum: 'sum',
  unique_count: 'cardinality',
}

type NamedColumn = readonly [string, LensColumn]

function layerAggregations(columns: readonly NamedColumn[]): Json {
  const buckets = columns.filter(([, { isBucketed }]) => isBucketed)
  const measured = columns.filter(([, { isBucketed }]) => !isBucketed)
  const metrics = Object.fromEntries(measured.flatMap(metricOf))
  return buckets.reduceRight<Json>((inner, bucket) => {
    const [name, { params }] = bucket
    const ordering = measured.filter(([metric]) => metric === params.orderBy?.columnId)
    const entries = [...ordering.flatMap(metricOf), ...Object.entries(inner)]
    const aggs = entries.length === 0 ? {} : { aggs: Object.fromEntries(entries) }
    return { [name]: { ...bucketOf(bucket, measured), ...aggs } }
  }, metrics)
}

function metricOf([name, { operationType, sourceField, params, filter }]: NamedColumn): [
  string,
  Json,
][] {
  switch (operationType) {
    case 'count':
      return filter === undefined ? [] : [[name, { filter: kqlClause(filter.query) }]]
    // computed by Kibana from the columns that they refer to
    case 'formula':
    case 'math':
      return []
    case 'percentile':
      return [[name, { percentiles: { field: sourceField, percents: [params.percentile] } }]]
    default: {
      const type = METRICS[operationType]
      if (type === undefined) throw new Error(`not understood: ${operationType}`)
      return [[name, { [type]: { field: sourceField } }]]
    }
  }
}

function bucketOf([, column]: NamedColumn, measured: readonly NamedColumn[]): Json {
  const { operationType, sourceField: field, params } = column
  if (operationType === 'date_histogram') {
    const width =
      params.interval === '1d' ? { calendar_interval: '1d' } : { fixed_interval: AUTO_INTERVAL }
    const bounds = { min: RANGE.fromMs, max: RANGE.toMs }
    return {
      date_histogram: {
        field,
        ...width,
        time_zone: 'UTC',
        extended_bounds: bounds,
        min_doc_count: 0,
      },
    }
  }
  if (operationType !== 'terms') throw new Error(`not understood: ${operationType}`)
  return { terms: { field, size: params.size, order: { [orderOf(column, measured)]: 'desc' } } }
}

function orderOf({ params }: LensColumn, measured: readonly NamedColumn[]): string {
  const { orderBy, orderAgg } = params
  if (orderBy?.type === 'custom' && orderAgg?.operationType === 'count') return '_count'
  const [name, column] = measured.find(([each]) => each === orderBy?.columnId) ?? []
  if (orderBy?.type !== 'column' || name === undefined || column?.references !== undefined) {
    throw new Error(`not understood: order by ${JSON.stringify(orderBy)}`)
  }
  return column?.operationType === 'count' ? '_count' : name
}
