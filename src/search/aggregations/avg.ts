import { sql } from '../../store/index.ts'
import { numberOrNull, singleValue } from './single-value.ts'

/** Mean of a number field. */
export const avg = singleValue({
  name: 'avg',
  values: 'numbers',
  keepsType: true,
  select: (values, { type, isList }, input) => {
    if (isList) return values.over(sql`avg`, sql`'avg'`)
    return type === 'double'
      ? sql`favg(${input})`
      : sql`sum(${input})::DOUBLE / nullif(count(${input}), 0)`
  },
  read: numberOrNull,
})
