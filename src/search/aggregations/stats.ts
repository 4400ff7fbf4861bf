import { type Row, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { AggregationCompiler, Json, Metric } from './aggregation.ts'
import { numericField } from './metric-field.ts'
import { type Values, valuesOf } from './value-list.ts'

const BASIC = ['count', 'min', 'max', 'avg', 'sum'] as const

/** Count, smallest, largest, mean and sum of a number field. */
export const stats: AggregationCompiler = (body, { columns }): Metric => {
  const reader = new BodyReader(body, 'stats')
  const field = numericField(reader, columns)
  reader.ignore('format')
  reader.end()
  return {
    kind: 'metric',
    typeName: 'stats',
    inputs: [field.input],
    select: ([input]) => basicSql(valuesOf(input!, field)),
    read: readBasic,
    order: (property) => placeOf(BASIC, property),
  }
}

/** In the order count, min, max, sum. */
function basicSql(values: Values): readonly Sql[] {
  return [
    values.count,
    values.over(sql`min`, sql`'min'`),
    values.over(sql`max`, sql`'max'`),
    values.over(sql`sum`, sql`'sum'`),
    sql`${values.over(sql`sum`, sql`'sum'`)}::DOUBLE / nullif(${values.count}, 0)`,
  ]
}

function readBasic([count, min, max, sum, avg]: Row): Json {
  return {
    count: Number(count ?? 0),
    min: min ?? null,
    max: max ?? null,
    avg: avg ?? null,
    sum: sum ?? 0,
  }
}

const PLACES: Readonly<Record<string, number>> = { count: 0, min: 1, max: 2, sum: 3, avg: 4 }

function placeOf(known: readonly string[], property: string | undefined) {
  const slot = property === undefined ? undefined : PLACES[property]
  return slot === undefined || !known.includes(property!) ? undefined : { slot }
}

const EXTENDED_SLOTS: Readonly<Record<string, number>> = {
  ...PLACES,
  sum_of_squares: 5,
  variance: 6,
  variance_population: 6,
  variance_sampling: 7,
  std_deviation: 8,
  std_deviation_population: 8,
  std_deviation_sampling: 9,
}

/** As `stats`, with variance and standard deviation. */
export const extendedStats: AggregationCompiler = (body, { columns }): Metric => {
  const reader = new BodyReader(body, 'extended_stats')
  const field = numericField(reader, columns)
  const sigma = reader.number('sigma') ?? 2
  reader.ignore('format')
  reader.end()
  return {
    kind: 'metric',
    typeName: 'extended_stats',
    inputs: [field.input],
    select: ([input]) => {
      const values = valuesOf(input!, field)
      const squares = valuesOf(squared(input!, field.isList), field)
      return [
        ...basicSql(values),
        squares.over(sql`sum`, sql`'sum'`),
        values.over(sql`var_pop`, sql`'var_pop'`),
        values.over(sql`var_samp`, sql`'var_samp'`),
        values.over(sql`stddev_pop`, sql`'stddev_pop'`),
        values.over(sql`stddev_samp`, sql`'stddev_samp'`),
      ]
    },
    read: (row) => readExtended(row, sigma),
    order(property) {
      const slot = property === undefined ? undefined : EXTENDED_SLOTS[property]
      return slot === undefined ? undefined : { slot }
    },
  }
}

function squared(input: Sql, isList: boolean): Sql {
  return isList
    ? sql`list_transform(${input}, lambda value: value::DOUBLE * value)`
    : sql`(${input})::DOUBLE * ${input}`
}

function readExtended(row: Row, sigma: number): Json {
  const [count, , , , avg, squares, variance, sampling, deviation, deviationSampling] = row
  const bound = (sign: number, by: unknown) =>
    typeof avg === 'number' && typeof by === 'number' ? avg + sign * sigma * by : null
  return {
    ...readBasic(row),
    ...extended(Number(count ?? 0), {
      squares: squares ?? null,
      variance: variance ?? null,
      sampling: sampling ?? null,
      deviation: deviation ?? null,
      deviationSampling: deviationSampling ?? null,
      bound,
    }),
  }
}

export interface Spread {
  readonly squares: unknown
  readonly variance: unknown
  readonly sampling: unknown
  readonly deviation: unknown
  readonly deviationSampling: unknown
  bound(sign: number, by: unknown): number | null
}

/** What `extended_stats` answers beside `stats`. Of a single value the sampling ones are not numbers. */
export function extended(count: number, spread: Spread): Json {
  const { squares, variance, deviation, bound } = spread
  const sampled = (value: unknown) => (count === 1 ? 'NaN' : value)
  return {
    sum_of_squares: squares,
    variance,
    variance_population: variance,
    variance_sampling: sampled(spread.sampling),
    std_deviation: deviation,
    std_deviation_population: deviation,
    std_deviation_sampling: sampled(spread.deviationSampling),
    std_deviation_bounds: {
      upper: bound(1, deviation),
      lower: bound(-1, deviation),
      upper_population: bound(1, deviation),
      lower_population: bound(-1, deviation),
      upper_sampling: sampled(bound(1, spread.deviationSampling)),
      lower_sampling: sampled(bound(-1, spread.deviationSampling)),
    },
  }
}
