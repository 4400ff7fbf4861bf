import { dateValue, doubleValue, longValue, type Sql, sql, textValue } from '../store/index.ts'
import type { SortKind } from './hit-sort-values.ts'
import type { FieldValues } from './request-columns.ts'
import { illegalOnShard, noFieldData, SearchFailure } from './search-failure.ts'

export const SORT_MODES = ['min', 'max', 'sum', 'avg', 'median'] as const
export type SortMode = (typeof SORT_MODES)[number]

export const NUMERIC_TYPES = ['long', 'double', 'date', 'date_nanos'] as const
export type NumericType = (typeof NUMERIC_TYPES)[number]

/** What records are sorted by: one value of each, null where there is none. */
export interface SortExpression {
  readonly expression: Sql
  readonly kind: SortKind
}

export interface ExpressionOptions {
  readonly mode: SortMode
  readonly numericType: NumericType | undefined
  /** Whether whole numbers may be longer than JavaScript's. */
  readonly mayBeWide: boolean
}

/** Makes one value of those of a field. */
export function sortExpression(values: FieldValues, options: ExpressionOptions): SortExpression {
  const { kind, each } = elements(values, options)
  const { input, isList, name } = values
  if (!isList) return { expression: each(input), kind }
  const { mode } = options
  if ((kind === 'keyword' || kind === 'ip') && mode !== 'min' && mode !== 'max') {
    throw shardFailure(`we only support AVG, MEDIAN and SUM on number based fields, not [${name}]`)
  }
  if (kind === 'date' && mode !== 'min' && mode !== 'max') {
    const list = sql`list_transform(${input}, lambda element: epoch_ms(element))`
    return { expression: ofList(list, mode, false), kind: 'millis' }
  }
  const list = sql`list_transform(${input}, lambda element: ${each(sql`element`)})`
  const isFraction = kind === 'double' || kind === 'float'
  return { expression: ofList(list, mode, isFraction), kind }
}

interface Elements {
  readonly kind: SortKind
  readonly each: (value: Sql) => Sql
}

const SAME = (value: Sql): Sql => value
const SHORT_TYPES = ['integer', 'short', 'byte', '_version', '_seq_no']

function elements({ type, elastic, name }: FieldValues, options: ExpressionOptions): Elements {
  const { numericType, mayBeWide } = options
  switch (type) {
    case 'keyword':
    case 'ip':
      if (numericType !== undefined) throw notNumeric(elastic ?? type)
      return { kind: type, each: elastic === 'flattened' ? leaf : SAME }
    case 'boolean':
      if (numericType !== undefined && numericType !== 'long') throw otherType(name, numericType)
      return { kind: 'boolean', each: (value) => sql`${value}::BIGINT` }
    case 'long': {
      if (numericType === 'double') return { kind: 'double', each: asDouble }
      if (numericType?.startsWith('date')) throw otherType(name, numericType)
      const isWide = mayBeWide && !SHORT_TYPES.includes(elastic ?? '')
      return { kind: isWide ? 'wide' : 'whole', each: SAME }
    }
    case 'double':
    case 'usd':
      if (numericType === 'long') {
        return { kind: 'wide', each: (value) => sql`TRY_CAST(trunc(${value}) AS BIGINT)` }
      }
      if (numericType?.startsWith('date')) throw otherType(name, numericType)
      return {
        kind: isSingle(elastic) && numericType === undefined ? 'float' : 'double',
        each: asDouble,
      }
    case 'date':
      return dateElements(name, elastic, numericType)
    // no index has the field
    case undefined:
      return { kind: 'whole', each: SAME }
    default:
      return type satisfies never
  }
}

/** A leaf of a flattened object without its key; one that was picked by its key has none. */
function leaf(value: Sql): Sql {
  return sql`substr(${value}, instr(${value}, chr(0)) + 1)`
}

function isSingle(elastic: string | undefined): boolean {
  return elastic === 'float' || elastic === 'half_float'
}

function asDouble(value: Sql): Sql {
  return sql`${value}::DOUBLE`
}

