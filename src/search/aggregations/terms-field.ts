import { type Sql, sql, type ValueType } from '../../store/index.ts'
import type { BodyReader } from '../body-reader.ts'
import type { FieldValues, RequestColumns } from '../request-columns.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import { metricField } from './metric-field.ts'
import { withMissing } from './missing-value.ts'

/** A field whose values become buckets. */
export interface TermsField extends Omit<FieldValues, 'input' | 'type'> {
  /** The values with `missing` in place of none. */
  readonly filled: Sql
  /** Of a field that no index has: what the request says. */
  readonly type: ValueType
  readonly isMapped: boolean
}

const VALUE_TYPES: Readonly<Record<string, ValueType>> = {
  string: 'keyword',
  keyword: 'keyword',
  byte: 'long',
  short: 'long',
  integer: 'long',
  int: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
  number: 'double',
  numeric: 'double',
  date: 'date',
  ip: 'ip',
  boolean: 'boolean',
}

/**
 * Reads `field`, `missing` and `value_type`.
 *
 * @throws SearchFailure for scripts, and for a `missing` that is not of the field's type
 */
export function termsField(reader: BodyReader, columns: RequestColumns, nowMs: number): TermsField {
  if (reader.has('script')) throw illegalArgument(`[${reader.where}] does not support [script]`)
  const field = metricField(reader, columns)
  const missing = reader.value('missing')
  const wanted = reader.text('value_type')
  const asked = wanted === undefined ? undefined : VALUE_TYPES[wanted]
  if (wanted !== undefined && asked === undefined) {
    throw parsingFailure(`Unknown value type [${wanted}]`)
  }
  const type = field.type ?? asked ?? 'keyword'
  const isMapped = field.type !== undefined
  if (isMapped || missing === undefined || missing === null) {
    const filled = isMapped ? withMissing(field, missing, nowMs) : nullOf(type)
    return { ...field, type, filled, isMapped }
  }
  const empty = { ...field, type, input: nullOf(type) }
  return { ...field, type, filled: withMissing(empty, missing, nowMs), isMapped }
}

const NULLS: Readonly<Record<ValueType, Sql>> = {
  keyword: sql`NULL::VARCHAR`,
  ip: sql`NULL::VARCHAR`,
  long: sql`NULL::BIGINT`,
  double: sql`NULL::DOUBLE`,
  usd: sql`NULL::DOUBLE`,
  boolean: sql`NULL::BOOLEAN`,
  date: sql`NULL::TIMESTAMP`,
}

function nullOf(type: ValueType): Sql {
  return NULLS[type]
}
