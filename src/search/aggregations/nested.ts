import { joinSql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalOnShard } from '../search-failure.ts'
import type { AggregationCompiler, AggregationContext, NestedObjects } from './aggregation.ts'
import { singleBucket } from './single-bucket.ts'

/** An aggregation whose sub-aggregations see other fields than it does. */
export interface ScopedAggregation {
  /** What those beneath it see. */
  readonly beneath: Pick<AggregationContext, 'columns' | 'within'>
  /** Compiles the rest once they are there. */
  readonly compile: AggregationCompiler
}

/** Finds what the sub-aggregations of an aggregation see, from its body. */
export type ScopedCompiler = (body: unknown, context: AggregationContext) => ScopedAggregation

/** The objects of a `nested` field in place of their records. */
export const nested: ScopedCompiler = (body, { columns, within }) => {
  const reader = new BodyReader(body, 'nested')
  const path = reader.requiredText('path')
  reader.end()
  const found = columns.nested(path)
  const parent = columns.unique()
  const own: NestedObjects = { path, outside: columns, parent }
  return {
    beneath: { columns: found.columns, within: [...within, own] },
    compile: (_, { children }) =>
      singleBucket(
        'nested',
        children,
        (records) => sql`SELECT *, unnest(${found.objects}) AS ${found.object}
          FROM (SELECT *, row_number() OVER () AS ${parent} FROM ${records})`,
      ),
  }
}

/** The records that objects are in, or the objects of `path` around them, each once. */
export const reverseNested: ScopedCompiler = (body, { within }) => {
  const reader = new BodyReader(body, 'reverse_nested')
  const path = reader.text('path')
  reader.end()
  if (within.length === 0) {
    throw illegalOnShard(
      'Reverse nested aggregation can only be used inside a [nested] aggregation',
    )
  }
  const place = path === undefined ? 0 : within.findIndex((around) => around.path === path) + 1
  const inner = within[place]
  if ((path !== undefined && place === 0) || inner === undefined) {
    throw illegalOnShard(`Reverse nested aggregation found no nested object [${path}] around it`)
  }
  return {
    beneath: { columns: inner.outside, within: within.slice(0, place) },
    compile: (_, { children }) =>
      singleBucket(
        'reverse_nested',
        children,
        (records, keys) =>
          sql`SELECT DISTINCT ON (${joinSql([...keys, inner.parent], ', ')}) * FROM ${records}`,
      ),
  }
}
