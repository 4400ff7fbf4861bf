import type { Search } from '../../src/search/index.ts'
import { RARE_WORD, requestId } from './records.ts'

const INDICES = { expression: 'holysheep-requests-*' }
const RUNS = 15

const SEED_QUERIES = {
  'seed 1: percentiles of latency_ms + terms latency_bucket, all days': {
    size: 0,
    aggs: {
      latency_percentiles: { percentiles: { field: 'latency_ms', percents: [50, 90, 95, 99] } },
      latency_buckets: { terms: { field: 'latency_bucket.keyword' } },
    },
  },
  'seed 2: errors by model, last hour': {
    size: 0,
    query: { range: { '@timestamp': { gte: 'now-1h' } } },
    aggs: {
      errors_by_model: {
        terms: { field: 'model.keyword' },
        aggs: {
          total_requests: { value_count: { field: 'request_id.keyword' } },
          error_count: { filter: { range: { status_code: { gte: 400 } } } },
        },
      },
    },
  },
  'seed 3: cost and tokens by day, all days': {
    size: 0,
    aggs: {
      daily_cost: {
        date_histogram: { field: '@timestamp', calendar_interval: 'day' },
        aggs: {
          total_cost: { sum: { field: 'cost_usd' } },
          tokens_used: { sum: { field: 'tokens_used' } },
        },
      },
    },
  },
} as const

/** Time of one kind of query, milliseconds. */
export interface QueryTime {
  readonly name: string
  readonly firstMs: number
  readonly medianMs: number
  readonly worstMs: number
  /** What was found, to see that the query did its work. */
  readonly found: string
}

/** Measures the queries that people ask of their logs, each cold once and then warm. */
export async function measureQueries(search: Search, records: number): Promise<QueryTime[]> {
  const times: QueryTime[] = []
  for (const [name, body] of Object.entries(SEED_QUERIES)) {
    times.push(await measure(search, name, () => body))
  }
  const someId = (run: number) => requestId(Math.floor(((run + 0.5) / RUNS) * records))
  times.push(
    await measure(search, 'request id, full record', (run) => ({
      query: { term: { request_id: someId(run) } },
    })),
    await measure(search, 'rare word in prompts, newest 10 with bodies', () => ({
      query: { match: { prompt: RARE_WORD } },
      sort: [{ '@timestamp': 'desc' }],
    })),
    await measure(search, 'common word in prompts, newest 10 with bodies', () => ({
      query: { match: { prompt: 'the' } },
      sort: [{ '@timestamp': 'desc' }],
    })),
    await measure(search, 'newest 100 of a user', (run) => ({
      size: 100,
      query: { term: { user_id: `user_${run * 7}` } },
      sort: [{ '@timestamp': 'desc' }],
    })),
  )
  return times
}

async function measure(
  search: Search,
  name: string,
  body: (run: number) => object,
): Promise<QueryTime> {
  const times: number[] = []
  let found = ''
  for (let run = 0; run < RUNS; run++) {
    const startMs = performance.now()
    const answer = await search.search(INDICES, body(run))
    times.push(performance.now() - startMs)
    const { total } = answer.hits
    found = `${total?.relation === 'gte' ? '>= ' : ''}${total?.value ?? 0} found`
  }
  const [firstMs = 0, ...warm] = times
  const sorted = warm.sort((a, b) => a - b)
  return {
    name,
    firstMs,
    medianMs: sorted[Math.floor(sorted.length / 2)]!,
    worstMs: sorted.at(-1)!,
    found,
  }
}
