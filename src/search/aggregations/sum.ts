import { sql } from '../../store/index.ts'
import { numberOrZero, singleValue } from './single-value.ts'

/** Sum of a number field. Money and whole numbers are added exactly, doubles with compensation. */
export const sum = singleValue({
  name: 'sum',
  values: 'numbers',
  keepsType: true,
  select: (values, { type }) =>
    type === 'double' ? values.over(sql`fsum`, sql`'fsum'`) : values.over(sql`sum`, sql`'sum'`),
  read: numberOrZero,
})
