import { column, integer, type SortKey, type Sql, type SqlValue, sql } from '../store/index.ts'
import { noFieldData } from './aggregations/metric-field.ts'
import { BodyReader, isObject } from './body-reader.ts'
import type { ColumnType } from './field-reference.ts'
import { fieldReference } from './field-reference.ts'
import { comparable, fieldValue, valueType } from './field-value.ts'
import { illegalArgument, illegalOnShard, parsingFailure, SearchFailure } from './search-failure.ts'

export interface CompiledSort {
  readonly keys: readonly SortKey[]
  readonly types: readonly (ColumnType | 'score')[]
}

/** How hits are ordered when the request does not say: the newest first. */
export const NEWEST_FIRST: SortKey = {
  expression: column('@timestamp'),
  descending: true,
  missingFirst: false,
  byTime: true,
}

/**
 * Compiles `sort`: names, `{"field": "desc"}`, `{"field": {"order", "missing", "unmapped_type"}}`,
 * one of them or a list. Undefined when hits are to come in the usual order.
 *
 * @throws SearchFailure for fields that cannot be sorted by
 */
export function compileSort(body: unknown): CompiledSort | undefined {
  if (body === undefined || body === null) return undefined
  const entries = (Array.isArray(body) ? body : [body]).flatMap(entriesOf)
  if (entries.length === 0) return undefined
  const compiled = entries.map(([field, options]) => compileKey(field, options))
  return { keys: compiled.map(({ key }) => key), types: compiled.map(({ type }) => type) }
}

/** An object may name several fields; their order counts. */
function entriesOf(item: unknown): readonly (readonly [string, unknown])[] {
  if (typeof item === 'string') {
    const [field = '', order] = item.split(':')
    return [[field, order ?? {}]]
  }
  if (isObject(item)) return Object.entries(item)
  throw parsingFailure(
    'malformed sort format, within the sort array, an object, or an actual string are allowed',
  )
}

interface CompiledKey {
  readonly key: SortKey
  readonly type: ColumnType | 'score'
}

function compileKey(field: string, given: unknown): CompiledKey {
  const reader = new BodyReader(isObject(given) ? given : { order: given }, 'sort')
  const order = reader.choice('order', ['asc', 'desc'])
  const missing = reader.text('missing') ?? '_last'
  const unmappedType = reader.text('unmapped_type')
  const mode = reader.text('mode')
  const format = reader.text('format')
  reader.ignore('numeric_type')
  reader.end()
  if (mode !== undefined) throw parsingFailure('[sort] does not support [mode]')
  if (format !== undefined && format !== 'strict_date_optional_time_nanos') {
    throw parsingFailure('[sort] does not support [format]')
  }
  if (missing !== '_last' && missing !== '_first') {
    throw parsingFailure(`[sort] [missing] supports [_last] and [_first] only, found [${missing}]`)
  }
  const descending = (order ?? (field === '_score' ? 'desc' : 'asc')) === 'desc'
  const { expression, type } = keyExpression(field, unmappedType)
  const missingFirst = missing === '_first'
  const byTime = field === '@timestamp' && { byTime: true as const }
  return { key: { expression, descending, missingFirst, ...byTime }, type }
}

function keyExpression(
  field: string,
  unmappedType: string | undefined,
): { readonly expression: Sql; readonly type: ColumnType | 'score' } {
  // all scores are equal; records of equal keys are ordered by day and row
  if (field === '_score') return { expression: sql`1.0::DOUBLE`, type: 'score' }
  if (field === '_doc' || field === '_shard_doc') return { expression: integer(0), type: 'score' }
  const reference = fieldReference(field)
  switch (reference.kind) {
    case 'column':
      if (reference.type === 'keywords') {
        return { expression: sql`list_min(${reference.expression})`, type: 'keyword' }
      }
      return { expression: comparable(reference), type: reference.type }
    case 'label':
      return { expression: reference.expression, type: valueType(reference) }
    case 'unmapped':
      if (unmappedType !== undefined) return { expression: sql`NULL::BIGINT`, type: 'long' }
      throw new SearchFailure({
        type: 'query_shard_exception',
        reason: `No mapping found for [${field}] in order to sort on`,
        status: 400,
        onShard: true,
      })
    case 'text':
    case 'textKeyword':
    case 'labels':
    case 'stored':
      throw noFieldData(field)
    default:
      return reference satisfies never
  }
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
  return given.map((value, place) => {
    const type = sort.types[place]!
    if (type === 'score')
      throw illegalOnShard('[search_after] does not support [_doc] and [_score]')
    return value === null ? null : (fieldValue(value, type, { nowMs }) ?? null)
  })
}
