import { type Filter, type Sql, sql, test } from '../store/index.ts'
import type { ColumnReference } from './schema.ts'

/** The field as it is compared: money as double, as its mapping says. */
export function comparable({ type, expression }: ColumnReference): Sql {
  return type === 'usd' ? sql`CAST(${expression} AS DOUBLE)` : expression
}

/**
 * Records one of whose values satisfies a condition, which is made from the value's expression.
 * Of a record without value it is false.
 */
export function anyValue(reference: ColumnReference, condition: (value: Sql) => Sql): Filter {
  const field = comparable(reference)
  if (!reference.isList) return test(sql`coalesce(${condition(field)}, false)`)
  return test(
    sql`coalesce(len(list_filter(${field}, lambda value: ${condition(sql`value`)})) > 0, false)`,
  )
}

/** Records that have a value. */
export function hasValue({ isList, expression }: ColumnReference): Filter {
  return isList
    ? test(sql`coalesce(len(${expression}) > 0, false)`)
    : test(sql`(${expression} IS NOT NULL)`)
}
