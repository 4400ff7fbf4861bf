import { type Sql, sql } from '../../store/index.ts'
import { fieldValue } from '../field-value.ts'
import type { FieldValues } from '../request-columns.ts'
import { parsingFailure } from '../search-failure.ts'

/**
 * The values of a field with `missing` in place of none.
 *
 * @throws SearchFailure when it is no value of the field's type
 */
export function withMissing(
  { input, type, isList }: FieldValues,
  missing: unknown,
  nowMs: number,
): Sql {
  if (missing === undefined || missing === null) return input
  const value = fieldValue(missing, { type: type ?? 'keyword' }, { nowMs })
  if (value === undefined) throw parsingFailure('[missing] is not of the type of the field')
  if (type === undefined) return sql`${value}`
  return isList
    ? sql`coalesce(nullif(${input}, []), [${value}])`
    : sql`coalesce(${input}, ${value})`
}
