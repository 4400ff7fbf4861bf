import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { elasticProperties, type IncomingDocument } from '../../src/record/index.ts'
import { SearchStore } from '../support/search-store.ts'

/**
 * Compares answers with those of a real OpenSearch or Elasticsearch of the same documents:
 * `ELASTIC_PEER_URL=http://127.0.0.1:9200`, an empty one that may be written to.
 */
const PEER = process.env.ELASTIC_PEER_URL

type Json = Record<string, unknown>

const NOW = Date.parse('2026-03-29T12:00:00Z')
const DOCUMENTS = 600

function documents(): readonly IncomingDocument[] {
  return Array.from({ length: DOCUMENTS }, (_, number) => ({
    index: '',
    id: `d${number}`,
    received_ms: NOW,
    source: {
      '@timestamp': new Date(NOW - number * 17 * 60_000).toISOString(),
      request_id: `req_${number}`,
      model: ['gpt-4o', 'gpt-4o-mini', 'gemini', 'Claude'][(number * 7) % 4],
      status_code: number % 9 === 0 ? 500 : number % 7 === 0 ? 429 : 200,
      latency_ms: (number * 37) % 1_000,
      user_id: `user_${(number * 13) % 17}`,
      stream: number % 3 === 0,
      prompt: `the quick ${number % 2 === 0 ? 'brown' : 'red'} fox number ${number} jumps over`,
      ...(number % 9 === 0 && { error_message: `Upstream ${number % 5} reset the Connection` }),
      ...(number % 4 !== 0 && { cost_usd: (number % 100) / 1_000, app: `app${number % 3}` }),
    },
  }))
}

const QUERIES: readonly Json[] = [
  { match_all: {} },
  { term: { 'model.keyword': 'gpt-4o' } },
  { term: { model: { value: 'claude' } } },
  { term: { status_code: '500' } },
  { term: { stream: 'true' } },
  { term: { prompt: 'brown' } },
  { term: { prompt: 'Brown' } },
  { term: { 'error_message.keyword': 'Upstream 0 reset the Connection' } },
  { term: { nothing: 1 } },
  { terms: { user_id: ['user_1', 'user_2', 'nobody'] } },
  { ids: { values: ['d5', 'd6', 'none'] } },
  { exists: { field: 'cost_usd' } },
  { exists: { field: 'prompt' } },
  { exists: { field: 'error_message' } },
  { range: { latency_ms: { gt: 100, lte: 250.5 } } },
  { range: { '@timestamp': { gte: '2026-03-28', lt: '2026-03-29' } } },
  { range: { '@timestamp': { gt: '2026-03-27', lte: '2026-03-28' } } },
  { range: { '@timestamp': { gte: '2026-03-28||/d', lte: '2026-03-28||+6h/h' } } },
  { range: { '@timestamp': { gte: '28.03.2026', format: 'dd.MM.yyyy', time_zone: '+07:00' } } },
  { range: { '@timestamp': { gte: '2026-03-28T10:00', time_zone: 'Asia/Ho_Chi_Minh' } } },
  { range: { '@timestamp': { gte: 1_774_700_000, format: 'epoch_second' } } },
  { range: { '@timestamp': { gte: 1_774_700_000_000 } } },
  { range: { 'model.keyword': { gte: 'g', lt: 'gpt-4o-mini' } } },
  { match: { prompt: 'brown 17' } },
  { match: { prompt: { query: 'Brown FOX 18', operator: 'and' } } },
  { match: { prompt: { query: 'red brown 19', minimum_should_match: 2 } } },
  { match: { prompt: { query: 'red 19 21 jumps', minimum_should_match: '75%' } } },
  { match: { prompt: { query: 'red 19 21 jumps', minimum_should_match: -2 } } },
  { match: { model: 'gpt-4o' } },
  { match: { status_code: 429 } },
  { match: { prompt: '!!!' } },
  { match_phrase: { prompt: 'brown fox' } },
  { match_phrase: { prompt: 'fox brown' } },
  { match_phrase: { error_message: 'reset the connection' } },
  { wildcard: { 'model.keyword': 'gpt*' } },
  { wildcard: { 'model.keyword': { value: 'C?AUDE', case_insensitive: true } } },
  { bool: {} },
  { bool: { must_not: { exists: { field: 'app' } } } },
  {
    bool: {
      filter: { bool: { must: [{ range: { latency_ms: { gte: 500 } } }] } },
      should: [{ term: { stream: true } }, { term: { user_id: 'user_3' } }],
    },
  },
  {
    bool: {
      filter: [{ range: { latency_ms: { gte: 500 } } }],
      should: [{ term: { stream: true } }, { match: { prompt: 'red' } }, { term: { app: 'app1' } }],
      minimum_should_match: 2,
    },
  },
]

