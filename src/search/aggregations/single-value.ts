import { type Cell, DEFAULT_DATE_FORMAT, dateFormat, type Sql, UTC } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { FieldValues } from '../request-columns.ts'
import type { AggregationCompiler, Metric } from './aggregation.ts'
import { metricField, numericField } from './metric-field.ts'
import { type Values, valuesOf } from './value-list.ts'

interface SingleValue {
  readonly name: string
  /** Whether values of any type go in, or numbers only. */
  readonly values: 'any' | 'numbers'
  /** Answers dates and booleans as text too. */
  readonly keepsType?: true
  select(values: Values, field: FieldValues, input: Sql): Sql
  /** The answer from the value; null when no record had one. */
  read(value: Cell): number | null
}

/** Makes the compiler of a metric whose answer is `{"value": …}`. */
export function singleValue(definition: SingleValue): AggregationCompiler {
  return (body, { columns }): Metric => {
    const reader = new BodyReader(body, definition.name)
    const field =
      definition.values === 'any' ? metricField(reader, columns) : numericField(reader, columns)
    const format = reader.text('format')
    if (definition.values === 'any') reader.ignore('missing')
    reader.end()
    const write = definition.keepsType === true ? textWriter(field, format) : undefined
    return {
      kind: 'metric',
      typeName: definition.name,
      inputs: [field.input],
      select: ([input]) => [definition.select(valuesOf(input!, field), field, input!)],
      read([cell]) {
        const value = definition.read(cell ?? null)
        return value === null || write === undefined
          ? { value }
          : { value, value_as_string: write(value) }
      },
      order: (property) =>
        property === undefined || property === 'value' ? { slot: 0 } : undefined,
    }
  }
}

/** How a value is written as text; undefined where it is a plain number. */
function textWriter(
  { type, format: own }: FieldValues,
  format: string | undefined,
): ((value: number) => string) | undefined {
  if (type === 'boolean') return (value) => String(value !== 0)
  if (type !== 'date') return undefined
  const name = format ?? own
  const dates = name === undefined ? DEFAULT_DATE_FORMAT : dateFormat(name)
  return (value) => dates.format(value, UTC)
}

export function numberOrNull(value: Cell): number | null {
  return typeof value === 'number' ? value : null
}

export function numberOrZero(value: Cell): number {
  return typeof value === 'number' ? value : 0
}
