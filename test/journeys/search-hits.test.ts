import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cursors, type SearchAnswer } from '../../src/search/index.ts'
import { DocumentStore } from '../support/document-store.ts'
import { SearchStore } from '../support/search-store.ts'

type Json = Readonly<Record<string, unknown>>

const NOW = Date.parse('2026-03-29T12:00:00Z')
const COUNT = 120

interface Source {
  readonly number: number
  readonly group?: string
  readonly amount?: number
  readonly list?: readonly number[]
  readonly at: string
  readonly flag: boolean
  readonly text: string
}

function source(number: number): Source {
  return {
    number,
    ...(number % 7 !== 0 && { group: `g${number % 4}` }),
    ...(number % 5 !== 0 && { amount: ((number * 37) % 11) / 4 }),
    ...(number % 3 === 0 && { list: [number % 9, number % 4, number % 13] }),
    at: new Date(NOW - (number % 17) * 3_600_000).toISOString(),
    flag: number % 2 === 0,
    text: `${'word '.repeat(1 + (number % 6))}${number % 8 === 0 ? 'rare' : 'usual'} end`,
  }
}

const SOURCES = Array.from({ length: COUNT }, (_, number) => source(number))

function ids({ hits }: SearchAnswer): readonly (string | undefined)[] {
  return hits.hits.map(({ _id }) => _id)
}

