import { doubleValue, type Sql, sql, type ValueType } from '../../store/index.ts'
import type { BodyReader } from '../body-reader.ts'
import { numberOf } from '../field-value.ts'
import type { FieldValues, RequestColumns } from '../request-columns.ts'
import { illegalOnShard, parsingFailure } from '../search-failure.ts'

const NUMERIC: readonly ValueType[] = ['long', 'double', 'usd', 'date', 'boolean']

/**
 * Reads `field` and `missing` of a metric over numbers, dates (milliseconds) or booleans (1, 0).
 *
 * @throws SearchFailure for a field of another type
 */
export function numericField(reader: BodyReader, columns: RequestColumns): FieldValues {
  const field = metricField(reader, columns)
  if (field.type !== undefined && !NUMERIC.includes(field.type)) {
    throw unsupportedField(field, reader.where)
  }
  const missing = reader.value('missing')
  const input = asNumber(field)
  if (missing === undefined || missing === null) return { ...field, input }
  const value = doubleValue(numberOf(missing))
  const filled = field.isList
    ? sql`coalesce(nullif(${input}, []), [${value}])`
    : sql`coalesce(${input}, ${value})`
  return { ...field, input: filled }
}

/**
 * Reads `field` of a metric over values of any type.
 *
 * @throws SearchFailure for texts, which have no values by record
 */
export function metricField(reader: BodyReader, columns: RequestColumns): FieldValues {
  const name = reader.text('field')
  if (name === undefined) {
    throw parsingFailure(`[${reader.where}] requires [field]; scripts are not supported`)
  }
  return columns.field(name)
}

/** A field of a type that an aggregation cannot take. */
export function unsupportedField({ name, elastic }: FieldValues, aggregation: string) {
  return illegalOnShard(
    `Field [${name}] of type [${elastic}] is not supported for aggregation [${aggregation}]`,
  )
}

function asNumber({ type, input, isList }: FieldValues): Sql {
  if (type !== 'date' && type !== 'boolean') return input
  const convert = (value: Sql) =>
    type === 'date' ? sql`epoch_ms(${value})` : sql`${value}::INTEGER`
  return isList
    ? sql`list_transform(${input}, lambda value: ${convert(sql`value`)})`
    : convert(input)
}
