import { expect } from 'vitest'
import type { Answer, NodeClient } from './clients-node.ts'
import type { JourneyStep } from './clients-step.ts'

const INDEX = 's-shop'
const CITIES = ['Hà Nội', 'Huế', 'Đà Nẵng'] as const

/** Thirty orders, one an hour; made by the first step that needs them. */
async function orders(client: NodeClient): Promise<void> {
  if (await client.call('indices.exists', { index: INDEX })) return
  const properties = {
    at: { type: 'date' },
    city: { type: 'keyword' },
    note: { type: 'text' },
    price: { type: 'double' },
    count: { type: 'integer' },
    paid: { type: 'boolean' },
  }
  await client.call('indices.create', { index: INDEX }, { mappings: { properties } })
  const operations = Array.from({ length: 30 }, (_, n) => [
    { index: { _id: `o${n}` } },
    {
      at: new Date(Date.UTC(2026, 0, 5) + n * 3_600_000).toISOString(),
      city: CITIES[n % 3],
      note: n % 10 === 0 ? `the quick brown fox ${n}` : `a slow dog ${n}`,
      price: n / 2,
      count: n,
      paid: n % 2 === 0,
    },
  ]).flat()
  const answer = await client.call('bulk', { index: INDEX, refresh: true }, operations)
  expect(answer.errors).toBe(false)
}

const idsOf = (answer: Answer): readonly string[] => answer.hits.hits.map(({ _id }: Answer) => _id)

