import {
  booleanValue,
  type DateMathOptions,
  dateFormat,
  dateValue,
  doubleValue,
  ipDigits,
  longValue,
  parseDate,
  type SqlValue,
  textValue,
  type ValueType,
} from '../store/index.ts'
import { kindOf } from './body-reader.ts'
import { parsingFailure, queryShardFailure } from './search-failure.ts'

/** What a value is read for. */
export interface ValueField {
  readonly type: ValueType
  /** Format of dates, when the mapping gives one. */
  readonly format?: string | undefined
  /** See `ColumnReference`. */
  normalized?(value: string | number): string | number
}

/** How dates of a field are read: in the format of its mapping unless the request has its own. */
export function dateOptions({ format }: ValueField, dates: DateMathOptions): DateMathOptions {
  return format === undefined || dates.format !== undefined
    ? dates
    : { ...dates, format: dateFormat(format) }
}

/**
 * Reads a value of a query for a field. Undefined when no record can have it (3.5 in a whole
 * number field).
 *
 * @throws SearchFailure when it is no value of the field's type
 */
export function fieldValue(
  value: unknown,
  field: ValueField,
  dates: DateMathOptions,
): SqlValue | undefined {
  if (typeof value === 'object') {
    throw parsingFailure(`expected a value but found [${kindOf(value)}]`)
  }
  switch (field.type) {
    case 'keyword':
      return textValue(String(field.normalized?.(String(value)) ?? value))
    case 'ip':
      return textValue(addressOf(value))
    case 'long': {
      const number = numberOf(value)
      if (Math.abs(number) > LARGEST_LONG) throw outOfRange(value)
      return Number.isInteger(number) ? longValue(number) : undefined
    }
    case 'double':
    case 'usd':
      return doubleValue(Number(field.normalized?.(numberOf(value)) ?? numberOf(value)))
    case 'boolean':
      return booleanValue(booleanOf(value))
    case 'date':
      return dateValue(parseDate(value, dateOptions(field, dates)))
    default:
      return field.type satisfies never
  }
}

/** 2^63: the largest long itself is rounded up to it. */
const LARGEST_LONG = 2 ** 63

function outOfRange(value: unknown) {
  return queryShardFailure(
    `Value [${String(value)}] is out of range for a long`,
    'illegal_argument_exception',
  )
}

/** @throws SearchFailure when the value is no number */
export function numberOf(value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw queryShardFailure(`For input string: "${String(value)}"`, 'number_format_exception')
}

function addressOf(value: unknown): string {
  const key = ipDigits(String(value))
  if (key !== undefined) return key
  throw queryShardFailure(
    `'${String(value)}' is not an IP string literal.`,
    'illegal_argument_exception',
  )
}

function booleanOf(value: unknown): boolean {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false' || value === '') return false
  throw queryShardFailure(
    `Can't parse boolean value [${String(value)}], expected [true] or [false]`,
    'illegal_argument_exception',
  )
}