const byTime = (options: Json) => ({ date_histogram: { field: '@timestamp', ...options } })

const AGGREGATIONS: readonly Json[] = [
  { a: { terms: { field: 'model.keyword' } } },
  { a: { terms: { field: 'user_id', size: 3 } } },
  { a: { terms: { field: 'user_id', size: 4, order: { _key: 'desc' } } } },
  { a: { terms: { field: 'status_code', order: { _count: 'asc' } } } },
  { a: { terms: { field: 'stream' } } },
  { a: { terms: { field: 'app', missing: 'none' } } },
  { a: { terms: { field: 'user_id', include: ['user_1', 'user_4'] } } },
  { a: { terms: { field: 'user_id', min_doc_count: 36 } } },
  { a: { terms: { field: 'nothing' } } },
  {
    a: {
      terms: { field: 'model', order: [{ m: 'desc' }] },
      aggs: { m: { avg: { field: 'latency_ms' } }, e: { filter: { term: { status_code: 500 } } } },
    },
  },
  { a: byTime({ calendar_interval: 'day' }) },
  { a: byTime({ calendar_interval: 'week' }) },
  { a: byTime({ calendar_interval: '1M', format: 'yyyy-MM' }) },
  { a: byTime({ calendar_interval: 'quarter' }) },
  { a: byTime({ calendar_interval: 'year', time_zone: '-05:00' }) },
  { a: byTime({ calendar_interval: 'day', time_zone: 'Europe/Berlin' }) },
  { a: byTime({ calendar_interval: 'hour', time_zone: 'Europe/Berlin', min_doc_count: 1 }) },
  { a: byTime({ calendar_interval: 'day', time_zone: 'Asia/Ho_Chi_Minh', offset: '+5h' }) },
  { a: byTime({ fixed_interval: '36h' }) },
  { a: byTime({ fixed_interval: '90m', offset: '-10m', min_doc_count: 6 }) },
  { a: byTime({ fixed_interval: '1d', keyed: true, format: 'epoch_millis' }) },
  { a: byTime({ fixed_interval: '12h', order: { _key: 'desc' } }) },
  {
    a: byTime({
      calendar_interval: 'day',
      extended_bounds: { min: '2026-03-15', max: '2026-04-02' },
    }),
  },
  {
    a: {
      filter: { range: { status_code: { gte: 400 } } },
      aggs: {
        d: {
          ...byTime({ calendar_interval: 'day' }),
          aggs: {
            u: {
              terms: { field: 'user_id', size: 2 },
              aggs: { s: { sum: { field: 'cost_usd' } }, c: { cardinality: { field: 'app' } } },
            },
          },
        },
      },
    },
  },
  {
    a: { avg: { field: 'latency_ms' } },
    b: { min: { field: '@timestamp' } },
    c: { max: { field: 'cost_usd' } },
    d: { value_count: { field: 'app' } },
    e: { sum: { field: 'nothing' } },
    f: { avg: { field: 'nothing' } },
    g: { avg: { field: 'cost_usd', missing: 1 } },
    h: { cardinality: { field: 'user_id' } },
  },
]

