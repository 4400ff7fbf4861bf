import { type Cell, joinSql, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import type { AggregationCompiler, AggregationContext, Json } from './aggregation.ts'
import { BY_COUNT, bucketOrder } from './bucket-order.ts'
import { composedKey, partOf, partsOf } from './composed-keys.ts'
import { type FieldKeys, fieldKeys, wholeText } from './field-keys.ts'
import { termsField } from './terms-field.ts'

const DEFAULT_SIZE = 10
/** Elasticsearch's `search.max_buckets`; one more is noticed. */
const MOST = 65_537

/** A bucket per combination of values of several fields. */
export const multiTerms: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'multi_terms')
  const given = reader.value('terms')
  if (!Array.isArray(given) || given.length < 2) {
    throw illegalArgument(
      `The [terms] parameter in the aggregation [multi_terms] must be present and have at least 2 fields or scripts.`,
    )
  }
  const fields = given.map((one: unknown) => termOf(one, context))
  const size = reader.integer('size', 1) ?? DEFAULT_SIZE
  const minDocCount = reader.integer('min_doc_count', 0) ?? 1
  if (minDocCount === 0) {
    throw parsingFailure('[multi_terms] does not support [min_doc_count] of 0')
  }
  const order = bucketOrder(reader.value('order'), BY_COUNT)
  const showsError = reader.boolean('show_term_doc_count_error') ?? false
  // how shards work together; there is one
  reader.ignore('shard_size', 'shard_min_doc_count', 'collect_mode')
  reader.end()
  return {
    kind: 'buckets',
    typeName: 'multi_terms',
    key: composedKey(
      fields.map(({ expression, isList }) => ({ expression, isList, allowsNull: false })),
      (key, descending) => ordered(key, fields.length, descending),
      () => undefined,
    ),
    top: { size: Math.min(size, MOST), order, minDocCount },
    children: context.children,
    arrange: ({ groups }) =>
      groups.map((group) => ({ head: headOf(fields, group.key, showsError), group })),
    wrap: (buckets, { groups }) => ({
      doc_count_error_upper_bound: 0,
      sum_other_doc_count:
        (groups[0]?.total ?? 0) - groups.reduce((sum, { count }) => sum + count, 0),
      buckets,
    }),
  }
}

function termOf(given: unknown, { columns, nowMs }: AggregationContext): FieldKeys {
  const reader = new BodyReader(given, 'multi_terms')
  const field = termsField(reader, columns, nowMs)
  const format = reader.text('format')
  reader.end()
  return fieldKeys(field, field.filled, { format })
}

function ordered(key: Sql, count: number, descending: boolean): Sql {
  const direction = descending ? sql`DESC` : sql`ASC`
  const places = Array.from({ length: count }, (_, place) => place)
  return joinSql(
    places.map((place) => sql`${partOf(key, place)} ${direction}`),
    ', ',
  )
}

function headOf(fields: readonly FieldKeys[], key: Cell, showsError: boolean): Json {
  const parts = partsOf(key, fields.length)
  return {
    key: fields.map((field, place) => partValue(field, parts[place]!)),
    key_as_string: fields.map((field, place) => wholeText(field, parts[place]!)).join('|'),
    ...(showsError && { doc_count_error_upper_bound: 0 }),
  }
}

/** Dates and booleans stand in such a key as they are written. */
function partValue(field: FieldKeys, part: Cell): unknown {
  return field.type === 'boolean' ? part === true : (field.text(part) ?? field.value(part))
}
