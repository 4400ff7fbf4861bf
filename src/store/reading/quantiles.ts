import type { Row } from './row-conversion.ts'
import { doubleValue, integer, joinSql, type Sql, sql } from './sql.ts'

/**
 * Exact quantiles of many values in two passes, several times faster than having the engine
 * gather and order all of them: first the values are counted by coarse ranges, then only those
 * ranges are ordered in which a wanted place lies.
 */
export interface QuantileRequest {
  /** The records, as the body of `WITH records AS (…)`. */
  readonly records: Sql
  /** The value of a record; null counts as absent. */
  readonly input: Sql
  /** Between 0 and 1. */
  readonly fractions: readonly number[]
}

interface Range {
  readonly range: number
  readonly count: number
  /** Values in the ranges before. */
  readonly before: number
}

/** Places among the ordered values, and the ranges they lie in. */
export interface QuantilePlan {
  readonly ranges: readonly Range[]
  /** For each fraction the place it falls on; between two when it is not whole. */
  readonly places: readonly number[]
}

/**
 * Number of the range that a value falls into, rising with it; null for values below zero and
 * beyond 10^16. Tests for those would cost more than the counting itself.
 */
function rangeSql({ input }: QuantileRequest): Sql {
  return sql`TRY((sqrt((${input})::DOUBLE) * 16)::INTEGER)`
}

/** First pass: how many values lie in each range. */
export function rangesSql(request: QuantileRequest): Sql {
  return sql`WITH records AS (${request.records})
    SELECT ${rangeSql(request)} AS part, count(*) FROM records
    WHERE ${request.input} IS NOT NULL GROUP BY part ORDER BY part NULLS FIRST`
}

/** Tells whether values lie outside of all ranges, so that `orderedSql` has to do. */
export function hasStrayValues(rows: readonly Row[]): boolean {
  return rows[0]?.[0] === null
}

/** Lets the engine gather and order all values. */
export function orderedSql({ records, input, fractions }: QuantileRequest): Sql {
  const shares = fractions.map((fraction) => sql`${doubleValue(fraction)}`)
  return sql`WITH records AS (${records})
    SELECT quantile_cont((${input})::DOUBLE, [${joinSql(shares, ', ')}]) FROM records`
}

/** Finds the ranges to be ordered; undefined when there are no values. */
export function quantilePlan(
  rows: readonly Row[],
  fractions: readonly number[],
): QuantilePlan | undefined {
  let before = 0
  const ranges = rows.map(([range, count]) => {
    const found = { range: Number(range), count: Number(count), before }
    before += found.count
    return found
  })
  if (before === 0) return undefined
  const places = fractions.map((fraction) => fraction * (before - 1))
  const ranks = places.flatMap((place) => [Math.floor(place), Math.ceil(place)])
  const holds = ({ before: start, count }: Range) =>
    ranks.some((rank) => rank >= start && rank < start + count)
  return { ranges: ranges.filter(holds), places }
}

/**
 * Numbers of no range. With few numbers the engine would compare one after the other, and compute
 * the range of a value anew for each.
 */
const NO_RANGES = [-1, -2, -3, -4, -5, -6, -7, -8]

/** Second pass: the values at the wanted places, one list for each range. */
export function placesSql(request: QuantileRequest, plan: QuantilePlan): Sql {
  const parts = [...plan.ranges.map(({ range }) => range), ...NO_RANGES].map(integer)
  const lists = plan.ranges.map((range) => {
    // half a place further: the engine rounds up to the next
    const shares = ranksIn(range, plan).map(
      (rank) => sql`${doubleValue((rank - range.before + 0.5) / range.count)}`,
    )
    return sql`quantile_disc(x, [${joinSql(shares, ', ')}]) FILTER (WHERE part = ${integer(range.range)})`
  })
  return sql`WITH records AS (${request.records})
    SELECT ${joinSql(lists, ', ')}
    FROM (SELECT (${request.input})::DOUBLE AS x, ${rangeSql(request)} AS part FROM records)
    WHERE part IN (${joinSql(parts, ', ')})`
}

function ranksIn({ before, count }: Range, { places }: QuantilePlan): readonly number[] {
  const ranks = new Set(places.flatMap((place) => [Math.floor(place), Math.ceil(place)]))
  return [...ranks].filter((rank) => rank >= before && rank < before + count)
}

/** The quantiles from the answer of the second pass. */
export function quantilesOf(row: Row, plan: QuantilePlan): readonly number[] {
  const values = new Map<number, number>()
  for (const [at, range] of plan.ranges.entries()) {
    const found = row[at] as Row
    for (const [place, rank] of ranksIn(range, plan).entries()) {
      values.set(rank, Number(found[place]))
    }
  }
  return plan.places.map((place) => {
    const low = values.get(Math.floor(place)) ?? Number.NaN
    const high = values.get(Math.ceil(place)) ?? Number.NaN
    return low + (high - low) * (place - Math.floor(place))
  })
}
