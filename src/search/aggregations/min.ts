import { sql } from '../../store/index.ts'
import { numberOrNull, singleValue } from './single-value.ts'

/** Smallest value of a number or date field. */
export const min = singleValue({
  name: 'min',
  values: 'numbers',
  keepsType: true,
  select: (values) => values.over(sql`min`, sql`'min'`),
  read: numberOrNull,
})
