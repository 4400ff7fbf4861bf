import { type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import type { AggregationCompiler, Metric } from './aggregation.ts'
import { numericField } from './metric-field.ts'

/** Mean of a field, each value counted by the weight that another field of the record gives. */
export const weightedAvg: AggregationCompiler = (body, { columns }): Metric => {
  const reader = new BodyReader(body, 'weighted_avg')
  const [value, weight] = [reader.value('value'), reader.value('weight')]
  reader.ignore('format', 'value_type')
  reader.end()
  if (value === undefined || weight === undefined) {
    throw parsingFailure('[weighted_avg] requires [value] and [weight]')
  }
  const [values, weights] = [value, weight].map((given, place) => {
    const own = new BodyReader(given, place === 0 ? 'weighted_avg.value' : 'weighted_avg.weight')
    const field = numericField(own, columns)
    own.end()
    return field
  })
  if (weights!.isList) {
    throw illegalArgument(
      'Encountered more than one weight for a single document. Use a script to combine multiple weights-per-doc into a single value.',
    )
  }
  const sumOf = (input: Sql) => (values!.isList ? sql`list_sum(${input})` : input)
  const countOf = (input: Sql) => (values!.isList ? sql`len(${input})` : sql`1`)
  return {
    kind: 'metric',
    typeName: 'weighted_avg',
    inputs: [values!.input, weights!.input],
    select: ([given, by]) => [
      sql`sum(${sumOf(given!)}::DOUBLE * ${by!}) / nullif(sum(CASE WHEN ${given!} IS NOT NULL THEN ${by!}::DOUBLE * ${countOf(given!)} END), 0)`,
    ],
    read: ([cell]) => ({ value: typeof cell === 'number' ? cell : null }),
    order: (property) => (property === undefined || property === 'value' ? { slot: 0 } : undefined),
  }
}
