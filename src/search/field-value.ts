import {
  booleanValue,
  dateValue,
  doubleValue,
  longValue,
  type Sql,
  type SqlValue,
  sql,
  textValue,
} from '../store/index.ts'
import { kindOf } from './body-reader.ts'
import { type DateMathOptions, parseDate } from './date-math.ts'
import type { ColumnType, FieldReference } from './field-reference.ts'
import { parsingFailure, queryShardFailure } from './search-failure.ts'

/** A column or label: a field that has one value, or for `keywords` several, per record. */
export type ValueReference = Extract<FieldReference, { kind: 'column' | 'label' }>

export function valueType(reference: ValueReference): ColumnType {
  return reference.kind === 'label' ? 'keyword' : reference.type
}

/** The field as it is compared: money as double, as its mapping says. */
export function comparable(reference: ValueReference): Sql {
  return valueType(reference) === 'usd'
    ? sql`CAST(${reference.expression} AS DOUBLE)`
    : reference.expression
}

/**
 * Reads a value of a query for a field. Undefined when no record can have it (3.5 in a whole
 * number field).
 *
 * @throws SearchFailure when it is no value of the field's type
 */
export function fieldValue(
  value: unknown,
  type: ColumnType,
  dates: DateMathOptions,
): SqlValue | undefined {
  if (typeof value === 'object')
    throw parsingFailure(`expected a value but found [${kindOf(value)}]`)
  switch (type) {
    case 'keyword':
    case 'keywords':
      return textValue(String(value))
    case 'long': {
      const number = numberOf(value)
      return Number.isInteger(number) ? longValue(number) : undefined
    }
    case 'double':
    case 'usd':
      return doubleValue(numberOf(value))
    case 'boolean':
      return booleanValue(booleanOf(value))
    case 'date':
      return dateValue(parseDate(value, dates))
    default:
      return type satisfies never
  }
}

/** @throws SearchFailure when the value is no number */
export function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw queryShardFailure(`For input string: "${String(value)}"`, 'number_format_exception')
}

function booleanOf(value: unknown): boolean {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false' || value === '') return false
  throw queryShardFailure(
    `Can't parse boolean value [${String(value)}], expected [true] or [false]`,
    'illegal_argument_exception',
  )
}
