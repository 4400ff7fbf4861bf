import {
  type Cell,
  type Score,
  type SortKey,
  type Sql,
  type SqlValue,
  sql,
} from '../store/index.ts'
import { BodyReader, isObject } from './body-reader.ts'
import { KEY_TYPES, type KeyType } from './hit-page-end.ts'
import {
  NUMERIC_TYPES,
  notMapped,
  SORT_MODES,
  type SortExpression,
  type SortMode,
  sortExpression,
  unmappedKind,
  withMissing,
} from './hit-sort-expression.ts'
import { afterList, type SortKind, type SortValue, sortValue } from './hit-sort-values.ts'
import type { FieldValues, RequestColumns } from './request-columns.ts'
import type { Schema } from './schema.ts'
import {
  contentFailure,
  illegalArgument,
  illegalOnShard,
  parsingFailure,
  SearchFailure,
} from './search-failure.ts'

export interface CompiledSort {
  /** Names of the keys that were asked for. */
  readonly fields: readonly string[]
  /** Keys of the engine: one or two for each key that was asked for. */
  readonly keys: readonly SortKey[]
  readonly types: readonly KeyType[]
  /** Place of the score among the keys; undefined when it is none of them. */
  readonly scorePlace: number | undefined
  /** The `sort` of a hit, from the values of its keys. */
  answer(cells: readonly Cell[]): readonly unknown[]
  /**
   * Reads `search_after`: one value for each key.
   *
   * @throws SearchFailure when the values do not fit the keys
   */
  after(given: unknown): readonly (SqlValue | null)[]
}

export interface SortContext {
  readonly columns: RequestColumns
  readonly nowMs: number
  /** Whether only logs are searched: their numbers are short. */
  readonly isLogs: boolean
  /** Whether the search is one of a view, whose records have a fixed place. */
  readonly isView: boolean
  readonly scoreOf: (schema: Schema) => Score
  /** The place of a record; among all records where a page is sorted. */
  readonly place: Sql
  /** Whether the field is an object wherever it is mapped: it has no values of its own. */
  isObject(field: string): boolean
}

/**
 * Compiles `sort`: names, `{"field": "desc"}`, `{"field": {"order", "missing", "mode",
 * "unmapped_type", "format", "numeric_type"}}`, one of them or a list. Undefined when hits are to
 * come in the usual order.
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
  return { fields: entries.map(([field]) => field), ...united(compiled) }
}

function isByScore(entry: readonly [string, unknown] | undefined): boolean {
  if (entry?.[0] !== '_score') return false
  const [, given] = entry
  if (!isObject(given)) return given === 'desc'
  const { order = 'desc', ...others } = given
  return order === 'desc' && Object.keys(others).length === 0
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
  throw illegalArgument(
    'malformed sort format, within the sort array, an object, or an actual string are allowed',
  )
}

interface CompiledKey {
  readonly keys: readonly SortKey[]
  readonly kind: SortKind
  readonly value: SortValue
}

function united(compiled: readonly CompiledKey[]): Omit<CompiledSort, 'fields'> {
  const starts: number[] = []
  let next = 0
  for (const { keys } of compiled) {
    starts.push(next)
    next += keys.length
  }
  const score = compiled.findIndex(({ kind }) => kind === 'score')
  return {
    keys: compiled.flatMap(({ keys }) => keys),
    types: compiled.flatMap(({ keys, kind }) => keys.map(() => KEY_TYPES[kind])),
    scorePlace: starts[score],
    answer: (cells) =>
      compiled.map(({ keys, value }, place) =>
        value.answer(cells.slice(starts[place], starts[place]! + keys.length)),
      ),
    after: (given) => {
      const list = afterList(given, compiled.length)
      return compiled.flatMap(({ value }, place) => value.after(list[place]))
    },
  }
}

const FIELD_KEYS = ['order', 'missing', 'unmapped_type', 'mode', 'format', 'numeric_type', 'nested']

interface FieldOptions {
  readonly descending: boolean
  readonly missing: unknown
  readonly unmappedType: string | undefined
  readonly mode: SortMode
  readonly format: string | undefined
  readonly numericType: (typeof NUMERIC_TYPES)[number] | undefined
}

function fieldOptions(given: unknown): FieldOptions {
  const reader = new BodyReader(isObject(given) ? given : { order: given }, 'sort')
  checkKeys(reader, 'field_sort', [...FIELD_KEYS, 'ignore_unmapped'])
  if (reader.value('nested') !== undefined) throw parsingFailure('[sort] does not support [nested]')
  const descending = isDescending(reader, false)
  return {
    descending,
    missing: reader.value('missing') ?? '_last',
    unmappedType: reader.text('unmapped_type'),
    mode: oneOf(reader, 'mode', SORT_MODES) ?? (descending ? 'max' : 'min'),
    format: reader.text('format'),
    numericType: oneOf(reader, 'numeric_type', NUMERIC_TYPES),
  }
}

function checkKeys(reader: BodyReader, parser: string, known: readonly string[]): void {
  const unknown = reader.keys().find((key) => !known.includes(key))
  if (unknown !== undefined) throw contentFailure(`[${parser}] unknown field [${unknown}]`)
}

function isDescending(reader: BodyReader, usual: boolean): boolean {
  const order = oneOf(reader, 'order', ['asc', 'desc'])
  return order === undefined ? usual : order === 'desc'
}

function oneOf<const T extends string>(
  reader: BodyReader,
  key: string,
  choices: readonly T[],
): T | undefined {
  const given = reader.text(key)?.toLowerCase()
  const found = choices.find((choice) => choice === given)
  if (given === undefined || found !== undefined) return found
  throw contentFailure(`[field_sort] failed to parse field [${key}]`)
}

function compileKey(field: string, given: unknown, context: SortContext): CompiledKey {
  if (field === '_score') return scoreKey(given, context)
  const options = fieldOptions(given)
  if (field === '_shard_doc' && !context.isView) {
    throw new SearchFailure({
      type: 'action_request_validation_exception',
      reason:
        'Validation Failed: 1: [_shard_doc] sort field cannot be used without [point in time];',
      status: 400,
    })
  }
  if (field === '_doc' || field === '_shard_doc') return docKey(field, options, context)
  if (context.isObject(field)) throw notMapped(field)
  return fieldKey(context.columns.field(field), options, context)
}

function scoreKey(given: unknown, { columns, scoreOf, nowMs }: SortContext): CompiledKey {
  const reader = new BodyReader(isObject(given) ? given : { order: given }, 'sort')
  checkKeys(reader, '_score', ['order'])
  const descending = isDescending(reader, true)
  return {
    keys: [{ expression: columns.score(scoreOf), descending, missingFirst: false }],
    kind: 'score',
    value: keyValue('_score', 'score', { descending, missing: '_last' }, nowMs),
  }
}

/** By the place in which documents lie, which is the same as long as nothing is written. */
function docKey(field: string, options: FieldOptions, { nowMs, place }: SortContext): CompiledKey {
  const { descending } = options
  return {
    keys: [{ expression: place, descending, missingFirst: false }],
    kind: 'doc',
    value: keyValue(field, 'doc', options, nowMs),
  }
}

