import {
  booleanValue,
  type Cell,
  doubleValue,
  joinSql,
  longValue,
  type Sql,
  type SqlValue,
  sql,
  textValue,
} from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { DEFAULT_DATE_FORMAT } from '../date-format.ts'
import type { ColumnType } from '../field-reference.ts'
import { fieldValue } from '../field-value.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import { UTC } from '../time-zone.ts'
import type { AggregationCompiler, GroupKey, Json } from './aggregation.ts'
import { BY_COUNT, bucketOrder } from './bucket-order.ts'
import { metricField } from './metric-field.ts'

const DEFAULT_SIZE = 10
/** Elasticsearch's `search.max_buckets`. */
const MAX_SIZE = 65_536

const TYPE_NAMES = {
  keyword: 'sterms',
  keywords: 'sterms',
  long: 'lterms',
  date: 'lterms',
  boolean: 'lterms',
  double: 'dterms',
  usd: 'dterms',
} as const satisfies Readonly<Record<ColumnType, string>>

/** A bucket per value of a field; counts are exact. */
export const terms: AggregationCompiler = (body, { nowMs, children }) => {
  const reader = new BodyReader(body, 'terms')
  const { input, type } = metricField(reader)
  const size = reader.integer('size', 1) ?? DEFAULT_SIZE
  if (size > MAX_SIZE) throw illegalArgument(`[size] must be at most [${MAX_SIZE}]`)
  const minDocCount = reader.integer('min_doc_count', 0) ?? 1
  if (minDocCount === 0) throw parsingFailure('[terms] does not support [min_doc_count] of 0')
  const order = bucketOrder(reader.value('order'), BY_COUNT)
  const missing = reader.value('missing')
  const only = values(reader, 'include', type, nowMs)
  const without = values(reader, 'exclude', type, nowMs)
  reader.boolean('show_term_doc_count_error')
  // how shards work together; there is one
  reader.ignore('shard_size', 'shard_min_doc_count', 'collect_mode', 'execution_hint')
  reader.end()
  const filled = withMissing(input, type, missing, nowMs)
  const key = restricted(keyOf(filled, type), type, only, without)
  return {
    kind: 'buckets',
    typeName: type === undefined ? 'umterms' : TYPE_NAMES[type],
    key,
    top: { size, order, minDocCount },
    children,
    arrange: (groups) => groups.map((group) => ({ head: headOf(group.key, type), group })),
    wrap: (buckets, groups) => ({
      doc_count_error_upper_bound: 0,
      sum_other_doc_count:
        (groups[0]?.total ?? 0) - groups.reduce((sum, { count }) => sum + count, 0),
      buckets,
    }),
  }
}

/** Keys as they are answered and asked for: dates in milliseconds, money as double. */
function keyOf(input: Sql, type: ColumnType | undefined): GroupKey {
  if (type === 'date') return { expression: sql`epoch_ms(${input})`, isList: false, bind: asLong }
  if (type === 'usd') return { expression: sql`${input}::DOUBLE`, isList: false, bind: asDouble }
  const bind = type === 'long' ? asLong : type === 'double' ? asDouble : asText
  if (type === 'boolean') return { expression: input, isList: false, bind: asBoolean }
  return { expression: input, isList: type === 'keywords', bind }
}

const asText = (key: Cell): SqlValue => textValue(String(key))
const asLong = (key: Cell): SqlValue => longValue(Number(key))
const asDouble = (key: Cell): SqlValue => doubleValue(Number(key))
const asBoolean = (key: Cell): SqlValue => booleanValue(key === true)

function headOf(key: Cell, type: ColumnType | undefined): Json {
  if (type === 'boolean') return { key: key === true ? 1 : 0, key_as_string: String(key) }
  if (type !== 'date') return { key }
  return { key, key_as_string: DEFAULT_DATE_FORMAT.format(Number(key), UTC) }
}

function withMissing(input: Sql, type: ColumnType | undefined, missing: unknown, nowMs: number) {
  if (missing === undefined || missing === null) return input
  const value = fieldValue(missing, type ?? 'keyword', { nowMs })
  if (value === undefined) throw parsingFailure('[terms] [missing] is not of the type of the field')
  if (type === undefined) return sql`${value}`
  return type === 'keywords'
    ? sql`coalesce(nullif(${input}, []), [${value}])`
    : sql`coalesce(${input}, ${value})`
}

function values(
  reader: BodyReader,
  name: 'include' | 'exclude',
  type: ColumnType | undefined,
  nowMs: number,
): readonly SqlValue[] | undefined {
  const given = reader.value(name)
  if (given === undefined || given === null) return undefined
  if (!Array.isArray(given)) throw parsingFailure(`[terms] [${name}] supports lists of values only`)
  return given
    .map((value) => fieldValue(value, type ?? 'keyword', { nowMs }))
    .filter((value) => value !== undefined)
    .map((value) => (value.type === 'date' ? longValue(value.value) : value))
}

/** Keys that are not wanted become null, which no bucket is made of. */
function restricted(
  key: GroupKey,
  type: ColumnType | undefined,
  only: readonly SqlValue[] | undefined,
  without: readonly SqlValue[] | undefined,
): GroupKey {
  if (only === undefined && without === undefined) return key
  const value = type === 'keywords' ? sql`x` : key.expression
  const conditions = [
    ...(only === undefined ? [] : [inList(value, only)]),
    ...(without === undefined ? [] : [sql`NOT (${inList(value, without)})`]),
  ]
  const condition = joinSql(conditions, ' AND ')
  const expression =
    type === 'keywords'
      ? sql`list_filter(${key.expression}, lambda x: ${condition})`
      : sql`CASE WHEN ${condition} THEN ${value} END`
  return { ...key, expression }
}

function inList(value: Sql, list: readonly SqlValue[]): Sql {
  if (list.length === 0) return sql`false`
  const pieces = list.map((item) => sql`${item}`)
  return sql`${value} IN (${joinSql(pieces, ', ')})`
}
