import { sql } from '../../store/index.ts'
import { numberOrNull, singleValue } from './single-value.ts'

/** Mean of a number field. */
export const avg = singleValue({
  name: 'avg',
  values: 'numbers',
  select: (input, { type }) =>
    type === 'double' ? sql`favg(${input})` : sql`sum(${input})::DOUBLE / count(${input})`,
  read: numberOrNull,
})