describe('hits of document indices', () => {
  let store: DocumentStore
  const search = (body: Json, expression = 'many') => store.search.search({ expression }, body)

  beforeAll(async () => {
    store = await DocumentStore.open({ nowMs: () => NOW, monotonicMs: () => performance.now() })
    store.createIndex('many', {
      number: { type: 'integer' },
      group: { type: 'keyword' },
      amount: { type: 'double' },
      list: { type: 'long' },
      at: { type: 'date' },
      flag: { type: 'boolean' },
      text: { type: 'text' },
      place: { type: 'ip' },
    })
    await store.add(
      'many',
      SOURCES.map((one) => ({ id: `d${one.number}`, source: one })),
    )
    store.createIndex('other', { group: { type: 'keyword' }, big: { type: 'long' } })
    const raw = (digits: string) =>
      (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits)
    await store.add('other', [
      { id: 'a', source: { big: raw('9007199254740993'), group: 'x' } },
      { id: 'b', source: { big: raw('9007199254740992'), group: 'x' } },
      { id: 'c', source: { big: raw('-9223372036854775807'), group: 'y' } },
      { id: 'd', source: { group: ['x', 'y'] } },
    ])
  })
  afterAll(() => store.close())

  const KEYS = ['number', 'group', 'amount', 'list', 'at', 'flag'] as const

  /** The value that a record is sorted by; undefined when it has none. */
  function keyOf(
    one: Source,
    field: (typeof KEYS)[number],
    order: string,
  ): string | number | undefined {
    const value = one[field]
    if (value === undefined) return undefined
    if (typeof value === 'object') return order === 'desc' ? Math.max(...value) : Math.min(...value)
    return field === 'at'
      ? Date.parse(String(value))
      : Number.isNaN(Number(value))
        ? String(value)
        : Number(value)
  }

  const sortKey = fc.record({
    field: fc.constantFrom(...KEYS),
    order: fc.constantFrom('asc', 'desc'),
    missing: fc.constantFrom('_first', '_last'),
  })

  it('come in order and page by page, each once, whatever they are sorted by', async () => {
    const property = fc.asyncProperty(
      fc.array(sortKey, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 7, max: 60 }),
      async (keys, size) => {
        const sort = [
          ...keys.map(({ field, order, missing }) => ({ [field]: { order, missing } })),
          { number: 'asc' },
        ]
        const expected = [...SOURCES].sort((a, b) => {
          for (const { field, order, missing } of keys) {
            const [x, y] = [keyOf(a, field, order), keyOf(b, field, order)]
            if (x === y) continue
            if (x === undefined || y === undefined) {
              return (x === undefined) === (missing === '_first') ? -1 : 1
            }
            return x < y === (order === 'asc') ? -1 : 1
          }
          return a.number - b.number
        })
        const found: (string | undefined)[] = []
        let after: unknown
        for (;;) {
          const answer = await search({
            sort,
            size,
            _source: false,
            ...(after !== undefined && { search_after: after }),
          })
          if (answer.hits.hits.length === 0) break
          found.push(...ids(answer))
          // as a client in JavaScript would send it back
          after = JSON.parse(JSON.stringify(answer.hits.hits.at(-1)?.sort))
        }
        expect(found).toEqual(expected.map(({ number }) => `d${number}`))
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  it('are the best of every group when they are collapsed, page by page', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom('group', 'amount', 'number'),
      sortKey,
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      async (field, { field: by, order }, from, size) => {
        const sort = [{ [by]: order }, { number: 'asc' }]
        const all = await search({ sort, size: COUNT, _source: [field] })
        const seen = new Set<unknown>()
        const best = all.hits.hits.filter(({ _source }) => {
          const value = _source?.[field] ?? null
          if (seen.has(value)) return false
          seen.add(value)
          return true
        })
        const answer = await search({ sort, from, size, collapse: { field }, _source: [field] })
        expect(ids(answer)).toEqual(best.slice(from, from + size).map(({ _id }) => _id))
        expect(answer.hits.total).toEqual(all.hits.total)
        for (const { fields, _source } of answer.hits.hits) {
          const value = _source?.[field]
          expect(fields).toEqual(value === undefined ? undefined : { [field]: [value] })
        }
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  it.each([
    [{ field: 'list' }, 'single valued'],
    [{ field: 'at' }, '[at] of the type [date]'],
    [{ field: 'text' }, '[text] of the type [text]'],
    [{ field: 'nothing' }, 'no mapping found'],
    [{ field: '_id' }, '[_id]'],
  ])('cannot be collapsed by %j', async (collapse, reason) => {
    await expect(search({ collapse })).rejects.toThrow(reason)
  })

  it('keep every digit of long numbers, to sort by and to go on behind', async () => {
    const sort = [{ big: 'desc' }]
    const first = await search({ sort, size: 1 }, 'other')
    expect(JSON.stringify(first.hits.hits[0]?.sort)).toBe('[9007199254740993]')
    const next = await search({ sort, size: 1, search_after: ['9007199254740993'] }, 'other')
    expect(ids(next)).toEqual(['b'])
    const values = await search({ sort, docvalue_fields: ['big'], fields: ['big'] }, 'other')
    expect(JSON.stringify(values.hits.hits.map(({ fields }) => fields?.big))).toBe(
      '[[9007199254740993],[9007199254740992],[-9223372036854775807],null]',
    )
  })

  it('give the values of columns sorted, in formats', async () => {
    const body = {
      query: { ids: { values: ['d3'] } },
      _source: false,
      docvalue_fields: [
        'list',
        'flag',
        'group',
        { field: 'at', format: 'epoch_millis' },
        { field: 'amount', format: '0.00' },
        'nothing',
      ],
    }
    const answer = await search(body)
    expect(answer.hits.hits[0]?.fields).toEqual({
      list: [3, 3, 3],
      flag: [false],
      group: ['g3'],
      at: [String(NOW - 3 * 3_600_000)],
      amount: ['0.25'],
    })
    await expect(search({ docvalue_fields: ['text'] })).rejects.toThrow('Fielddata is disabled')
    await expect(search({ docvalue_fields: [{ field: 'group', format: 'x' }] })).rejects.toThrow(
      'does not support custom formats',
    )
    const many = Array.from({ length: 101 }, () => 'group')
    await expect(search({ docvalue_fields: many })).rejects.toThrow('too many docvalue_fields')
  })

  it('are filtered by post_filter after the aggregations', async () => {
    const aggs = { groups: { value_count: { field: 'group' } } }
    const post_filter = { term: { group: 'g1' } }
    const [all, some] = [await search({ size: 0, aggs }), await search({ aggs, post_filter })]
    expect(some.aggregations).toEqual(all.aggregations)
    expect(some.hits.total?.value).toBe(SOURCES.filter(({ group }) => group === 'g1').length)
  })

  it('that match less well than min_score count nowhere', async () => {
    const query = { match: { text: 'rare word' } }
    const all = await search({ query, size: COUNT, track_total_hits: true })
    const least = Number(all.hits.hits[20]?._score)
    const aggs = { n: { value_count: { field: 'number' } } }
    const some = await search({ query, size: COUNT, min_score: least, aggs })
    const good = all.hits.hits.filter(({ _score }) => Number(_score) >= least)
    expect(ids(some)).toEqual(good.map(({ _id }) => _id))
    expect(some.hits.total?.value).toBe(good.length)
    expect(some.aggregations).toEqual({ n: { value: good.length } })
    expect((await search({ min_score: 1.5 })).hits.total?.value).toBe(0)
    expect((await search({ min_score: 1 })).hits.total?.value).toBe(COUNT)
  })

  it('tell the best score of all, whichever page they are on', async () => {
    const query = { match: { text: 'rare' } }
    const all = await search({ query, size: COUNT })
    const best = all.hits.hits[0]?._score
    expect(all.hits.max_score).toBe(best)
    expect((await search({ query, from: 5, size: 1 })).hits.max_score).toBe(best)
    const sorted = await search({ query, sort: ['number'], size: 3 })
    expect([sorted.hits.max_score, sorted.hits.hits[0]?._score]).toEqual([null, null])
    const tracked = await search({ query, sort: ['number'], size: 3, track_scores: true })
    expect(tracked.hits.max_score).toBe(best)
    const scores = new Map(all.hits.hits.map(({ _id, _score }) => [_id, _score]))
    for (const { _id, _score } of tracked.hits.hits) expect(_score).toBe(scores.get(_id))
    expect((await search({ query, size: 0 })).hits.max_score).toBeNull()
  })

  it('weigh more with indices_boost', async () => {
    const both = { query: { match_all: {} }, indices_boost: [{ 'oth*': 3 }], size: 5 }
    const answer = await search(both, 'many,other')
    expect(answer.hits.hits.map(({ _index }) => _index)).toEqual([
      'other',
      'other',
      'other',
      'other',
      'many',
    ])
    expect(answer.hits.max_score).toBe(3)
  })

  it('end early with terminate_after, and say so', async () => {
    const aggs = { n: { value_count: { field: 'number' } } }
    const early = await search({ terminate_after: 9, aggs })
    expect(early).toMatchObject({
      terminated_early: true,
      hits: { total: { value: 9, relation: 'eq' } },
      aggregations: { n: { value: 9 } },
    })
    expect(early.hits.hits).toHaveLength(9)
    const late = await search({ terminate_after: COUNT })
    expect(late).toMatchObject({ terminated_early: false, hits: { total: { value: COUNT } } })
    expect(await search({})).not.toHaveProperty('terminated_early')
  })

  it('of the slices of a point in time are all hits, each once', async () => {
    const holds = {
      hold: async () => new Map<string, number>(),
      release: async () => {},
    }
    const clock = { nowMs: () => NOW, monotonicMs: () => performance.now() }
    const cursors = new Cursors({ search: store.search, holds, clock })
    const id = await cursors.openPointInTime({ expression: 'many' }, 60_000)
    const view = cursors.pointInTime(id, undefined)
    const found: (string | undefined)[] = []
    for (const field of ['_id', 'group']) {
      found.length = 0
      for (let slice = 0; slice < 3; slice++) {
        const body = { size: COUNT, slice: { id: slice, max: 3, field } }
        const answer = await store.search.search({ expression: '' }, body, view)
        expect(answer.hits.total?.value).toBe(answer.hits.hits.length)
        found.push(...ids(answer))
      }
      expect([...found].sort()).toEqual(SOURCES.map(({ number }) => `d${number}`).sort())
    }
    const scroll = { size: 50, sort: ['number'], query: { match: { text: 'word' } } }
    const first = await cursors.scroll({ expression: 'many' }, scroll, 60_000, {})
    const pages = [first]
    while ((pages.at(-1)?.hits.hits.length ?? 0) > 0) {
      pages.push(await cursors.next(first._scroll_id, undefined))
    }
    expect(pages.flatMap(({ hits }) => hits.hits.map(({ _id }) => _id))).toEqual(
      SOURCES.map(({ number }) => `d${number}`),
    )
    await expect(
      cursors.scroll({ expression: 'many' }, { track_total_hits: false }, 60_000, {}),
    ).rejects.toThrow('[track_total_hits]')
    await cursors.closeAll('scroll')
    await cursors.closeAll('pit')
  })

  it('of top_hits are those that a search of the bucket alone finds first', async () => {
    const property = fc.asyncProperty(
      sortKey,
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 4 }),
      async ({ field, order, missing }, from, size) => {
        const sort = [{ [field]: { order, missing } }, { number: 'desc' }]
        const top = { top_hits: { sort, from, size, _source: ['number'], version: true } }
        const flag = { filter: { term: { flag: true } }, aggs: { top } }
        const groups = { terms: { field: 'group', size: 3 }, aggs: { flag, top } }
        const { aggregations } = await search({
          size: 0,
          aggs: { groups, top, all: { global: {}, aggs: { top } } },
        })
        const answered = aggregations as unknown as {
          groups: { buckets: readonly { key: string; top: Answered; flag: { top: Answered } }[] }
          top: Answered
          all: { top: Answered }
        }
        const alone = async (query: Json) => {
          const { hits } = await search({
            query,
            sort,
            from,
            size,
            _source: ['number'],
            version: true,
            track_total_hits: true,
          })
          return { hits }
        }
        expect(answered.top).toEqual(await alone({ match_all: {} }))
        expect(answered.all.top).toEqual(answered.top)
        for (const { key, top: own, flag: inner } of answered.groups.buckets) {
          const group = { term: { group: key } }
          expect(own).toEqual(await alone(group))
          expect(inner.top).toEqual(
            await alone({ bool: { filter: [group, { term: { flag: true } }] } }),
          )
        }
      },
    )
    await fc.assert(property, { numRuns: 15 })
  })

  it('of top_hits come by relevance, highlighted, and are ordered with the buckets', async () => {
    const top = {
      top_hits: {
        size: 1,
        _source: false,
        highlight: { fields: { text: {} } },
        docvalue_fields: ['number'],
      },
    }
    const answer = await search({
      size: 0,
      query: { match: { text: 'rare' } },
      aggs: { g: { terms: { field: 'group' }, aggs: { top } } },
    })
    const { buckets } = (
      answer.aggregations as unknown as {
        g: { buckets: readonly { key: string; top: Answered }[] }
      }
    ).g
    expect(buckets.length).toBeGreaterThan(0)
    for (const { key, top: own } of buckets) {
      const query = {
        bool: { must: [{ match: { text: 'rare' } }], filter: [{ term: { group: key } }] },
      }
      const alone = await search({ query, size: 1, ...top.top_hits })
      expect(own.hits).toEqual(alone.hits)
    }
  })

  it.each<readonly [Json, string]>([
    [{ size: 0 }, 'numHits must be > 0'],
    [{ size: -1 }, '[size]'],
    [{ size: 101 }, 'max_inner_result_window'],
    [{ from: 50, size: 51 }, 'max_inner_result_window'],
    [{ explain: true }, '[explain]'],
    [{ nonsense: 1 }, '[nonsense]'],
    [{ sort: ['nothing'] }, 'No mapping found'],
    [{ sort: ['text'] }, 'Fielddata is disabled'],
    [{ fields: 'x' }, '[fields]'],
  ])('of top_hits with %j are refused', async (options, reason) => {
    await expect(search({ size: 0, aggs: { a: { top_hits: options } } })).rejects.toThrow(reason)
  })

  it('lend top_metrics the values of the first record', async () => {
    const metrics = [{ field: 'number' }, { field: 'at' }, { field: 'group' }, { field: 'flag' }]
    const body = (options: Json) => ({
      size: 0,
      aggs: { m: { top_metrics: { metrics, ...options } } },
    })
    const first = await search(body({ sort: { number: 'desc' } }))
    const last = SOURCES[COUNT - 1]!
    expect(first.aggregations).toEqual({
      m: {
        top: [
          {
            sort: [COUNT - 1],
            metrics: { number: COUNT - 1, at: last.at, group: last.group ?? null, flag: last.flag },
          },
        ],
      },
    })
    const some = await search({
      size: 0,
      aggs: {
        g: {
          terms: { field: 'group', order: { 'm.number': 'desc' } },
          aggs: {
            m: { top_metrics: { metrics: { field: 'number' }, sort: { amount: 'asc' }, size: 1 } },
          },
        },
      },
    })
    const { buckets } = (
      some.aggregations as unknown as {
        g: {
          buckets: readonly {
            key: string
            m: { top: readonly { metrics: { number: number } }[] }
          }[]
        }
      }
    ).g
    const numbers = buckets.map(({ m }) => m.top[0]?.metrics.number ?? -1)
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a))
    for (const { key, m } of buckets) {
      const own = SOURCES.filter(({ group, amount }) => group === key && amount !== undefined)
      const least = Math.min(...own.map(({ amount }) => amount ?? 0))
      expect(own.find(({ amount }) => amount === least)?.number).toBe(m.top[0]?.metrics.number)
    }
  })

  it.each<readonly [Json, string]>([
    [{ metrics: { field: 'number' } }, 'Required [sort]'],
    [{ sort: 'number' }, 'Required [metrics]'],
    [{ metrics: { field: 'number' }, sort: ['number', 'amount'] }, 'exactly one'],
    [{ metrics: { field: 'number' }, sort: { group: 'asc' } }, 'unsupported sort'],
    [{ metrics: { field: 'number' }, sort: 'number', size: 11 }, '[top_metrics.size]'],
    [{ metrics: { field: 'number' }, sort: 'number', size: 0 }, '[size]'],
    [{ metrics: { field: 'number' }, sort: 'number', foo: 1 }, '[foo]'],
    [{ metrics: { field: 'text' }, sort: 'number' }, 'Fielddata is disabled'],
    [{ metrics: { fold: 'x' }, sort: 'number' }, '[field]'],
  ])('refuse top_metrics %j', async (options, reason) => {
    await expect(search({ size: 0, aggs: { a: { top_metrics: options } } })).rejects.toThrow(reason)
  })
})

interface Answered {
  readonly hits: SearchAnswer['hits']
}

describe('hits of logs', () => {
  let store: SearchStore
  const search = (body: Json) => store.search.search({ expression: '*' }, body)

  beforeAll(async () => {
    store = await SearchStore.open({
      clock: { nowMs: () => NOW, monotonicMs: () => performance.now() },
    })
    await store.addDocuments(
      Array.from({ length: COUNT }, (_, number) => ({
        index: '',
        id: `d${number}`,
        received_ms: NOW,
        source: {
          '@timestamp': new Date(NOW - number * 3_000_000).toISOString(),
          request_id: `req_${number}`,
          model: ['gpt-4o', 'gemini', 'claude'][number % 3],
          latency_ms: (number * 37) % 50,
          tags: ['a', 'b'].slice(number % 3),
          labels: { team: `t${number % 2}` },
          stream: number % 2 === 0,
          prompt: `the quick ${number % 2 === 0 ? 'brown' : 'red'} fox number ${number}`,
          ...(number % 4 === 0 && { error_message: `Upstream ${number} reset the Connection` }),
        },
      })),
    )
  })
  afterAll(() => store.close())

  it('hold fields, column values and highlights, as Grafana and Kibana ask for them', async () => {
    const answer = await search({
      size: 1,
      query: { query_string: { query: 'prompt:fox AND model:gpt*', analyze_wildcard: true } },
      _source: false,
      stored_fields: ['*'],
      script_fields: {},
      runtime_mappings: {},
      fields: [
        { field: 'model*' },
        { field: '@timestamp', format: 'epoch_millis' },
        'labels.team',
        'prompt',
      ],
      docvalue_fields: ['latency_ms', 'tags', 'labels'],
      highlight: {
        fields: { '*': {} },
        fragment_size: 2_147_483_647,
        pre_tags: ['@HIGHLIGHT@'],
        post_tags: ['@/HIGHLIGHT@'],
      },
    })
    expect(answer.hits.hits).toEqual([
      {
        _index: 'holysheep-requests-2026.03.29',
        _id: 'd0',
        _score: 1,
        fields: {
          model: ['gpt-4o'],
          'model.keyword': ['gpt-4o'],
          '@timestamp': [String(NOW)],
          'labels.team': ['t0'],
          labels: ['t0'],
          prompt: ['the quick brown fox number 0'],
          latency_ms: [0],
          tags: ['a', 'b'],
        },
        highlight: {
          model: ['@HIGHLIGHT@gpt-4o@/HIGHLIGHT@'],
          'model.keyword': ['@HIGHLIGHT@gpt-4o@/HIGHLIGHT@'],
          prompt: ['the quick brown @HIGHLIGHT@fox@/HIGHLIGHT@ number 0'],
        },
      },
    ])
  })

  it('are collapsed over several days, newest first', async () => {
    const answer = await search({ collapse: { field: 'model' }, _source: ['model'] })
    expect(answer.hits.hits.map(({ _id, fields }) => [_id, fields?.model?.[0]])).toEqual([
      ['d0', 'gpt-4o'],
      ['d1', 'gemini'],
      ['d2', 'claude'],
    ])
    const old = await search({
      collapse: { field: 'model' },
      sort: [{ '@timestamp': 'asc' }],
      _source: false,
    })
    expect(ids(old)).toEqual([`d${COUNT - 1}`, `d${COUNT - 2}`, `d${COUNT - 3}`])
  })

  it('of top_hits are the newest of each bucket, over several days', async () => {
    const aggs = {
      m: {
        terms: { field: 'model.keyword', order: { _key: 'asc' } },
        aggs: { top: { top_hits: { size: 2, _source: ['request_id'] } } },
      },
    }
    const { aggregations } = await search({ size: 0, aggs })
    const { buckets } = (
      aggregations as unknown as { m: { buckets: readonly { key: string; top: Answered }[] } }
    ).m
    for (const { key, top } of buckets) {
      const alone = await search({
        query: { term: { model: key } },
        size: 2,
        _source: ['request_id'],
      })
      expect(top.hits.hits).toEqual(alone.hits.hits)
      expect(top.hits.total).toEqual(alone.hits.total)
    }
  })

  it('have the numbers that stand for missing values as sort values', async () => {
    const answer = await search({
      query: { ids: { values: ['d0'] } },
      sort: [
        { tokens_used: 'asc' },
        { cost_usd: 'desc' },
        { user_id: 'asc' },
        { stream: 'asc' },
        '@timestamp',
      ],
    })
    expect(JSON.stringify(answer.hits.hits[0]?.sort)).toBe(
      `[9223372036854775807,"-Infinity",null,1,${NOW}]`,
    )
  })

  it('end early and match by slices too', async () => {
    const early = await search({ terminate_after: 3, size: 50 })
    expect(early.terminated_early).toBe(true)
    expect(early.hits.hits.length).toBe(early.hits.total?.value)
    expect((await search({ min_score: 2 })).hits.total?.value).toBe(0)
  })
})
