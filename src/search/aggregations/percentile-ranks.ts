import { doubleValue, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'
import type { AggregationCompiler, Json, Metric } from './aggregation.ts'
import { doubleText } from './double-text.ts'
import { numericField } from './metric-field.ts'
import { valuesOf } from './value-list.ts'

/** Share of the values at or below each of the given ones, in percent. */
export const percentileRanks: AggregationCompiler = (body, { columns }): Metric => {
  const reader = new BodyReader(body, 'percentile_ranks')
  const field = numericField(reader, columns)
  const given = reader.value('values')
  if (!Array.isArray(given) || given.length === 0) {
    throw parsingFailure('[values] must not be an empty array for [percentile_ranks]')
  }
  const values = [...new Set(given.map(Number))].sort((a, b) => a - b)
  if (values.some((value) => !Number.isFinite(value))) {
    throw parsingFailure('[values] of [percentile_ranks] must be numbers')
  }
  const keyed = reader.boolean('keyed') ?? true
  // settings of approximate methods; the answer here is exact
  reader.ignore('tdigest', 'hdr', 'format')
  reader.end()
  return {
    kind: 'metric',
    typeName: 'tdigest_percentile_ranks',
    inputs: [field.input],
    select: ([input]) => [
      valuesOf(input!, field).count,
      ...values.map((value) => atMost(input!, field.isList, value)),
    ],
    read([count, ...ranks]) {
      const total = Number(count ?? 0)
      const pairs = values.map((value, place) => {
        const rank = total === 0 ? null : (100 * Number(ranks[place] ?? 0)) / total
        return [value, rank] as const
      })
      const answer: unknown = keyed
        ? Object.fromEntries(pairs.map(([value, rank]) => [doubleText(value), rank]))
        : pairs.map(([key, value]): Json => ({ key, value }))
      return { values: answer }
    },
    order: () => undefined,
  }
}

function atMost(input: Sql, isList: boolean, value: number): Sql {
  const most = doubleValue(value)
  return isList
    ? sql`coalesce(sum(len(list_filter(${input}, lambda value: value <= ${most}))), 0)`
    : sql`count(*) FILTER (WHERE ${input} <= ${most})`
}
