import { sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { AggregationCompiler, Metric } from './aggregation.ts'
import { numericField } from './metric-field.ts'
import { valuesOf } from './value-list.ts'

/** Median of the distances from the median: exact, so `compression` changes nothing. */
export const medianAbsoluteDeviation: AggregationCompiler = (body, { columns }): Metric => {
  const reader = new BodyReader(body, 'median_absolute_deviation')
  const field = numericField(reader, columns)
  reader.ignore('compression', 'format')
  reader.end()
  return {
    kind: 'metric',
    typeName: 'median_absolute_deviation',
    inputs: [field.input],
    select: ([input]) => [valuesOf(input!, field).over(sql`mad`, sql`'mad'`)],
    read: ([cell]) => ({ value: typeof cell === 'number' ? cell : null }),
    order: (property) => (property === undefined || property === 'value' ? { slot: 0 } : undefined),
  }
}
