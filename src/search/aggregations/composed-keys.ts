import { type Cell, joinSql, name, type Sql, sql } from '../../store/index.ts'
import type { GroupKey } from './aggregation.ts'

/** One of the values that a composed key is made of. */
export interface KeyPart {
  readonly expression: Sql
  readonly isList: boolean
  /** A record without value has a key too, with null in this place. */
  readonly allowsNull: boolean
}

/** The place of a key's part in SQL. */
export function partOf(key: Sql, place: number): Sql {
  return sql`${key}.${partName(place)}`
}

function partName(place: number): Sql {
  return name(`v${place}`)
}

/**
 * A key of several values. Of lists every combination is a key; a record that lacks a value has
 * none unless null is allowed. `keep` is a condition on the key.
 */
export function composedKey(
  parts: readonly KeyPart[],
  order: NonNullable<GroupKey['order']>,
  keep: (key: Sql) => Sql | undefined,
): GroupKey {
  const isList = parts.some((part) => part.isList)
  const made = isList ? combinations(parts, 0, []) : single(parts)
  const condition = keep(isList ? sql`made` : made)
  const base = { isList, isComposed: true as const, order }
  if (condition === undefined) return { ...base, expression: made }
  return {
    ...base,
    expression: isList
      ? sql`list_filter(${made}, lambda made: ${condition})`
      : sql`CASE WHEN ${condition} THEN ${made} END`,
  }
}

function single(parts: readonly KeyPart[]): Sql {
  const struct = structOf(parts.map(({ expression }) => expression))
  const present = parts
    .filter(({ allowsNull }) => !allowsNull)
    .map(({ expression }) => sql`${expression} IS NOT NULL`)
  return present.length === 0
    ? struct
    : sql`CASE WHEN ${joinSql(present, ' AND ')} THEN ${struct} END`
}

function structOf(values: readonly Sql[]): Sql {
  const fields = values.map((value, place) => sql`${partName(place)}: ${value}`)
  return sql`{${joinSql(fields, ', ')}}`
}

/** A list of structs: each value of a part with each combination of the parts behind it. */
function combinations(parts: readonly KeyPart[], place: number, values: readonly Sql[]): Sql {
  const part = parts[place]
  if (part === undefined) return sql`[${structOf(values)}]`
  const value = name(`p${place}`)
  const behind = combinations(parts, place + 1, [...values, value])
  return sql`flatten(list_transform(${listOf(part)}, lambda ${value}: ${behind}))`
}

/** The values of a part; none is a list without elements, or with null alone. */
function listOf({ expression, isList, allowsNull }: KeyPart): Sql {
  if (isList) {
    return allowsNull
      ? sql`coalesce(nullif(${expression}, []), [NULL])`
      : sql`list_filter(${expression}, lambda present: present IS NOT NULL)`
  }
  return allowsNull
    ? sql`[${expression}]`
    : sql`CASE WHEN ${expression} IS NULL THEN [] ELSE [${expression}] END`
}

/** The parts of a key that was answered. */
export function partsOf(key: Cell, count: number): readonly Cell[] {
  const values = JSON.parse(String(key)) as Readonly<Record<string, Cell>>
  return Array.from({ length: count }, (_, place) => values[`v${place}`] ?? null)
}