const WRONG: readonly Json[] = [
  { query: { nonsense: {} } },
  { query: { term: {} } },
  { query: { term: { status_code: 'x' } } },
  { query: { term: { stream: 'maybe' } } },
  { query: { range: { '@timestamp': { gte: 'yesterday' } } } },
  { query: { range: { latency_ms: { above: 1 } } } },
  { query: { term: { a: 1 }, match_all: {} } },
  { query: { bool: { muss: [] } } },
  { nonsense: 1 },
  { size: -1 },
  { from: 10_000, size: 1 },
  { sort: ['zz'] },
  { sort: ['prompt'] },
  { aggs: { a: { nonsense: {} } } },
  { aggs: { a: { terms: { field: 'prompt' } } } },
  { aggs: { a: { sum: { field: 'model' } } } },
  { aggs: { a: byTime({ fixed_interval: '1M' }) } },
  { aggs: { a: byTime({ calendar_interval: '2d' }) } },
  { aggs: { a: byTime({}) } },
  { aggs: { 'a>b': { terms: { field: 'model' } } } },
]

/** Flattened objects have another name in each engine; none of the requests looks into one. */
function peerMapping(): Json {
  const properties = Object.entries(elasticProperties()).map(([name, field]) => [
    name,
    field.type === 'flattened' ? { type: 'object', enabled: false } : field,
  ])
  return { mappings: { properties: Object.fromEntries(properties) } }
}

function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'number' && !Number.isInteger(inner) ? Number(inner.toPrecision(9)) : inner,
    ),
  )
}

describe.skipIf(PEER === undefined)(
  'answers beside those of a real engine (skipped without ELASTIC_PEER_URL)',
  () => {
    let store: SearchStore

    async function peer(method: string, path: string, body?: string | Json) {
      const isLines = typeof body === 'string'
      const answer = await fetch(`${PEER}${path}`, {
        method,
        headers: { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' },
        ...(body !== undefined && { body: isLines ? body : JSON.stringify(body) }),
      })
      return { status: answer.status, json: (await answer.json()) as Json }
    }

    beforeAll(async () => {
      store = await SearchStore.open({
        clock: { nowMs: () => NOW, monotonicMs: () => performance.now() },
      })
      await store.addDocuments(documents())
      const all = await store.search.search({ expression: '*' }, { size: DOCUMENTS })
      await peer('DELETE', '/holysheep-requests-peer')
      await peer('PUT', '/holysheep-requests-peer', peerMapping())
      const lines = all.hits.hits.flatMap(({ _id, _source }) => [{ index: { _id } }, _source])
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      const { json } = await peer('POST', '/holysheep-requests-peer/_bulk?refresh=true', text)
      expect(json.errors).toBe(false)
    })
    afterAll(() => store.close())

    it.each(QUERIES)('finds the same documents for %j', async (query) => {
      const body = { query, size: DOCUMENTS, sort: [{ '@timestamp': 'asc' }], _source: false }
      const own = await store.search.search({ expression: '*' }, body)
      const { json } = await peer('POST', '/holysheep-requests-peer/_search', body)
      const theirs = json as unknown as typeof own
      const hit = ({ _id, sort }: (typeof own.hits.hits)[number]) => [_id, sort]
      expect(own.hits.hits.map(hit)).toEqual(theirs.hits.hits.map(hit))
      expect(own.hits.total).toEqual(theirs.hits.total)
    })

    it.each(AGGREGATIONS)('aggregates to the same for %j', async (aggs) => {
      const body = { size: 0, aggs }
      const own = await store.search.search({ expression: '*' }, body)
      const { json } = await peer('POST', '/holysheep-requests-peer/_search', body)
      expect(rounded(own.aggregations)).toEqual(rounded(json.aggregations))
    })

    it.each(WRONG)('refuses %j with the same status', async (body) => {
      const { status, json } = await peer('POST', '/holysheep-requests-peer/_search', body)
      const failure = await store.search.search({ expression: '*' }, body).then(
        () => ({ status: 200, type: undefined }),
        (error: { details: { status: number; type: string } }) => error.details,
      )
      const cause = (json.error as { root_cause?: { type: string }[] } | undefined)?.root_cause
      expect([failure.status, failure.type]).toEqual([status, cause?.[0]?.type])
    })
  },
)
