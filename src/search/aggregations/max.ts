import { sql } from '../../store/index.ts'
import { numberOrNull, singleValue } from './single-value.ts'

/** Largest value of a number or date field. */
export const max = singleValue({
  name: 'max',
  values: 'numbers',
  keepsType: true,
  select: (values) => values.over(sql`max`, sql`'max'`),
  read: numberOrNull,
})
