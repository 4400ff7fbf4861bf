import {
  type Filter,
  isAmong,
  type SoughtValues,
  type Sql,
  type SqlValue,
  sql,
  test,
} from '../store/index.ts'
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
  return holding(reference, found, sought)
}

/** Records one of whose values is among those given. */
export function anyOf(
  reference: ColumnReference,
  values: readonly SqlValue[],
  sought?: Omit<SoughtValues, 'field'>,
): Filter {
  return holding(reference, isAmong(comparable(reference), reference.isList, values), sought)
}

function holding(
  { name }: ColumnReference,
  condition: Sql,
  sought: Omit<SoughtValues, 'field'> | undefined,
): Filter {
  const filter = test(sql`coalesce(${condition}, false)`)
  if (sought === undefined || filter.kind !== 'test') return filter
  return { ...filter, sought: { field: name, ...sought } }
}

/** Records that have a value. */
export function hasValue({ isList, expression }: ColumnReference): Filter {
  return isList
    ? test(sql`coalesce(len(${expression}) > 0, false)`)
    : test(sql`(${expression} IS NOT NULL)`)
}
