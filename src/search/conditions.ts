import { type Filter, type SoughtValues, type Sql, sql, test } from '../store/index.ts'
import type { ColumnReference } from './schema.ts'

/** The field as it is compared: money as double, as its mapping says. */
function comparable({ type, expression }: ColumnReference): Sql {
  return type === 'usd' ? sql`CAST(${expression} AS DOUBLE)` : expression
}

/**
 * Records one of whose values satisfies a condition, which is made from the value's expression.
 * Of a record without value it is false. `sought` says the same of texts, for highlights.
 */
export function anyValue(
  reference: ColumnReference,
  condition: (value: Sql) => Sql,
  sought?: Omit<SoughtValues, 'field'>,
): Filter {
  const field = comparable(reference)
  const found = reference.isList
    ? sql`len(list_filter(${field}, lambda value: ${condition(sql`value`)})) > 0`
    : condition(field)
  const filter = test(sql`coalesce(${found}, false)`)
  if (sought === undefined || filter.kind !== 'test') return filter
  return { ...filter, sought: { field: reference.name, ...sought } }
}

/** Records that have a value. */
export function hasValue({ isList, expression }: ColumnReference): Filter {
  return isList
    ? test(sql`coalesce(len(${expression}) > 0, false)`)
    : test(sql`(${expression} IS NOT NULL)`)
}
