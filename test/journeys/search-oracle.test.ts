import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallRecord, dayOf, type StoredRecord } from '../../src/record/index.ts'
import { aggregate, matches } from '../support/search-oracle.ts'
import { SearchStore } from '../support/search-store.ts'

const NOW_MS = Date.UTC(2026, 0, 9, 13, 30)
const HOUR_MS = 3_600_000
const RECORDS = 400
const INDICES = 'holysheep-*'

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'gemini-2.5-flash', 'Ünïcode', "it's"]
const USERS = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7']
const WORDS = ['hello', 'timeout', 'việt', 'viet', 'nam', 'đà', 'da', '你好', '世界', '好世', '7']
const ERRORS = ['connection reset by peer', 'Rate limit: 50% used', 'a_b\\c*d', 'timeout 7']

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 })
const text = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 })
  .map((all) => all.join(' '))

const arbitraryRecord = fc.record({
  hours: fc.integer({ min: 0, max: 24 * 5 }),
  // many lie exactly on the hour, where ranges and buckets begin
  ms: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: HOUR_MS - 1 })),
  prefix: fc.constantFrom('holysheep-requests', 'holysheep-requests', 'holysheep-events'),
  ownId: fc.boolean(),
  fields: fc.record({
    model: maybe(fc.constantFrom(...MODELS)),
    user_id: maybe(fc.constantFrom(...USERS)),
    status_code: maybe(fc.constantFrom(200, 400, 429, 500)),
    latency_ms: maybe(fc.integer({ min: 0, max: 4000 }).map((value) => value / 8)),
    cost_usd: maybe(fc.integer({ min: 0, max: 10_000 }).map((value) => value / 1_000_000)),
    tokens_used: maybe(fc.integer({ min: 0, max: 1_000 })),
    stream: maybe(fc.boolean()),
    tags: maybe(fc.uniqueArray(fc.constantFrom('error', 'slow', 'late'), { minLength: 1 })),
    labels: maybe(fc.record({ app: fc.constantFrom('web', 'Bot', 'web/1') })),
    error_message: maybe(fc.constantFrom(...ERRORS)),
    prompt: maybe(text),
    response: maybe(text),
  }),
})

function makeRecords(seed: number): readonly StoredRecord[] {
  const drawn = fc.sample(arbitraryRecord, { seed, numRuns: RECORDS })
  return drawn.map(({ hours, ms, prefix, ownId, fields }, number): StoredRecord => {
    const timestamp = NOW_MS - hours * HOUR_MS - ms
    const present = Object.entries(fields).filter(([, value]) => value !== undefined)
    const record = {
      ...(Object.fromEntries(present) as CallRecord),
      '@timestamp': timestamp,
      request_id: `req_${number}`,
    }
    // one record in eight lies in the index of another day than its own, as senders may ask
    const day = dayOf(number % 8 === 0 ? timestamp - 24 * HOUR_MS : timestamp)
    return { id: ownId ? `own_${number}` : `req_${number}`, day, indexPrefix: prefix, record }
  })
}

const hoursAgo = fc.integer({ min: 0, max: 130 }).map((hours) => `now-${hours}h`)
const bounds = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    value.map((gte) => ({ gte })),
    value.map((lt) => ({ lt })),
    fc.tuple(value, value).map(([gt, lte]) => ({ gt, lte })),
  )
const id = fc.integer({ min: 0, max: RECORDS + 20 })

