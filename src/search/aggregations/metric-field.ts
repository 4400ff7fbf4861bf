import { doubleValue, type Sql, sql } from '../../store/index.ts'
import type { BodyReader } from '../body-reader.ts'
import { type ColumnType, elasticType, fieldReference } from '../field-reference.ts'
import { numberOf } from '../field-value.ts'
import { illegalOnShard, parsingFailure } from '../search-failure.ts'

/** The field of a metric: its values and what they are. */
export interface MetricField {
  readonly input: Sql
  /** Undefined for a field that no record has. */
  readonly type: ColumnType | undefined
}

const NUMERIC: readonly ColumnType[] = ['long', 'double', 'usd', 'date', 'boolean']

/**
 * Reads `field` and `missing` of a metric over numbers, dates (milliseconds) or booleans (1, 0).
 *
 * @throws SearchFailure for a field of another type
 */
export function numericField(reader: BodyReader): MetricField {
  const field = metricField(reader)
  if (field.type !== undefined && !NUMERIC.includes(field.type)) {
    const name = reader.text('field')
    throw illegalOnShard(
      `Field [${name}] of type [${elasticType(field.type)}] is not supported for aggregation [${reader.where}]`,
    )
  }
  const missing = reader.value('missing')
  const input = asNumber(field)
  if (missing === undefined || missing === null) return { ...field, input }
  return { ...field, input: sql`coalesce(${input}, ${doubleValue(numberOf(missing))})` }
}

/**
 * Reads `field` of a metric over values of any type.
 *
 * @throws SearchFailure for texts, which have no values by record
 */
export function metricField(reader: BodyReader): MetricField {
  const name = reader.text('field')
  if (name === undefined) {
    throw parsingFailure(`[${reader.where}] requires [field]; scripts are not supported`)
  }
  const reference = fieldReference(name)
  switch (reference.kind) {
    case 'unmapped':
      return { input: sql`NULL::DOUBLE`, type: undefined }
    case 'label':
      return { input: reference.expression, type: 'keyword' }
    case 'column':
      return { input: reference.expression, type: reference.type }
    case 'text':
    case 'textKeyword':
    case 'labels':
    case 'stored':
      throw noFieldData(name)
    default:
      return reference satisfies never
  }
}

/** A field whose values do not lie in columns: it can be searched, not grouped or sorted by. */
export function noFieldData(field: string) {
  return illegalOnShard(
    `Fielddata is disabled on [${field}] in [_all]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead.`,
  )
}

function asNumber({ input, type }: MetricField): Sql {
  if (type === 'date') return sql`epoch_ms(${input})`
  return type === 'boolean' ? sql`${input}::INTEGER` : input
}
