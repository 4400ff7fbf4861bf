import { type Sql, sql } from '../store/index.ts'
import type {
  BucketAggregation,
  Children,
  FilterAggregation,
  Metric,
  OrderPlace,
} from './aggregations/aggregation.ts'

interface PlacedMetric {
  readonly metric: Metric
  readonly slot: number
}

interface PlacedFilter {
  readonly filter: FilterAggregation
  /** Slot of its number of records. */
  readonly slot: number
  readonly beneath: Layout
}

/** A bucket aggregation, with the conditions of the filters between it and its bucket. */
export interface PlacedBuckets {
  readonly buckets: BucketAggregation
  readonly conditions: readonly Sql[]
}

/** Where the values of the aggregations of one level stand among the values of a statement. */
export interface Layout {
  readonly metrics: ReadonlyMap<string, PlacedMetric>
  readonly filters: ReadonlyMap<string, PlacedFilter>
  readonly buckets: readonly PlacedBuckets[]
}

/**
 * Lays out a level: metrics, and those inside of filters, become expressions of the statement
 * that makes the groups; bucket aggregations need statements of their own.
 */
export function layOut(
  children: Children,
  expressions: Sql[],
  conditions: readonly Sql[] = [],
): Layout {
  const metrics = new Map<string, PlacedMetric>()
  const filters = new Map<string, PlacedFilter>()
  const buckets: PlacedBuckets[] = []
  for (const [name, child] of children) {
    if (child.kind === 'metric') {
      metrics.set(name, { metric: child, slot: expressions.length })
      expressions.push(...child.select(child.inputs.map((input) => limited(input, conditions))))
    } else if (child.kind === 'filter') {
      const inner = [...conditions, child.mark]
      const slot = expressions.push(countSql(inner)) - 1
      const beneath = layOut(child.children, expressions, inner)
      filters.set(name, { filter: child, slot, beneath })
      buckets.push(...beneath.buckets)
    } else if (child.kind === 'buckets') {
      buckets.push({ buckets: child, conditions })
    }
    // others are made of finished answers, or of other records
  }
  return { metrics, filters, buckets }
}

/** Only records of the conditions go in: for the others the input is null. */
function limited(input: Sql, conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? input : sql`CASE WHEN ${all(conditions)} THEN ${input} END`
}

function countSql(conditions: readonly Sql[]): Sql {
  return sql`count(*) FILTER (WHERE ${all(conditions)})`
}

function all(conditions: readonly Sql[]): Sql {
  return conditions.reduce((left, right) => sql`${left} AND ${right}`)
}

/** Finds the value that an order path such as `errors>cost` or `latency.95` names. */
export function orderPlace(
  layout: Layout,
  path: readonly string[],
  property: string | undefined,
): OrderPlace | undefined {
  const [name, ...rest] = path
  if (name === undefined) return undefined
  const placed = layout.filters.get(name)
  if (placed !== undefined) {
    if (rest.length > 0 && rest[0] !== '_count') return orderPlace(placed.beneath, rest, property)
    const counts = property === undefined || property === '_count' || property === 'doc_count'
    return counts ? { slot: placed.slot } : undefined
  }
  const metric = layout.metrics.get(name)
  const place = rest.length > 0 ? undefined : metric?.metric.order(property)
  if (metric === undefined || place === undefined) return undefined
  const none = NONE_COUNTS_AS.get(valueName(metric.metric, property))
  return { ...place, slot: metric.slot + place.slot, ...(none !== undefined && { none }) }
}

function valueName({ typeName }: Metric, property: string | undefined): string {
  return property === undefined || property === 'value' ? typeName : property
}

/** Where buckets stand that have no value to be ordered by, by the name of the value. */
const NONE_COUNTS_AS: ReadonlyMap<string, OrderPlace['none']> = new Map([
  ['max', 'least'],
  ['min', 'most'],
  ['sum', 'zero'],
  ['sum_of_squares', 'zero'],
])