const leaf: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.constant({ match_all: {} }),
  fc.constantFrom(...MODELS, 'none').map((model) => ({ term: { 'model.keyword': model } })),
  fc.constantFrom(...USERS).map((user_id) => ({ term: { user_id } })),
  fc.constantFrom('200', 429, 1.5).map((status_code) => ({ term: { status_code } })),
  fc.boolean().map((stream) => ({ term: { stream } })),
  fc.constantFrom('error', 'slow').map((tags) => ({ term: { tags } })),
  fc.constantFrom('web', 'bot', 'Bot', 'web/1').map((app) => ({ term: { 'labels.app': app } })),
  fc.constantFrom(...ERRORS).map((message) => ({ term: { 'error_message.keyword': message } })),
  text.map((prompt) => ({ term: { 'prompt.keyword': prompt } })),
  fc.constantFrom('unknown', 'custom.x').map((name) => ({ term: { [name]: 'x' } })),
  fc.subarray(MODELS).map((model) => ({ terms: { model } })),
  fc
    .array(id, { maxLength: 4 })
    .map((ids) => ({ terms: { request_id: ids.map((n) => `req_${n}`) } })),
  fc
    .array(id, { maxLength: 6 })
    .map((ids) => ({ ids: { values: ids.map((n) => `${n % 2 === 0 ? 'req' : 'own'}_${n}`) } })),
  fc
    .constantFrom('model', 'tags', 'labels.app', 'prompt', 'error_message', 'cost_usd', 'nothing')
    .map((field) => ({ exists: { field } })),
  bounds(hoursAgo).map((range) => ({ range: { '@timestamp': range } })),
  bounds(fc.integer({ min: 0, max: 500 })).map((range) => ({ range: { latency_ms: range } })),
  bounds(fc.constantFrom(0.001, 0.005)).map((range) => ({ range: { cost_usd: range } })),
  bounds(fc.constantFrom('a', 'gpt-4o', 'h')).map((range) => ({ range: { model: range } })),
  fc
    .tuple(
      fc.constantFrom('prompt', 'response', 'error_message'),
      text,
      fc.constantFrom('and', 'or'),
    )
    .map(([field, query, operator]) => ({ match: { [field]: { query, operator } } })),
  fc
    .tuple(
      fc.constantFrom('prompt', 'response'),
      fc.array(fc.constantFrom(...WORDS.filter((word) => !/\p{Script=Han}/u.test(word))), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([field, words]) => ({ match_phrase: { [field]: words.join(' ') } })),
  fc
    .constantFrom('connection reset', 'reset connection', 'rate limit', 'timeout')
    .map((error_message) => ({ match_phrase: { error_message } })),
  fc
    .constantFrom('gpt*', '*mini', 'g?t-4o', '*', '*-*-*-*', "it's")
    .map((model) => ({ wildcard: { model } })),
  fc
    .constantFrom('*RESET*', 'rate*50% *', '*_b?c\\**', '*7', '*e*e*e*')
    .map((error_message) => ({ wildcard: { error_message: error_message.replace('\\*', '?') } })),
)

const { query: arbitraryQuery } = fc.letrec<{ query: Record<string, unknown> }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc
      .record(
        {
          must: fc.array(tie('query'), { maxLength: 2 }),
          filter: fc.array(tie('query'), { maxLength: 2 }),
          should: fc.array(tie('query'), { maxLength: 3 }),
          must_not: fc.array(tie('query'), { maxLength: 2 }),
          minimum_should_match: fc.integer({ min: 0, max: 3 }),
        },
        { requiredKeys: [] },
      )
      .map((bool) => ({ bool })),
  ),
}))

const metric: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('sum', 'avg', 'min', 'max'),
      fc.constantFrom('latency_ms', 'cost_usd', 'tokens_used', 'nothing'),
    )
    .map(([type, field]) => ({ [type]: { field } })),
  fc.constantFrom('min', 'max').map((type) => ({ [type]: { field: '@timestamp' } })),
  fc
    .tuple(
      fc.constantFrom('value_count', 'cardinality'),
      fc.constantFrom('model.keyword', 'tags', 'user_id', 'labels.app', 'cost_usd'),
    )
    .map(([type, field]) => ({ [type]: { field } })),
  fc.constant({ percentiles: { field: 'latency_ms', percents: [0, 50, 99.9] } }),
)

const bucket: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc
    .record(
      {
        field: fc.constantFrom(
          'model',
          'tags',
          'user_id',
          'status_code',
          'stream',
          '_index',
          'nothing',
        ),
        size: fc.integer({ min: 1, max: 4 }),
        order: fc.constant({ _key: 'asc' }),
      },
      { requiredKeys: ['field'] },
    )
    .map((terms) => ({ terms })),
  fc
    .record(
      {
        fixed_interval: fc.constantFrom('90m', '360m'),
        min_doc_count: fc.integer({ min: 0, max: 2 }),
        time_zone: fc.constantFrom('+07:00', '+01:00'),
      },
      { requiredKeys: ['fixed_interval'] },
    )
    .map((options) => ({ date_histogram: { field: '@timestamp', ...options } })),
  fc
    .constantFrom('day', 'hour')
    .map((calendar_interval) => ({ date_histogram: { field: '@timestamp', calendar_interval } })),
  arbitraryQuery.map((filter) => ({ filter })),
)

