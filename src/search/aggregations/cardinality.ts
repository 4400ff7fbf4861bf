import { sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { AggregationCompiler } from './aggregation.ts'
import { numberOrZero, singleValue } from './single-value.ts'

const exact = singleValue({
  name: 'cardinality',
  values: 'any',
  select: (input, { type }) =>
    type === 'keywords'
      ? sql`len(list_distinct(flatten(list(${input}))))`
      : sql`count(DISTINCT ${input})`,
  read: numberOrZero,
})

/** Number of distinct values of a field: exact, so `precision_threshold` changes nothing. */
export const cardinality: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'cardinality')
  reader.number('precision_threshold')
  return exact({ field: reader.value('field'), ...rest(reader) }, context)
}

/** What is left for the general reading, which refuses what it does not know. */
function rest(reader: BodyReader): Readonly<Record<string, unknown>> {
  const known = ['field', 'precision_threshold', 'execution_hint']
  return Object.fromEntries(
    reader
      .keys()
      .filter((key) => !known.includes(key))
      .map((key) => [key, reader.value(key)]),
  )
}
