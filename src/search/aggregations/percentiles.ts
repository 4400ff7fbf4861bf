import { type Cell, doubleValue, joinSql, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'
import type { AggregationCompiler, Json } from './aggregation.ts'
import { numericField } from './metric-field.ts'

const DEFAULT_PERCENTS = [1, 5, 25, 50, 75, 95, 99]

/** Percentiles of a number field: exact, with linear interpolation between neighbours. */
export const percentiles: AggregationCompiler = (body) => {
  const reader = new BodyReader(body, 'percentiles')
  const { input } = numericField(reader)
  const percents = readPercents(reader.value('percents'))
  const keyed = reader.boolean('keyed') ?? true
  // settings of approximate methods; the answer here is exact
  reader.ignore('tdigest', 'hdr', 'compression')
  reader.end()
  return {
    kind: 'metric',
    typeName: 'tdigest_percentiles',
    inputs: [input],
    select: ([value]) => [quantiles(value!, percents)],
    fractions: percents.map((percent) => percent / 100),
    read: ([list]) => ({ values: valuesOf(percents, list ?? null, keyed) }),
    order(property) {
      const place = percents.indexOf(Number(property))
      return property === undefined || place < 0 ? undefined : { slot: 0, element: place + 1 }
    },
  }
}

function readPercents(given: unknown): readonly number[] {
  if (given === undefined || given === null) return DEFAULT_PERCENTS
  const percents = (Array.isArray(given) ? given : [given]).map(Number)
  if (percents.length === 0 || percents.some((percent) => !(percent >= 0 && percent <= 100))) {
    throw parsingFailure('[percents] must be numbers between 0 and 100 and must not be empty')
  }
  return [...new Set(percents)].sort((a, b) => a - b)
}

function quantiles(value: Sql, percents: readonly number[]): Sql {
  const places = percents.map((percent) => sql`${doubleValue(percent / 100)}`)
  return sql`quantile_cont(${value}::DOUBLE, [${joinSql(places, ', ')}])`
}

function valuesOf(percents: readonly number[], list: Cell, keyed: boolean): unknown {
  const values = Array.isArray(list) ? (list as readonly Cell[]) : percents.map(() => null)
  const pairs = percents.map((percent, place) => [percent, values[place] ?? null] as const)
  if (!keyed) return pairs.map(([key, value]): Json => ({ key, value }))
  return Object.fromEntries(pairs.map(([percent, value]) => [decimalText(percent), value]))
}

/** A double as Java writes it: `50.0`, `99.9`. */
function decimalText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}
