import {
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'

/** A value of an answer; dates are milliseconds since 1970 UTC. */
export type Cell = string | number | boolean | null | readonly Cell[]
export type Row = readonly Cell[]

/**
 * Turns a value of the column engine into one that can be copied between threads.
 *
 * @throws Error for a type that no statement of this folder answers with
 */
export function toCell(value: DuckDBValue, type: DuckDBType): Cell {
  if (value === null) return null
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value
    case 'bigint':
      return Number(value)
    default:
      break
  }
  // through the exact text: a division of the scaled integer could be off in the last digit
  if (value instanceof DuckDBDecimalValue) return Number(value.toString())
  if (value instanceof DuckDBTimestampValue) return Number(value.micros / 1000n)
  if (value instanceof DuckDBListValue) return value.items.map((item) => toCell(item, type))
  throw new Error(`no conversion of ${type.toString()}`)
}
