import {
  type Cell,
  DEFAULT_DATE_FORMAT,
  dateFormat,
  ipText,
  type Sql,
  sql,
  type TimeZone,
  UTC,
  type ValueType,
} from '../../store/index.ts'
import type { FieldValues } from '../request-columns.ts'
import { illegalOnShard } from '../search-failure.ts'
import { decimalFormat, type NumberFormat } from './decimal-format.ts'
import { doubleText } from './double-text.ts'

/** The values of a field as keys of buckets. */
export interface FieldKeys {
  readonly type: ValueType
  readonly isList: boolean
  /** Values as they are grouped: dates in milliseconds, money as double. */
  readonly expression: Sql
  /** A key as it is answered. */
  value(key: Cell): unknown
  /** The text beside or in place of it; undefined when the key itself is all there is. */
  text(key: Cell): string | undefined
}

/** How keys are written. */
export interface KeyFormat {
  readonly format: string | undefined
  readonly zone?: TimeZone
}

/**
 * Makes keys of the values of a field; `input` may stand for them with others in place of none.
 *
 * @throws SearchFailure for a format that does not fit the type
 */
export function fieldKeys(
  { type: own, format: ownFormat, isList }: Omit<FieldValues, 'input'>,
  input: Sql,
  { format, zone }: KeyFormat,
): FieldKeys {
  const type = own ?? 'keyword'
  const write = numberText(type, format, ownFormat, zone)
  return {
    type,
    isList,
    expression: eachValue(input, isList, (value) => groupedValue(type, value)),
    value: (key) => keyValue(type, key),
    text: (key) => keyText(type, key, write),
  }
}

/** An expression over each value of a field. */
export function eachValue(input: Sql, isList: boolean, make: (value: Sql) => Sql): Sql {
  const made = make(sql`value`)
  if (made.holes.length === 0 && made.texts[0] === 'value') return input
  return isList ? sql`list_transform(${input}, lambda value: ${made})` : make(input)
}

function groupedValue(type: ValueType, value: Sql): Sql {
  if (type === 'date') return sql`epoch_ms(${value})`
  return type === 'usd' ? sql`${value}::DOUBLE` : value
}

/**
 * Makes what writes the numbers of a field of type `type`: dates in the format that is asked for
 * or its own, others as a pattern says; undefined when they stand for themselves.
 *
 * @throws SearchFailure for a format that does not fit the type
 */
export function numberText(
  type: ValueType,
  format: string | undefined,
  ownFormat: string | undefined,
  zone: TimeZone = UTC,
): NumberFormat | undefined {
  if (type === 'date') {
    const name = format ?? ownFormat
    const dates = name === undefined ? DEFAULT_DATE_FORMAT : dateFormat(name)
    return (ms) => dates.format(ms, zone)
  }
  if (format === undefined) return undefined
  if (type !== 'keyword' && type !== 'ip' && type !== 'boolean') return decimalFormat(format)
  throw illegalOnShard(`[format] is not supported for values of type [${type}]`)
}

function keyValue(type: ValueType, key: Cell): unknown {
  if (key === null) return null
  if (type === 'ip') return ipText(String(key))
  return type === 'boolean' ? Number(key === true) : key
}

function keyText(type: ValueType, key: Cell, write: NumberFormat | undefined): string | undefined {
  if (key === null) return undefined
  return type === 'boolean' ? String(key) : write?.(Number(key))
}

/** A key as part of a longer text: `a|1.5|true`. */
export function wholeText(keys: FieldKeys, key: Cell): string {
  const isDouble = keys.type === 'double' || keys.type === 'usd'
  return keys.text(key) ?? (isDouble ? doubleText(Number(key)) : String(keys.value(key)))
}
