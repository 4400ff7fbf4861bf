import { sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { AggregationCompiler } from './aggregation.ts'
import { metricField } from './metric-field.ts'

/** The records of the bucket that have no value in a field. */
export const missing: AggregationCompiler = (body, { columns, children }) => {
  const reader = new BodyReader(body, 'missing')
  const { input, isList } = metricField(reader, columns)
  // with a value in place of none, nothing is missing
  const isFilled = reader.value('missing') !== undefined
  reader.end()
  const mark = isList ? sql`(${input} IS NULL OR len(${input}) = 0)` : sql`(${input} IS NULL)`
  return {
    kind: 'filter',
    typeName: 'missing',
    mark: isFilled ? sql`false` : mark,
    children,
  }
}
