import { sql } from '../../store/index.ts'
import { numberOrZero, singleValue } from './single-value.ts'

/** Number of values of a field: records that have it, and for a list its elements. */
export const valueCount = singleValue({
  name: 'value_count',
  values: 'any',
  // a keyword is kept once per document, numbers as often as they stand there
  select: (values, { isList, type }, input) =>
    isList && (type === 'keyword' || type === 'ip')
      ? sql`sum(len(list_distinct(${input})))`
      : values.count,
  read: numberOrZero,
})
