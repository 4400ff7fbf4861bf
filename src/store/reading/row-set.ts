import { ROWS_PER_JOURNAL } from '../days/columns-schema.ts'
import { column, FALSE, joinSql, longValue, type Sql, sql, textValue } from './sql.ts'

/** Up to so many rows are compared one by one. */
const LISTED_ROWS = 16

/** A set is given as bits where they are not more than so many times its rows. */
const BITS_PER_ROW = 512
const SHORT_BITS = 65_536

/**
 * The condition that a record's row is one of `rows` (ascending). Rows are dense within a
 * journal, so a text of bits per journal is the cheapest form for the column engine: no join,
 * usable anywhere in a condition, and the bounds prune by zone map.
 */
export function rowsCondition(rows: Float64Array): Sql {
  if (rows.length === 0) return FALSE
  if (rows.length <= LISTED_ROWS) {
    const values = Array.from(rows, (row) => sql`${longValue(row)}`)
    return sql`(${column('row')} IN (${joinSql(values, ', ')}))`
  }
  const parts = journalsOf(rows).map(journalCondition)
  return parts.length === 1 ? parts[0]! : sql`(${joinSql(parts, ' OR ')})`
}

function journalsOf(rows: Float64Array): readonly Float64Array[] {
  const parts: Float64Array[] = []
  let start = 0
  for (let place = 1; place <= rows.length; place++) {
    if (place < rows.length && journalOf(rows[place]!) === journalOf(rows[start]!)) continue
    parts.push(rows.subarray(start, place))
    start = place
  }
  return parts
}

function journalOf(row: number): number {
  return Math.floor(row / ROWS_PER_JOURNAL)
}

function journalCondition(rows: Float64Array): Sql {
  const first = longValue(rows[0]!)
  const last = longValue(rows.at(-1)!)
  const width = (last.value as number) - (first.value as number) + 1
  const row = column('row')
  const within = sql`${row} BETWEEN ${first} AND ${last}`
  if (width === rows.length) return sql`(${within})`
  if (width > SHORT_BITS && width > rows.length * BITS_PER_ROW) {
    const list = textValue(Array.from(rows).join(','))
    return sql`(${within} AND ${row} IN (SELECT unnest(string_split(${list}, ',')::BIGINT[])))`
  }
  const bits = textValue(bitsOf(rows, rows[0]!, width))
  // CASE, because the engine may evaluate the parts of an AND in any order
  return sql`(${within} AND CASE WHEN ${within} THEN get_bit(${bits}::BIT, (${row} - ${first})::INTEGER) = 1 ELSE false END)`
}

const ZERO = 48
const ONE = 49

function bitsOf(rows: Float64Array, first: number, width: number): string {
  const bits = Buffer.alloc(width, ZERO)
  for (let place = 0; place < rows.length; place++) bits[rows[place]! - first] = ONE
  return bits.toString('latin1')
}