function dateElements(
  name: string,
  elastic: string | undefined,
  numericType: NumericType | undefined,
): Elements {
  if (numericType === 'double') throw otherType(name, numericType)
  const isFine = numericType === undefined ? elastic === 'date_nanos' : numericType === 'date_nanos'
  if (isFine) return { kind: 'nanos', each: (value) => sql`epoch_us(${value})` }
  return elastic === 'date_nanos' || numericType === 'long'
    ? { kind: 'millis', each: (value) => sql`epoch_ms(${value})` }
    : { kind: 'date', each: SAME }
}

function ofList(list: Sql, mode: SortMode, isFraction: boolean): Sql {
  switch (mode) {
    case 'min':
      return sql`list_min(${list})`
    case 'max':
      return sql`list_max(${list})`
    case 'sum':
      return isFraction ? sql`list_sum(${list})` : sql`TRY_CAST(list_sum(${list}) AS BIGINT)`
    case 'avg':
      return rounded(sql`list_avg(${list})`, isFraction)
    case 'median':
      return rounded(sql`list_median(${list})`, isFraction)
    default:
      return mode satisfies never
  }
}

/** Of whole numbers a whole one, halves upwards. */
function rounded(value: Sql, isFraction: boolean): Sql {
  return isFraction ? value : sql`TRY_CAST(floor(${value} + 0.5) AS BIGINT)`
}

/**
 * Puts a value in the place of one that is missing.
 *
 * @throws SearchFailure when it is no value of the kind
 */
export function withMissing({ expression, kind }: SortExpression, missing: unknown): Sql {
  switch (kind) {
    case 'keyword':
      return sql`coalesce(${expression}, ${textValue(String(missing))})`
    case 'ip':
      throw illegalOnShard('[missing] does not support a value for a field of type [ip]')
    case 'double':
    case 'float':
      return sql`coalesce(${expression}, ${doubleValue(number(missing))})`
    case 'date':
      return sql`coalesce(${expression}, ${dateValue(whole(missing))})`
    case 'nanos':
      return sql`coalesce(${expression}, ${longValue(Math.floor(whole(missing) / 1000))})`
    default:
      return sql`coalesce(${expression}, ${longValue(whole(missing))})`
  }
}

function whole(value: unknown): number {
  const found = number(value)
  if (Number.isSafeInteger(Math.trunc(found))) return Math.trunc(found)
  throw noNumber(value)
}

function number(value: unknown): number {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof found === 'number' && Number.isFinite(found)) return found
  throw noNumber(value)
}

function noNumber(value: unknown): SearchFailure {
  return new SearchFailure({
    type: 'number_format_exception',
    reason: `For input string: "${String(value)}"`,
    status: 400,
    onShard: true,
  })
}

const UNMAPPED_KINDS: Readonly<Record<string, SortKind>> = {
  keyword: 'keyword',
  ip: 'ip',
  wildcard: 'keyword',
  constant_keyword: 'keyword',
  version: 'keyword',
  long: 'whole',
  integer: 'whole',
  short: 'whole',
  byte: 'whole',
  unsigned_long: 'whole',
  boolean: 'whole',
  date: 'millis',
  date_nanos: 'nanos',
  double: 'double',
  float: 'double',
  half_float: 'double',
  scaled_float: 'double',
}

/**
 * What the values of a field would be that no index has.
 *
 * @throws SearchFailure when nothing says so, or it is no type to sort by
 */
export function unmappedKind(field: string, type: string | undefined): SortKind {
  if (type === undefined) throw notMapped(field)
  if (type === 'text') throw noFieldData('__anonymous_')
  const kind = Object.hasOwn(UNMAPPED_KINDS, type) ? UNMAPPED_KINDS[type] : undefined
  if (kind === undefined) throw illegalOnShard(`No mapper found for type [${type}]`)
  return kind
}

/** A field to sort by that no index has. */
export function notMapped(field: string): SearchFailure {
  return shardFailure(`No mapping found for [${field}] in order to sort on`)
}

function shardFailure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'query_shard_exception', reason, status: 400, onShard: true })
}

function notNumeric(type: string): SearchFailure {
  return shardFailure(`[numeric_type] option cannot be set on a non-numeric field, got ${type}`)
}

function otherType(name: string, type: string): SearchFailure {
  return illegalOnShard(`[numeric_type] does not support [${type}] for field [${name}]`)
}
