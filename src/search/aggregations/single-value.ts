import type { Cell, Sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { DEFAULT_DATE_FORMAT } from '../date-format.ts'
import { UTC } from '../time-zone.ts'
import type { AggregationCompiler, Metric } from './aggregation.ts'
import { type MetricField, metricField, numericField } from './metric-field.ts'

interface SingleValue {
  readonly name: string
  /** Whether values of any type go in, or numbers only. */
  readonly values: 'any' | 'numbers'
  /** Makes a date of dates, as min and max do. */
  readonly keepsDates?: true
  select(input: Sql, field: MetricField): Sql
  /** The answer from the value; null when no record had one. */
  read(value: Cell): number | null
}

/** Makes the compiler of a metric whose answer is `{"value": …}`. */
export function singleValue(definition: SingleValue): AggregationCompiler {
  return (body): Metric => {
    const reader = new BodyReader(body, definition.name)
    const field = definition.values === 'any' ? metricField(reader) : numericField(reader)
    reader.end()
    const isDate = definition.keepsDates === true && field.type === 'date'
    return {
      kind: 'metric',
      typeName: definition.name,
      inputs: [field.input],
      select: ([input]) => [definition.select(input!, field)],
      read([cell]) {
        const value = definition.read(cell ?? null)
        return isDate && value !== null
          ? { value, value_as_string: DEFAULT_DATE_FORMAT.format(value, UTC) }
          : { value }
      },
      order: (property) =>
        property === undefined || property === 'value' ? { slot: 0 } : undefined,
    }
  }
}

export function numberOrNull(value: Cell): number | null {
  return typeof value === 'number' ? value : null
}

export function numberOrZero(value: Cell): number {
  return typeof value === 'number' ? value : 0
}