const { aggs: arbitraryAggs } = fc.letrec<{ aggs: Record<string, unknown> }>((tie) => ({
  aggs: fc
    .array(
      fc.oneof(
        { maxDepth: 3 },
        metric,
        fc
          .tuple(bucket, fc.option(tie('aggs'), { nil: undefined, freq: 2 }))
          .map(([own, aggs]) => ({ ...own, ...(aggs !== undefined && { aggs }) })),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((list) => Object.fromEntries(list.map((one, place) => [`a${place}`, one]))),
}))

/** Sums of doubles depend on the order; nothing else may differ. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'number' && !Number.isInteger(inner) ? Number(inner.toPrecision(11)) : inner,
    ),
  )
}

describe('a search, compared with looking at every record', () => {
  const records = makeRecords(20260105)
  let store: SearchStore

  beforeAll(async () => {
    store = await SearchStore.open({
      clock: { nowMs: () => NOW_MS, monotonicMs: () => performance.now() },
    })
    for (let start = 0; start < RECORDS; start += 130) {
      await store.addRecords(records.slice(start, start + 130))
    }
  })
  afterAll(() => store.close())

  it('finds the same records for any query, counts them and orders them by time', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryQuery, async (query) => {
        const wanted = records.filter((record) => matches(query, record, NOW_MS))
        const times = wanted.map(({ record }) => record['@timestamp']!).sort((a, b) => b - a)
        const answer = await store.search.search(
          { expression: INDICES },
          { query, size: 500, sort: [{ '@timestamp': 'desc' }], _source: false },
        )
        expect(answer.hits.hits.map(({ _id }) => _id).sort()).toEqual(
          wanted.map((record) => record.id).sort(),
        )
        expect(answer.hits.hits.map(({ sort }) => sort?.[0])).toEqual(times)
        expect(answer.hits.total).toEqual({ value: wanted.length, relation: 'eq' })
      }),
      { numRuns: 250 },
    )
  })

  it('gives the same pages for any order', async () => {
    const direction = fc.constantFrom('asc', 'desc')
    const field = fc.constantFrom('@timestamp', 'latency_ms', 'model', 'status_code')
    const sorts = fc.uniqueArray(fc.tuple(field, direction), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(sorts, fc.integer({ min: 1, max: 60 }), async (keys, size) => {
        const sort = keys.map(([name, order]) => ({ [name]: order }))
        const all = await store.search.search({ expression: INDICES }, { sort, size: 500 })
        const ids = all.hits.hits.map(({ _id }) => _id)
        expect(new Set(ids).size).toBe(RECORDS)
        const page = await store.search.search({ expression: INDICES }, { sort, size, from: 30 })
        expect(page.hits.hits.map(({ _id }) => _id)).toEqual(ids.slice(30, 30 + size))
      }),
      { numRuns: 40 },
    )
  })

  it('aggregates to the same answer for any tree of aggregations', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(arbitraryQuery, { nil: { match_all: {} } }),
        arbitraryAggs,
        async (query, aggs) => {
          const wanted = records.filter((record) => matches(query, record, NOW_MS))
          const answer = await store.search.search(
            { expression: INDICES },
            { query, size: 0, aggs },
          )
          expect(rounded(answer.aggregations)).toEqual(rounded(aggregate(aggs, wanted, NOW_MS)))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('keeps to the indices that are named', async () => {
    for (const [expression, fits] of [
      ['holysheep-events-*', (one: StoredRecord) => one.indexPrefix === 'holysheep-events'],
      ['*,-holysheep-events-*', (one: StoredRecord) => one.indexPrefix === 'holysheep-requests'],
      ['holysheep-requests', (one: StoredRecord) => one.indexPrefix === 'holysheep-requests'],
      ['holysheep-*-2026.01.07', (one: StoredRecord) => one.day === '2026-01-07'],
      [
        '<holysheep-events-{now/d-1d}>',
        (one: StoredRecord) => one.indexPrefix === 'holysheep-events' && one.day === '2026-01-08',
      ],
    ] as const) {
      const { count } = await store.search.count({ expression }, {})
      expect([expression, count]).toEqual([expression, records.filter(fits).length])
    }
  })
})
