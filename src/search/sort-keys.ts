import {
  booleanValue,
  type Cell,
  type DateFormat,
  dateFormat,
  dateValue,
  doubleValue,
  longValue,
  RECORD_PLACE,
  type Score,
  type SortKey,
  type Sql,
  type SqlValue,
  sql,
  textValue,
  type ValueType,
} from '../store/index.ts'
import { BodyReader, isObject } from './body-reader.ts'
import { fieldValue, numberOf } from './field-value.ts'
import type { FieldValues, RequestColumns } from './request-columns.ts'
import type { Schema } from './schema.ts'
import { illegalArgument, illegalOnShard, parsingFailure, SearchFailure } from './search-failure.ts'

/** What a sort key's values are; `score` and `doc` are no fields. */
export type SortType = ValueType | 'score' | 'doc'

export interface CompiledSort {
  readonly keys: readonly SortKey[]
  readonly types: readonly SortType[]
  /** How dates of a key are written in the answer; milliseconds without. */
  readonly formats: readonly (DateFormat | undefined)[]
  /** Whether the score of each hit is computed. */
  readonly hasScore: boolean
}

export interface SortContext {
  readonly columns: RequestColumns
  readonly nowMs: number
  scoreOf(schema: Schema): Score
}

/**
 * Compiles `sort`: names, `{"field": "desc"}`, `{"field": {"order", "missing", "mode",
 * "unmapped_type"}}`, one of them or a list. Undefined when hits are to come in the usual order.
 *
 * @throws SearchFailure for fields that cannot be sorted by
 */
export function compileSort(body: unknown, context: SortContext): CompiledSort | undefined {
  if (body === undefined || body === null) return undefined
  const entries = (Array.isArray(body) ? body : [body]).flatMap(entriesOf)
  if (entries.length === 0) return undefined
  // by relevance alone is the usual order
  if (entries.length === 1 && isByScore(entries[0])) return undefined
  const compiled = entries.map(([field, options]) => compileKey(field, options, context))
  return {
    keys: compiled.map(({ key }) => key),
    types: compiled.map(({ type }) => type),
    formats: compiled.map(({ format }) => format),
    hasScore: compiled.some(({ type }) => type === 'score'),
  }
}

function isByScore(entry: readonly [string, unknown] | undefined): boolean {
  if (entry?.[0] !== '_score') return false
  const order = isObject(entry[1]) ? entry[1].order : entry[1]
  return order === undefined || order === 'desc' || Object.keys(Object(order)).length === 0
}

/** An object may name several fields; their order counts. */
function entriesOf(item: unknown): readonly (readonly [string, unknown])[] {
  if (typeof item === 'string') {
    const end = item.lastIndexOf(':')
    const order = item.slice(end + 1)
    return end > 0 && (order === 'asc' || order === 'desc')
      ? [[item.slice(0, end), order]]
      : [[item, {}]]
  }
  if (isObject(item)) return Object.entries(item)
  throw parsingFailure(
    'malformed sort format, within the sort array, an object, or an actual string are allowed',
  )
}

interface CompiledKey {
  readonly key: SortKey
  readonly type: SortType
  readonly format?: DateFormat
}

const MODES = ['min', 'max', 'sum', 'avg', 'median'] as const
type Mode = (typeof MODES)[number]

function compileKey(field: string, given: unknown, context: SortContext): CompiledKey {
  const reader = new BodyReader(isObject(given) ? given : { order: given }, 'sort')
  const order = reader.choice('order', ['asc', 'desc'])
  const missing = reader.value('missing') ?? '_last'
  const unmappedType = reader.text('unmapped_type')
  const mode = reader.choice('mode', MODES)
  const format = reader.text('format')
  reader.ignore('numeric_type', 'ignore_unmapped')
  if (reader.value('nested') !== undefined) throw parsingFailure('[sort] does not support [nested]')
  reader.end()
  const descending = (order ?? (field === '_score' ? 'desc' : 'asc')) === 'desc'
  if (field === '_score') return scoreKey(descending, context)
  if (field === '_doc' || field === '_shard_doc') return docKey(descending)
  const values = context.columns.field(field)
  if (values.type === undefined && unmappedType === undefined) throw notMapped(field)
  const single = oneValue(values, mode ?? (descending ? 'max' : 'min'))
  const expression = withMissing(single, values, missing, context.nowMs)
  const missingFirst = missing === '_first'
  const byTime = field === '@timestamp' && { byTime: true as const }
  return {
    key: { expression, descending, missingFirst, ...byTime },
    type: values.type ?? 'long',
    ...(format !== undefined && values.type === 'date' && { format: dateFormat(format) }),
  }
}

