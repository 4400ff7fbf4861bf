import type { TimeWindow } from '../state/time-range.ts'
import { columnsOf, FAILED, type Query, withinWindow } from './elastic-query.ts'
import { type Filter, filterClauses } from './filters.ts'

/** Fields that the overview breaks calls down by, one table each. */
export const BREAKDOWNS = ['model', 'provider', 'key_name', 'user_id'] as const
export type Breakdown = (typeof BREAKDOWNS)[number]

const ROWS_PER_TABLE = 8

const FAILED_COUNT = { failed: { filter: FAILED } }
const COST = { cost: { sum: { field: 'cost_usd' } } }
const LATENCY = { latency: { percentiles: { field: 'latency_ms', percents: [50, 95, 99] } } }

const TOTALS = {
  ...FAILED_COUNT,
  ...COST,
  ...LATENCY,
  first_byte: { percentiles: { field: 'first_byte_ms', percents: [50, 95] } },
  prompt_tokens: { sum: { field: 'prompt_tokens' } },
  completion_tokens: { sum: { field: 'completion_tokens' } },
}

function search(window: TimeWindow, filters: readonly Filter[], aggs: Query): Query {
  return {
    size: 0,
    track_total_hits: true,
    query: { bool: { filter: [withinWindow(window), ...filterClauses(filters)] } },
    aggs,
  }
}

/** Tiles and charts of a window in one search. */
export function totalsAndSeries(window: TimeWindow, filters: readonly Filter[]): Query {
  return search(window, filters, {
    ...TOTALS,
    by_time: {
      date_histogram: columnsOf(window),
      aggs: { ...FAILED_COUNT, ...COST, ...LATENCY },
    },
  })
}

/** The tiles' numbers alone, for the period to compare with. */
export function totalsOnly(window: TimeWindow, filters: readonly Filter[]): Query {
  return search(window, filters, TOTALS)
}

/** All tables of the overview in one search. */
export function breakdowns(window: TimeWindow, filters: readonly Filter[]): Query {
  const tables = BREAKDOWNS.map((field) => [
    field,
    {
      terms: { field, size: ROWS_PER_TABLE },
      aggs: {
        ...FAILED_COUNT,
        ...COST,
        latency: { percentiles: { field: 'latency_ms', percents: [95] } },
      },
    },
  ])
  return search(window, filters, {
    ...Object.fromEntries(tables),
    failures: {
      filter: FAILED,
      aggs: {
        patterns: {
          terms: { field: 'error_pattern', size: ROWS_PER_TABLE },
          aggs: {
            last: { max: { field: '@timestamp' } },
            provider: { terms: { field: 'provider', size: 1 } },
            status: { terms: { field: 'status_code', size: 1 } },
          },
        },
      },
    },
  })
}