/** Searching in all the ways that clients know. */
export const SEARCH_STEPS: readonly JourneyStep[] = [
  {
    title: 'searches with queries, sort, pages and parts of the source',
    async run(client) {
      await orders(client)
      const words = await client.call(
        'search',
        { index: INDEX },
        { query: { match: { note: 'Fox' } } },
      )
      expect(words.hits.total).toEqual({ value: 3, relation: 'eq' })
      expect(new Set(idsOf(words))).toEqual(new Set(['o0', 'o10', 'o20']))
      expect(words.hits.max_score).toBeGreaterThan(0)
      const query = {
        bool: {
          must: [{ match_phrase: { note: 'slow dog' } }],
          filter: [{ range: { at: { gte: '2026-01-05T12:00:00Z', lt: '2026-01-05||+1d/d' } } }],
          must_not: { terms: { city: ['Huế'] } },
          should: [{ term: { paid: true } }],
          minimum_should_match: 1,
        },
      }
      const body = { query, sort: [{ price: 'desc' }], size: 2, _source: ['city', 'count'] }
      const page = await client.call('search', { index: INDEX }, body)
      expect(page.hits).toMatchObject({
        total: { value: 3 },
        max_score: null,
        hits: [
          { _id: 'o18', _source: { city: 'Hà Nội', count: 18 }, sort: [9] },
          { _id: 'o14', _source: { city: 'Đà Nẵng', count: 14 }, sort: [7] },
        ],
      })
      const after = { ...body, search_after: page.hits.hits[1].sort }
      expect(idsOf(await client.call('search', { index: INDEX }, after))).toEqual(['o12'])
      const second = { ...body, from: 2 }
      expect(idsOf(await client.call('search', { index: INDEX }, second))).toEqual(['o12'])
      const text = await client.call('search', { index: INDEX, q: 'city:Huế AND count:>=25' })
      expect(new Set(idsOf(text))).toEqual(new Set(['o25', 'o28']))
      const counted = await client.call('search', { index: INDEX, rest_total_hits_as_int: true })
      expect(counted.hits.total).toBe(30)
      const filtered = await client.call('search', {
        index: INDEX,
        filter_path: 'hits.total.value',
      })
      expect(filtered).toEqual({ hits: { total: { value: 30 } } })
    },
  },
  {
    title: 'aggregates',
    async run(client) {
      await orders(client)
      const { aggregations, hits } = await client.call(
        'search',
        { index: INDEX },
        {
          size: 0,
          aggs: {
            cities: {
              terms: { field: 'city', order: { spent: 'desc' } },
              aggs: { spent: { sum: { field: 'price' } } },
            },
            hours: {
              date_histogram: { field: 'at', fixed_interval: '12h', time_zone: '+07:00' },
              aggs: { paid: { filter: { term: { paid: true } } } },
            },
            middle: { percentiles: { field: 'count', percents: [50] } },
            different: { cardinality: { field: 'city' } },
            numbers: { stats: { field: 'count' } },
            halves: { range: { field: 'count', ranges: [{ to: 15 }, { from: 15 }] } },
            words: { filters: { filters: { fox: { match: { note: 'fox' } } } } },
          },
        },
      )
      expect(hits).toMatchObject({ total: { value: 30 }, hits: [], max_score: null })
      expect(aggregations.cities).toEqual({
        doc_count_error_upper_bound: 0,
        sum_other_doc_count: 0,
        buckets: [
          { key: 'Đà Nẵng', doc_count: 10, spent: { value: 77.5 } },
          { key: 'Huế', doc_count: 10, spent: { value: 72.5 } },
          { key: 'Hà Nội', doc_count: 10, spent: { value: 67.5 } },
        ],
      })
      expect(aggregations.hours.buckets[0]).toEqual({
        key: Date.UTC(2026, 0, 4, 17),
        key_as_string: '2026-01-05T00:00:00.000+07:00',
        doc_count: 5,
        paid: { doc_count: 3 },
      })
      expect([14, 14.5, 15]).toContain(aggregations.middle.values['50.0'])
      expect(aggregations.different.value).toBe(3)
      expect(aggregations.numbers).toEqual({ count: 30, min: 0, max: 29, avg: 14.5, sum: 435 })
      expect(aggregations.halves.buckets).toEqual([
        { key: '*-15.0', to: 15, doc_count: 15 },
        { key: '15.0-*', from: 15, doc_count: 15 },
      ])
      expect(aggregations.words.buckets).toEqual({ fox: { doc_count: 3 } })
      const typed = await client.call(
        'search',
        { index: INDEX, typed_keys: true },
        { size: 0, aggs: { c: { terms: { field: 'city' } } } },
      )
      expect(Object.keys(typed.aggregations)).toEqual(['sterms#c'])
    },
  },
  {
    title: 'highlights, picks fields and collapses',
    async run(client) {
      await orders(client)
      const { hits } = await client.call(
        'search',
        { index: INDEX },
        {
          query: { match: { note: 'quick' } },
          highlight: { fields: { note: { pre_tags: ['<b>'], post_tags: ['</b>'] } } },
          fields: ['city', { field: 'at', format: 'yyyy-MM-dd' }],
          docvalue_fields: ['count'],
          sort: 'count',
          _source: false,
        },
      )
      expect(hits.hits[1]).toMatchObject({
        _id: 'o10',
        fields: { city: ['Huế'], at: ['2026-01-05'], count: [10] },
        highlight: { note: ['the <b>quick</b> brown fox 10'] },
      })
      expect(hits.hits[1]._source).toBeUndefined()
      const collapsed = await client.call(
        'search',
        { index: INDEX },
        { collapse: { field: 'city' }, sort: [{ count: 'desc' }] },
      )
      expect(idsOf(collapsed)).toEqual(['o29', 'o28', 'o27'])
    },
  },
  {
    title: 'counts, explains what is wrong with a query, and sees the fields',
    async run(client) {
      await orders(client)
      const query = { term: { city: 'Huế' } }
      expect((await client.call('count', { index: INDEX }, { query })).count).toBe(10)
      const good = await client.call('indices.validateQuery', { index: INDEX }, { query })
      expect(good.valid).toBe(true)
      const bad = { query: { term: { count: 'x' } } }
      const told = await client.call('indices.validateQuery', { index: INDEX }, bad)
      expect(told.valid).toBe(false)
      const refused = await client.refused('search', { index: INDEX }, bad)
      expect(refused.status).toBe(400)
      expect(refused.body.error).toMatchObject({
        type: 'search_phase_execution_exception',
        root_cause: [{ type: 'query_shard_exception' }],
      })
      const unknown = await client.refused('search', { index: INDEX }, { query: { nothing: {} } })
      expect(unknown).toMatchObject({ status: 400, body: { error: { type: 'parsing_exception' } } })
      expect(unknown.body.error.reason).toBe('unknown query [nothing]')
      const { fields, indices } = await client.call('fieldCaps', {
        index: INDEX,
        fields: ['c*', 'note'],
      })
      expect(indices).toEqual([INDEX])
      expect(new Set(Object.keys(fields))).toEqual(new Set(['city', 'count', 'note']))
      expect(fields.city.keyword).toMatchObject({ searchable: true, aggregatable: true })
      expect(fields.note.text).toMatchObject({ searchable: true, aggregatable: false })
    },
  },
  {
    title: 'sends many searches at once, of which one may fail',
    async run(client) {
      await orders(client)
      const { responses } = await client.call('msearch', { index: INDEX }, [
        {},
        { size: 0 },
        { index: 's-none' },
        { size: 0 },
        { index: ['s-none', INDEX], ignore_unavailable: true },
        { size: 1, query: { ids: { values: ['o5'] } } },
      ])
      expect(responses).toMatchObject([
        { status: 200, hits: { total: { value: 30 } } },
        { status: 404, error: { type: 'index_not_found_exception' } },
        { status: 200, hits: { hits: [{ _id: 'o5' }] } },
      ])
      const helper = client.helpers.msearch({ operations: 2, flushInterval: 50 })
      const [one, other] = await Promise.all([
        helper.search({ index: INDEX }, { size: 1 }),
        helper.search({ index: INDEX }, { size: 1, query: { term: { count: 4 } } }),
      ])
      helper.stop()
      expect(one.documents).toHaveLength(1)
      expect(other.documents).toMatchObject([{ count: 4 }])
      const found = await client.helpers.search(
        client.withBody({ index: INDEX }, { query: { term: { count: 4 } } }),
      )
      expect(found).toMatchObject([{ count: 4 }])
    },
  },
  {
    title: 'scrolls through everything, by its helper and by hand',
    async run(client) {
      await orders(client)
      const seen: number[] = []
      const options = client.withBody({ index: INDEX, size: 7 }, { query: { match_all: {} } })
      for await (const { count } of client.helpers.scrollDocuments(options)) {
        seen.push(Number(count))
      }
      expect(seen.sort((one, other) => one - other)).toEqual(
        Array.from({ length: 30 }, (_, n) => n),
      )
      const first = await client.call(
        'search',
        { index: INDEX, scroll: '1m', size: 20 },
        { sort: [{ count: 'asc' }] },
      )
      expect(idsOf(first)).toHaveLength(20)
      const next = { scroll: '1m', scroll_id: first._scroll_id }
      const second = await client.call('scroll', {}, next)
      expect(second.hits).toMatchObject({ total: { value: 30 } })
      expect(idsOf(second)).toEqual(Array.from({ length: 10 }, (_, n) => `o${n + 20}`))
      expect(idsOf(await client.call('scroll', {}, next))).toEqual([])
      const id = { scroll_id: [first._scroll_id] }
      expect(await client.call('clearScroll', {}, id)).toMatchObject({ succeeded: true })
      const gone = await client.refused('scroll', {}, next)
      expect(gone.status).toBe(404)
      expect(gone.body.error.root_cause[0].type).toBe('search_context_missing_exception')
    },
  },
  {
    title: 'pages through a point in time in which nothing changes',
    async run(client) {
      const index = 's-point'
      const operations = Array.from({ length: 9 }, (_, n) => [
        { index: { _id: `p${n}` } },
        { n: n % 3, key: n },
      ])
      await client.call('bulk', { index, refresh: true }, operations.flat())
      const pit = await openPoint(client, index)
      await client.call('delete', { index, id: 'p4', refresh: true })
      await client.call('index', { index, id: 'p9', refresh: true }, { n: 1, key: 9 })
      const found: string[] = []
      let after: unknown
      for (;;) {
        const page = await client.call(
          'search',
          {},
          {
            pit: { id: pit, keep_alive: '1m' },
            size: 4,
            // OpenSearch breaks no ties of a point in time
            sort: client.name === 'opensearch' ? [{ n: 'asc' }, { key: 'asc' }] : [{ n: 'asc' }],
            ...(after !== undefined && { search_after: after }),
          },
        )
        const { hits } = page.hits
        if (hits.length === 0) break
        found.push(...hits.map(({ _id }: Answer) => _id))
        after = hits.at(-1).sort
      }
      expect(found).toHaveLength(9)
      expect(new Set(found)).toEqual(new Set(Array.from({ length: 9 }, (_, n) => `p${n}`)))
      await closePoint(client, pit)
      const gone = await client.refused('search', {}, { pit: { id: pit } })
      expect(gone.status).toBe(404)
      expect((await client.call('count', { index })).count).toBe(9)
    },
  },
  {
    title: 'leaves a search to be fetched later',
    needs: ['async search'],
    only: ['elastic-7', 'elastic-8', 'elastic-9'],
    async run(client) {
      await orders(client)
      const kept = await client.call(
        'asyncSearch.submit',
        { index: INDEX, keep_on_completion: true, wait_for_completion_timeout: '5s' },
        { size: 0, aggs: { total: { sum: { field: 'count' } } } },
      )
      expect(kept).toMatchObject({ is_running: false, is_partial: false })
      const { id } = kept
      const fetched = await client.call('asyncSearch.get', { id })
      expect(fetched.response).toMatchObject({
        hits: { total: { value: 30 } },
        aggregations: { total: { value: 435 } },
      })
      expect(await client.call('asyncSearch.status', { id })).toMatchObject({
        is_running: false,
        completion_status: 200,
      })
      expect(await client.call('asyncSearch.delete', { id })).toEqual({ acknowledged: true })
      const gone = await client.refused('asyncSearch.get', { id })
      expect(gone.status).toBe(404)
      expect(gone.body.error.type).toBe('resource_not_found_exception')
    },
  },
]

/** The clients of the two products name the same thing differently. */
async function openPoint(client: NodeClient, index: string): Promise<string> {
  const parameters = { index, keep_alive: '1m' }
  return client.name === 'opensearch'
    ? (await client.call('createPit', parameters)).pit_id
    : (await client.call('openPointInTime', parameters)).id
}

async function closePoint(client: NodeClient, id: string): Promise<void> {
  if (client.name === 'opensearch') {
    const { pits } = await client.call('deletePit', {}, { pit_id: [id] })
    expect(pits).toEqual([{ successful: true, pit_id: id }])
    return
  }
  const closed = await client.call('closePointInTime', {}, { id })
  expect(closed).toEqual({ succeeded: true, num_freed: expect.any(Number) })
}
