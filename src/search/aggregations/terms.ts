import { type Cell, integer, sql, type ValueType } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { tooManyBuckets } from '../search-failure.ts'
import type { AggregationCompiler, AskedRecords, BucketAggregation, Json } from './aggregation.ts'
import { BY_COUNT, bucketOrder } from './bucket-order.ts'
import { type FieldKeys, fieldKeys } from './field-keys.ts'
import { checkPatterns, selected, termSelection } from './term-selection.ts'
import { termsField } from './terms-field.ts'

const DEFAULT_SIZE = 10
/** Elasticsearch's `search.max_buckets`. */
const MAX_BUCKETS = 65_536

/** What stands in front of `terms` in the name of the type, by type of the keys. */
const KINDS = {
  keyword: 's',
  ip: 's',
  long: 'l',
  date: 'l',
  boolean: 'l',
  double: 'd',
  usd: 'd',
} as const satisfies Readonly<Record<ValueType, string>>

/** A bucket per value of a field; counts are exact. */
export const terms: AggregationCompiler = (body, { nowMs, children, columns }) => {
  const reader = new BodyReader(body, 'terms')
  const field = termsField(reader, columns, nowMs)
  const size = reader.integer('size', 1) ?? DEFAULT_SIZE
  const minDocCount = reader.integer('min_doc_count', 0) ?? 1
  const order = bucketOrder(reader.value('order'), BY_COUNT)
  const selection = termSelection(reader, field, nowMs)
  const keys = fieldKeys(field, field.filled, { format: reader.text('format') })
  const showsError = reader.boolean('show_term_doc_count_error') ?? false
  // how shards work together; there is one
  reader.ignore('shard_size', 'shard_min_doc_count', 'collect_mode', 'execution_hint')
  reader.end()
  const expression = selected(keys.expression, keys.isList, selection)
  // one more than may be answered, so that too many are noticed
  const top = { size: Math.min(size, MAX_BUCKETS + 1), order, minDocCount }
  const aggregation: BucketAggregation = {
    kind: 'buckets',
    typeName: `${KINDS[field.type]}terms`,
    key: { expression, isList: keys.isList },
    top,
    children,
    arrange: ({ groups }) =>
      groups.map((group) => ({ head: termHead(keys, group.key, showsError), group })),
    wrap: (buckets, { groups }) => ({
      doc_count_error_upper_bound: 0,
      sum_other_doc_count:
        (groups[0]?.total ?? 0) - groups.reduce((sum, { count }) => sum + count, 0),
      buckets,
    }),
  }
  if (minDocCount > 0 && selection.patterns.length === 0) return aggregation
  return {
    ...aggregation,
    async prepare(records) {
      await checkPatterns(selection, records)
      if (minDocCount > 0 || !field.isMapped) return aggregation
      return { ...aggregation, top: { ...top, vocabulary: await vocabulary(aggregation, records) } }
    },
  }
}

function termHead(keys: FieldKeys, key: Cell, showsError: boolean): Json {
  return { ...keyHead(keys, key), ...(showsError && { doc_count_error_upper_bound: 0 }) }
}

/** A key as it stands in a bucket. */
export function keyHead(keys: FieldKeys, key: Cell): Json {
  const text = keys.text(key)
  return { key: keys.value(key), ...(text !== undefined && { key_as_string: text }) }
}

/** Every term of the searched indices, whether a record of the query has it or not. */
async function vocabulary(
  { key: { expression, isList } }: BucketAggregation,
  records: AskedRecords,
): Promise<readonly Cell[]> {
  const key = isList ? sql`unnest(${expression})` : expression
  const rows = await records.all(
    (source) => sql`SELECT DISTINCT term FROM (SELECT ${key} AS term FROM ${source})
      WHERE term IS NOT NULL LIMIT ${integer(MAX_BUCKETS + 1)}`,
  )
  if (rows.length > MAX_BUCKETS) throw tooManyBuckets(MAX_BUCKETS)
  return rows.map(([term]) => term!)
}
