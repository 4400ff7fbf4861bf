import { sql } from '../../store/index.ts'
import { numberOrZero, singleValue } from './single-value.ts'

/** Sum of a number field. Money and whole numbers are added exactly, doubles with compensation. */
export const sum = singleValue({
  name: 'sum',
  values: 'numbers',
  select: (input, { type }) => (type === 'double' ? sql`fsum(${input})` : sql`sum(${input})`),
  read: numberOrZero,
})
