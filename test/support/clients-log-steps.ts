import { expect } from 'vitest'
import type { Answer, NodeClient } from './clients-node.ts'
import type { JourneyStep } from './clients-step.ts'

const DAYS = ['2026-01-05', '2026-01-06'] as const
const LOGS = 'holysheep-requests-*'

/** Two days of calls, every fifth of them failed; made by the first step that needs them. */
async function calls(client: NodeClient): Promise<void> {
  const { count } = await client.call('count', { index: LOGS })
  if (count > 0) return
  const operations = Array.from({ length: 200 }, (_, n) => {
    const day = DAYS[n % 2]!
    return [
      { create: { _index: `holysheep-requests-${day.replaceAll('-', '.')}`, _id: `call-${n}` } },
      {
        '@timestamp': new Date(Date.parse(day) + n * 60_000).toISOString(),
        request_id: `call-${n}`,
        model: ['gpt-4o', 'claude-sonnet-4'][n % 4 === 0 ? 1 : 0],
        status_code: n % 5 === 0 ? 500 : 200,
        latency_ms: n,
        latency_bucket: 'fast',
        tokens_used: 10,
        cost_usd: 0.25,
        prompt: `what is the capital of country ${n}?`,
        ...(n % 5 === 0 && { error_message: `upstream ${n} timed out` }),
      },
    ]
  })
  const answer = await client.call('bulk', { refresh: true }, operations.flat())
  expect(answer.errors).toBe(false)
}

/** What is asked of the records of calls. */
export const LOG_STEPS: readonly JourneyStep[] = [
  {
    title: 'asks of calls what users ask today',
    async run(client) {
      await calls(client)
      const latency = await client.call(
        'search',
        { index: LOGS },
        {
          size: 0,
          aggs: {
            latency_percentiles: {
              percentiles: { field: 'latency_ms', percents: [50, 90, 95, 99] },
            },
            latency_buckets: { terms: { field: 'latency_bucket.keyword' } },
          },
        },
      )
      expect(Object.keys(latency.aggregations.latency_percentiles.values)).toEqual([
        '50.0',
        '90.0',
        '95.0',
        '99.0',
      ])
      expect(latency.aggregations.latency_percentiles.values['50.0']).toBeCloseTo(99.5, -1)
      const errors = await client.call(
        'search',
        { index: LOGS },
        {
          size: 0,
          query: { range: { '@timestamp': { gte: '2026-01-06||-1d/d', lt: '2026-01-07' } } },
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
      )
      expect(errors.aggregations.errors_by_model.buckets).toEqual([
        {
          key: 'gpt-4o',
          doc_count: 150,
          total_requests: { value: 150 },
          error_count: { doc_count: 30 },
        },
        {
          key: 'claude-sonnet-4',
          doc_count: 50,
          total_requests: { value: 50 },
          error_count: { doc_count: 10 },
        },
      ])
      const cost = await client.call(
        'search',
        { index: LOGS },
        {
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
      )
      expect(cost.aggregations.daily_cost.buckets).toEqual(
        DAYS.map((day) => ({
          key: Date.parse(day),
          key_as_string: `${day}T00:00:00.000Z`,
          doc_count: 100,
          total_cost: { value: 25 },
          tokens_used: { value: 1_000 },
        })),
      )
    },
  },
  {
    title: 'finds single calls by id, by word, and all of them by scrolling',
    async run(client) {
      await calls(client)
      const index = 'holysheep-requests-2026.01.05'
      expect((await client.call('get', { index, id: 'call-8' }))._source).toMatchObject({
        model: 'claude-sonnet-4',
      })
      const found = await client.call(
        'search',
        { index: LOGS },
        {
          query: {
            bool: {
              must: { match: { error_message: 'TIMED' } },
              filter: { range: { latency_ms: { lt: 12 } } },
            },
          },
          sort: [{ '@timestamp': { order: 'desc' } }],
        },
      )
      expect(found.hits.hits.map(({ _id }: Answer) => _id)).toEqual(['call-5', 'call-10', 'call-0'])
      const seen = new Set<unknown>()
      const all = client.withBody({ index: LOGS, size: 60 }, { query: { match_all: {} } })
      for await (const { request_id } of client.helpers.scrollDocuments(all)) seen.add(request_id)
      expect(seen.size).toBe(200)
    },
  },
  {
    title: 'is refused to change a call that is on record',
    needs: ['log indices'],
    async run(client) {
      await calls(client)
      const index = 'holysheep-requests-2026.01.05'
      const created = await client.refused('create', { index, id: 'call-8' }, { model: 'x' })
      expect(created.status).toBe(409)
      const updated = await client.refused('update', { index, id: 'call-8' }, { doc: { n: 1 } })
      expect(updated).toMatchObject({
        status: 400,
        body: { error: { type: 'illegal_argument_exception' } },
      })
      expect(updated.body.error.reason).toContain('append-only')
      expect((await client.refused('delete', { index, id: 'call-8' })).status).toBe(400)
    },
  },
]
