import { sql } from '../../store/index.ts'
import { numberOrZero, singleValue } from './single-value.ts'

/** Number of values of a field: records that have it, and for a list its distinct elements. */
export const valueCount = singleValue({
  name: 'value_count',
  values: 'any',
  select: (input, { type }) =>
    type === 'keywords' ? sql`sum(len(list_distinct(${input})))` : sql`count(${input})`,
  read: numberOrZero,
})
