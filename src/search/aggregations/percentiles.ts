import { type Cell, doubleValue, joinSql, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'
import type { AggregationCompiler, Json } from './aggregation.ts'
import { doubleText } from './double-text.ts'
import { numericField } from './metric-field.ts'

const DEFAULT_PERCENTS = [1, 5, 25, 50, 75, 95, 99]

/** Percentiles of a number field: exact, with linear interpolation between neighbours. */
export const percentiles: AggregationCompiler = (body, { columns }) => {
  const reader = new BodyReader(body, 'percentiles')
  const { input, isList } = numericField(reader, columns)
  const percents = readPercents(reader.value('percents'))
  const keyed = reader.boolean('keyed') ?? true
  // settings of approximate methods; the answer here is exact
  reader.ignore('tdigest', 'hdr', 'compression')
  reader.end()
  return {
    kind: 'metric',
    typeName: 'tdigest_percentiles',
    inputs: [input],
    select: ([value]) => [quantiles(value!, percents, isList)],
    ...(!isList && { fractions: percents.map((percent) => percent / 100) }),
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

function quantiles(value: Sql, percents: readonly number[], isList: boolean): Sql {
  const places = percents.map((percent) => sql`${doubleValue(percent / 100)}`)
  const list = joinSql(places, ', ')
  if (!isList) return sql`quantile_cont(${value}::DOUBLE, [${list}])`
  const all = sql`flatten(list(${value}) FILTER (WHERE ${value} IS NOT NULL))::DOUBLE[]`
  return sql`list_aggregate(${all}, 'quantile_cont', [${list}])`
}

function valuesOf(percents: readonly number[], list: Cell, keyed: boolean): unknown {
  const values = Array.isArray(list) ? (list as readonly Cell[]) : percents.map(() => null)
  const pairs = percents.map((percent, place) => [percent, values[place] ?? null] as const)
  if (!keyed) return pairs.map(([key, value]): Json => ({ key, value }))
  return Object.fromEntries(pairs.map(([percent, value]) => [doubleText(percent), value]))
}
