import { sql } from '../../store/index.ts'
import { numberOrNull, singleValue } from './single-value.ts'

/** Smallest value of a number or date field. */
export const min = singleValue({
  name: 'min',
  values: 'numbers',
  keepsDates: true,
  select: (input) => sql`min(${input})`,
  read: numberOrNull,
})
