import type { TimeWindow } from '../state/time-range.ts'
import { columnsOf, FAILED, type Query, withinWindow } from './elastic-query.ts'
import { type Filter, filterClauses } from './filters.ts'
import { searchTextQuery } from './search-text.ts'

const PAGE_SIZE = 100
/** Elasticsearch's result window: no list goes deeper by paging. */
export const DEEPEST_ROW = 10_000

/** Columns of the table; bodies stay where they are until a call is opened. */
const ROW_FIELDS = [
  '@timestamp',
  'request_id',
  'model',
  'provider',
  'status_code',
  'outcome',
  'latency_ms',
  'tokens_used',
  'cost_usd',
  'user_id',
  'error_message',
  'stream',
] as const

/** What the list shows: when, which, and the typed words. */
export interface RequestsQuestion {
  readonly window: TimeWindow
  readonly filters: readonly Filter[]
  readonly text: string
}

function matching({ window, filters, text }: RequestsQuestion): Query {
  const words = searchTextQuery(text)
  return {
    bool: {
      filter: [
        withinWindow(window),
        ...filterClauses(filters),
        ...(words === undefined ? [] : [words]),
      ],
    },
  }
}

/** One page of the table, newest first. */
export function requestRows(question: RequestsQuestion, from: number): Query {
  return {
    size: Math.min(PAGE_SIZE, DEEPEST_ROW - from),
    from,
    track_total_hits: true,
    query: matching(question),
    sort: [{ '@timestamp': 'desc' }],
    _source: ROW_FIELDS,
  }
}

/** The line above the table: failures and cost of all that match, and the chart. */
export function requestTotals(question: RequestsQuestion): Query {
  const failed = { failed: { filter: FAILED } }
  return {
    size: 0,
    track_total_hits: true,
    query: matching(question),
    aggs: {
      ...failed,
      cost: { sum: { field: 'cost_usd' } },
      by_time: { date_histogram: columnsOf(question.window), aggs: failed },
    },
  }
}

/** The whole record of one call. */
export function oneRequest(id: string): Query {
  return { size: 1, query: { ids: { values: [id] } } }
}