function fieldKey(values: FieldValues, options: FieldOptions, context: SortContext): CompiledKey {
  const { name, elastic, format: fieldFormat } = values
  const { descending, missing, mode, numericType, format } = options
  const { isLogs, nowMs } = context
  const own = sortExpression(values, { mode, numericType, mayBeWide: !isLogs })
  const kind = values.type === undefined ? unmappedKind(name, options.unmappedType) : own.kind
  if (format !== undefined) checkFormat(name, kind, elastic)
  const isPlain = missing === '_last' || missing === '_first'
  const expression = isPlain ? own.expression : withMissing({ ...own, kind }, missing)
  const byTime = isPlain && name === '@timestamp' && kind === 'date' && { byTime: true as const }
  const key = { descending, missingFirst: missing === '_first', ...byTime }
  return {
    keys: expressions({ expression, kind }).map((one) => ({ expression: one, ...key })),
    kind,
    value: keyValue(name, kind, { ...options, fieldFormat }, nowMs),
  }
}

/** A number of 64 bits as two that JavaScript's are long enough for. */
function expressions({ expression, kind }: SortExpression): readonly Sql[] {
  return kind === 'wide'
    ? [sql`(${expression} >> 32)`, sql`(${expression} & 4294967295)`]
    : [expression]
}

function keyValue(
  field: string,
  kind: SortKind,
  {
    descending,
    missing,
    format,
    fieldFormat,
  }: Pick<FieldOptions, 'descending' | 'missing'> & {
    readonly format?: string | undefined
    readonly fieldFormat?: string | undefined
  },
  nowMs: number,
): SortValue {
  const missingIsLow = descending !== (missing === '_first')
  return sortValue({ field, kind, format, fieldFormat, missingIsLow, nowMs })
}

function checkFormat(field: string, kind: SortKind, elastic: string | undefined): void {
  if (kind === 'date' || kind === 'millis' || kind === 'nanos') return
  throw kind === 'keyword' || kind === 'ip'
    ? illegalOnShard(
        `Field [${field}] of type [${elastic ?? kind}] does not support custom formats`,
      )
    : illegalOnShard('require a date_time formatter; got [decimal]')
}
