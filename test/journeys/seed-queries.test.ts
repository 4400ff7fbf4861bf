import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPriceBook } from '../../src/accounts/index.ts'
import { DEFAULT_MODELS, systemClock } from '../../src/kernel/index.ts'
import { startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { search } from '../support/search.ts'

/** The three queries as the first user sends them to his Elasticsearch, not a byte changed. */
const LATENCY =
  '{"size":0,"aggs":{"latency_percentiles":{"percentiles":{"field":"latency_ms","percents":[50,90,95,99]}},"latency_buckets":{"terms":{"field":"latency_bucket.keyword"}}}}'
const ERRORS =
  '{"size":0,"query":{"range":{"@timestamp":{"gte":"now-1h"}}},"aggs":{"errors_by_model":{"terms":{"field":"model.keyword"},"aggs":{"total_requests":{"value_count":{"field":"request_id.keyword"}},"error_count":{"filter":{"range":{"status_code":{"gte":400}}}}}}}}'
const COST =
  '{"size":0,"aggs":{"daily_cost":{"date_histogram":{"field":"@timestamp","calendar_interval":"day"},"aggs":{"total_cost":{"sum":{"field":"cost_usd"}},"tokens_used":{"sum":{"field":"tokens_used"}}}}}}'

interface Call {
  readonly model: keyof typeof DEFAULT_MODELS
  readonly status: number
  readonly fault?: 'cut' | 'rate_limit' | 'server_error' | 'overloaded'
  readonly requestId: string
  readonly promptTokens: number
  readonly completionTokens: number
  readonly startedMs: number
  readonly durationMs: number
}

const prices = createPriceBook({}, systemClock)
let url: string
let calls: readonly Call[]

beforeAll(async () => {
  const server = await startBellwether()
  const list = join(server.data, 'calls.ndjson')
  const { code, stderr } = await server.run(
    'replay',
    '--speed',
    '50',
    '--errors',
    '0.1',
    '--list',
    list,
  )
  expect(stderr).toContain('300 of 300')
  expect(code).toBe(0)
  calls = readFileSync(list, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Call)
  url = server.search
})
afterAll(stopAllBellwethers)

interface Answer {
  readonly timed_out: boolean
  readonly hits: { readonly total: { readonly value: number } }
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  readonly aggregations: any
}

function send(method: 'GET' | 'POST', body: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request(
    `${url}/holysheep-requests-*/_search`,
    {
      method,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    },
    (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Answer)
        else reject(new Error(`${response.statusCode}: ${text}`))
      })
    },
  )
  sent.on('error', reject)
  sent.end(body)
  return promise
}

describe.each(['GET', 'POST'] as const)('by %s', (method) => {
  it('the latency query gives exact percentiles and the buckets', async () => {
    const { aggregations } = await send(method, LATENCY)
    const { values } = aggregations.latency_percentiles
    expect(Object.keys(values)).toEqual(['50.0', '90.0', '95.0', '99.0'])

    // latency is measured by the relay; the records say what it was, the callers that it fits
    const recorded = await latencies()
    for (const [percent, value] of Object.entries(values)) {
      expect(value).toBeCloseTo(percentile(recorded, Number(percent)), 3)
    }
    const seen = calls.map(({ durationMs }) => durationMs).sort((a, b) => a - b)
    expect(values['50.0']).toBeLessThanOrEqual(percentile(seen, 50))

    const buckets = Object.fromEntries(
      aggregations.latency_buckets.buckets.map(
        ({ key, doc_count }: { key: string; doc_count: number }) => [key, doc_count],
      ),
    )
    expect(buckets).toEqual(bucketsOf(recorded))
  })

  it('the error query counts calls and errors by model of the last hour', async () => {
    const { aggregations } = await send(method, ERRORS)
    const found = aggregations.errors_by_model.buckets.map(
      (bucket: {
        key: string
        doc_count: number
        total_requests: { value: number }
        error_count: { doc_count: number }
      }) => [bucket.key, bucket.total_requests.value, bucket.error_count.doc_count],
    )
    const expected = Object.entries(Object.groupBy(calls, ({ model }) => model)).map(
      ([model, some]) => [model, some?.length, some?.filter(({ status }) => status >= 400).length],
    )
    expect(found.sort()).toEqual(expected.sort())
  })

  it('the cost query sums cost and tokens by day', async () => {
    const { aggregations } = await send(method, COST)
    const estimated = await estimates()
    const days = Object.groupBy(calls, ({ startedMs }) =>
      new Date(startedMs).toISOString().slice(0, 10),
    )
    const expected = Object.entries(days).map(([day, some = []]) => {
      const spent = some.map((call) => spentBy(call, estimated))
      return {
        key_as_string: `${day}T00:00:00.000Z`,
        key: Date.parse(day),
        doc_count: some.length,
        total_cost: { value: expect.closeTo(sum(spent.map(({ nanoUsd }) => nanoUsd)) / 1e9, 9) },
        tokens_used: { value: sum(spent.map(({ tokens }) => tokens)) },
      }
    })
    expect(aggregations.daily_cost.buckets).toEqual(expected)
  })
})

interface Spent {
  readonly tokens: number
  readonly nanoUsd: number
}

/** What a call must have used and cost, from what the replay asked for. */
function spentBy(call: Call, estimated: ReadonlyMap<string, Spent>): Spent {
  const { completionTokens, fault, model, promptTokens, requestId, status } = call
  if (fault === 'cut') return estimated.get(requestId) ?? { tokens: 0, nanoUsd: 0 }
  // a target that was made to fail often is left alone for a while
  if (fault !== undefined || status === 503) return { tokens: 0, nanoUsd: 0 }
  const usage = { input_tokens: promptTokens, output_tokens: completionTokens }
  return {
    tokens: promptTokens + completionTokens,
    nanoUsd: prices.costNanoUsd(DEFAULT_MODELS[model], model, usage) ?? 0,
  }
}

/** What a stream that was cut off has cost, only the relay can know: it is in the records. */
async function estimates(): Promise<ReadonlyMap<string, Spent>> {
  const ids = calls.filter(({ fault }) => fault === 'cut').map(({ requestId }) => requestId)
  const { hits } = await search(url, { size: 300, query: { terms: { request_id: ids } } })
  return new Map(
    hits.hits.map(({ _id, _source }) => [
      _id,
      {
        tokens: Number(_source.tokens_used ?? 0),
        nanoUsd: Math.round(Number(_source.cost_usd ?? 0) * 1e9),
      },
    ]),
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

async function latencies(): Promise<number[]> {
  const { hits } = await search(url, { size: 1_000, _source: ['latency_ms'] })
  return hits.hits.map(({ _source }) => Number(_source.latency_ms)).sort((a, b) => a - b)
}

/** Linear between the two nearest ranks, as Elasticsearch's exact percentiles are. */
function percentile(sorted: readonly number[], percent: number): number {
  const rank = (percent / 100) * (sorted.length - 1)
  const low = sorted[Math.floor(rank)]!
  return low + (sorted[Math.ceil(rank)]! - low) * (rank - Math.floor(rank))
}

function bucketsOf(values: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) {
    const name = value < 50 ? 'ultra-fast' : value < 100 ? 'fast' : value < 200 ? 'normal' : 'slow'
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
