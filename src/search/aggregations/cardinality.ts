import { sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { AggregationCompiler, Metric } from './aggregation.ts'
import { metricField } from './metric-field.ts'
import { withMissing } from './missing-value.ts'

/** Number of distinct values of a field: exact, so `precision_threshold` changes nothing. */
export const cardinality: AggregationCompiler = (body, { columns, nowMs }): Metric => {
  const reader = new BodyReader(body, 'cardinality')
  const field = metricField(reader, columns)
  const missing = reader.value('missing')
  reader.number('precision_threshold')
  reader.ignore('execution_hint', 'rehash')
  reader.end()
  const { isList } = field
  return {
    kind: 'metric',
    typeName: 'cardinality',
    inputs: [withMissing(field, missing, nowMs)],
    select: ([input]) => [
      isList
        ? sql`coalesce(len(list_distinct(flatten(list(${input!}) FILTER (WHERE ${input!} IS NOT NULL)))), 0)`
        : sql`count(DISTINCT ${input!})`,
    ],
    read: ([cell]) => ({ value: Number(cell ?? 0) }),
    order: (property) => (property === undefined || property === 'value' ? { slot: 0 } : undefined),
  }
}
