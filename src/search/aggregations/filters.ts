import { type Sql, sql } from '../../store/index.ts'
import { BodyReader, isObject } from '../body-reader.ts'
import { illegalArgument } from '../search-failure.ts'
import type { AggregationCompiler, Json } from './aggregation.ts'
import { listedConditions } from './listed-conditions.ts'

/** A bucket per query, by name or in their order; the rest may go to one more. */
export const filters: AggregationCompiler = (body, { columns, children }) => {
  const reader = new BodyReader(body, 'filters')
  const given = reader.value('filters')
  const otherKey = reader.text('other_bucket_key')
  const hasOther = reader.boolean('other_bucket') ?? otherKey !== undefined
  const keyed = reader.boolean('keyed') ?? true
  reader.end()
  const isNamed = isObject(given)
  if (!isNamed && !Array.isArray(given)) throw illegalArgument('[filters] cannot be empty.')
  const queries: readonly (readonly [string, unknown])[] = isNamed
    ? Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))
    : given.map((query: unknown, place: number) => [String(place), query] as const)
  if (queries.length === 0) throw illegalArgument('[filters] cannot be empty.')
  const conditions = queries.map(([name, query]) => [name, columns.condition(query)] as const)
  const others: readonly (readonly [string, Sql])[] = hasOther
    ? [[otherKey ?? '_other_', none(conditions.map(([, condition]) => condition))]]
    : []
  const listed = [...conditions, ...others].map(([name, condition]) => ({
    condition,
    head: isNamed && keyed ? { [NAME]: name } : isNamed ? { key: name } : {},
  }))
  return listedConditions({
    typeName: 'filters',
    listed,
    children,
    wrap: (buckets) => ({ buckets: isNamed && keyed ? byName(buckets) : buckets }),
  })
}

/** Carries a bucket's name to where the buckets are put together; never in an answer. */
const NAME = Symbol('name')

function byName(buckets: readonly Json[]): Json {
  return Object.fromEntries(
    buckets.map((bucket) => [String((bucket as { readonly [NAME]?: string })[NAME]), bucket]),
  )
}

function none(conditions: readonly Sql[]): Sql {
  const any = conditions.reduce((left, right) => sql`${left} OR ${right}`)
  return sql`NOT (${any})`
}