function scoreKey(descending: boolean, { columns, scoreOf }: SortContext): CompiledKey {
  return {
    key: { expression: columns.score(scoreOf), descending, missingFirst: false },
    type: 'score',
  }
}

/** By the place in which documents lie, which is the same as long as nothing is written. */
function docKey(descending: boolean): CompiledKey {
  return { key: { expression: RECORD_PLACE, descending, missingFirst: false }, type: 'doc' }
}

function notMapped(field: string): SearchFailure {
  return new SearchFailure({
    type: 'query_shard_exception',
    reason: `No mapping found for [${field}] in order to sort on`,
    status: 400,
    onShard: true,
  })
}

const LIST_FUNCTIONS: Readonly<Record<Mode, Sql>> = {
  min: sql`list_min`,
  max: sql`list_max`,
  sum: sql`list_sum`,
  avg: sql`list_avg`,
  median: sql`list_median`,
}

function oneValue({ input, type, isList, name }: FieldValues, mode: Mode): Sql {
  const value = type === 'usd' && !isList ? sql`CAST(${input} AS DOUBLE)` : input
  if (!isList) return value
  const isText = type === 'keyword' || type === 'ip'
  if (isText && mode !== 'min' && mode !== 'max') {
    throw illegalOnShard(
      `we only support AVG, MEDIAN and SUM on number based fields, not [${name}]`,
    )
  }
  return sql`${LIST_FUNCTIONS[mode]}(${input})`
}

function withMissing(expression: Sql, { type }: FieldValues, missing: unknown, nowMs: number): Sql {
  if (missing === '_last' || missing === '_first' || type === undefined) return expression
  const value = fieldValue(missing, { type }, { nowMs })
  return value === undefined ? expression : sql`coalesce(${expression}, ${value})`
}

/**
 * Reads `search_after`: one value per sort key.
 *
 * @throws SearchFailure when the values do not fit the keys
 */
export function searchAfter(
  given: unknown,
  sort: CompiledSort | undefined,
  nowMs: number,
): readonly (SqlValue | null)[] | undefined {
  if (given === undefined || given === null) return undefined
  if (sort === undefined) throw illegalArgument('Sort must contain at least one field.')
  if (!Array.isArray(given) || given.length !== sort.types.length) {
    throw illegalArgument(
      `search_after has ${Array.isArray(given) ? given.length : 0} value(s) but sort has ${sort.types.length}.`,
    )
  }
  return given.map((value, place) => afterValue(value, sort, place, nowMs))
}

function afterValue(
  value: unknown,
  { types, formats }: CompiledSort,
  place: number,
  nowMs: number,
): SqlValue | null {
  const type = types[place]!
  if (value === null) return null
  if (type === 'score') return doubleValue(numberOf(value))
  if (type === 'doc') return longValue(Math.trunc(numberOf(value)))
  if (type === 'ip') return textValue(String(value))
  const format = formats[place]
  return fieldValue(value, { type }, { nowMs, ...(format !== undefined && { format }) }) ?? null
}

/**
 * The end of a page as the next one begins behind it: the values of the last record's keys.
 */
export function pageEnd(
  values: readonly Cell[],
  types: readonly SortType[],
): readonly (SqlValue | null)[] {
  return values.map((value, place) => (value === null ? null : cellValue(value, types[place]!)))
}

function cellValue(value: Cell, type: SortType): SqlValue {
  switch (type) {
    case 'keyword':
    case 'ip':
      return textValue(String(value))
    case 'boolean':
      return booleanValue(value === true)
    case 'date':
      return dateValue(Number(value))
    case 'long':
    case 'doc':
      return longValue(Number(value))
    case 'double':
    case 'usd':
    case 'score':
      return doubleValue(Number(value))
    default:
      return type satisfies never
  }
}
