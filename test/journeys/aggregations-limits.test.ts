import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DocumentStore } from '../support/document-store.ts'

type Json = Readonly<Record<string, unknown>>

const VALUES = 300
const TOO_MANY = { details: { type: 'too_many_buckets_exception', status: 400 } }

describe('aggregations that are too large or mean harm', () => {
  let store: DocumentStore

  beforeAll(async () => {
    store = await DocumentStore.open()
    store.createIndex('a', {
      many: { type: 'long' },
      word: { type: 'keyword' },
      at: { type: 'date' },
    })
    const many = Array.from({ length: VALUES }, (_, number) => number)
    const days = (number: number) => new Date(Date.UTC(2026, 0, 1 + number)).toISOString()
    await store.add(
      'a',
      Array.from({ length: 20 }, (_, number) => ({
        source: { many, word: number % 2 === 0 ? '__proto__' : "a'; --", at: days(number) },
      })),
    )
  })
  afterAll(() => store.close())

  const answer = async (aggs: Json) =>
    (await store.search.search({ expression: 'a' }, { size: 0, aggs })).aggregations as Json

  it('ends a nest of too many buckets quickly, in the words of Elasticsearch', async () => {
    const terms = { field: 'many', size: 10_000 }
    const aggs = { a: { terms, aggs: { b: { terms, aggs: { c: { terms } } } } } }
    const started = performance.now()
    await expect(answer(aggs)).rejects.toMatchObject(TOO_MANY)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('refuses gaps that would be filled with too many buckets', async () => {
    const histograms = [
      { date_histogram: { field: 'at', fixed_interval: '1s' } },
      { histogram: { field: 'many', interval: 0.001 } },
      { histogram: { field: 'many', interval: 1, extended_bounds: { min: 0, max: 1e15 } } },
      {
        date_histogram: {
          field: 'at',
          calendar_interval: 'second',
          extended_bounds: { min: '0001', max: '9999' },
        },
      },
    ]
    for (const a of histograms) await expect(answer({ a })).rejects.toMatchObject(TOO_MANY)
  })

  it('counts the buckets of all aggregations of a request together', async () => {
    const terms = { field: 'many', size: 1_000 }
    const one = { terms, aggs: { b: { terms } } }
    await expect(answer({ a: one })).rejects.toMatchObject(TOO_MANY)
    const half = { terms: { ...terms, size: 150 }, aggs: { b: { terms } } }
    expect(await answer({ a: half })).toHaveProperty('a')
    await expect(answer({ a: half, b: half })).rejects.toMatchObject(TOO_MANY)
  })

  it('keeps names and keys that look like code what they are', async () => {
    const name = `"'); DROP TABLE documents; --\${x}`
    const aggs = JSON.parse(
      `{"__proto__": {"terms": {"field": "word", "order": {"constructor": "asc"}},
                      "aggs": {"constructor": {"sum": {"field": "many"}}}}}`,
    ) as Json
    const found = await answer({ ...aggs, [name]: { missing: { field: 'word' } } })
    expect(Object.keys(found)).toEqual(['__proto__', name])
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
    const filters = await answer({
      f: { filters: { filters: JSON.parse('{"__proto__": {"match_all": {}}}') as Json } },
    })
    expect(JSON.stringify(filters)).toBe('{"f":{"buckets":{"__proto__":{"doc_count":20}}}}')
    const composite = { sources: [JSON.parse('{"__proto__": {"terms": {"field": "word"}}}')] }
    expect(JSON.stringify(await answer({ c: { composite } }))).toContain(
      '"after_key":{"__proto__":"a\'; --"}',
    )
  })

  it.each(['(a{1000}){1000}', '((((((((a*)*)*)*)*)*)*)*)b', 'a{1001}', '['])(
    'answers or refuses the regular expression %s, and nothing else',
    async (include) => {
      const outcome = await answer({ a: { terms: { field: 'word', include } } }).then(
        () => 200,
        (error: { readonly details?: { readonly status: number } }) => error.details?.status,
      )
      expect([200, 400]).toContain(outcome)
    },
  )

  it.each([
    [{ terms: null }],
    [{ terms: { field: null } }],
    [{ terms: { field: 'many', size: 1e300 } }],
    [{ terms: { field: 'many', order: [null] } }],
    [{ terms: { field: 'many', include: { partition: '0', num_partitions: {} } } }],
    [{ terms: { field: 'many', missing: {} } }],
    [{ histogram: { field: 'many', interval: 1e-320 } }],
    [{ histogram: { field: 'many', interval: '1', offset: 'x' } }],
    [{ date_histogram: { field: 'at', fixed_interval: '999999999999999d' } }],
    [{ date_histogram: { field: 'at', calendar_interval: '__proto__' } }],
    [{ range: { field: 'many', ranges: [null] } }],
    [{ ip_range: { field: 'many', ranges: [{ mask: '1.2.3.4/-1' }] } }],
    [{ composite: { sources: [null] } }],
    [{ composite: { sources: [{ a: { terms: { field: 'many' } } }], after: { a: {} } } }],
    [{ multi_terms: { terms: [null, 3] } }],
    [{ significant_terms: { field: 'word', chi_square: 3 } }],
    [{ significant_terms: { field: 'word', constructor: {} } }],
    [{ adjacency_matrix: { filters: [] } }],
    [{ nested: { path: [] } }],
    [{ filters: { filters: { a: null } } }],
  ])('refuses %j with 400 or answers it', async (aggregation: unknown) => {
    const outcome = await answer({ a: aggregation }).then(
      () => 200,
      (error: { readonly details?: { readonly status: number } }) => error.details?.status,
    )
    expect([200, 400]).toContain(outcome)
  })

  it('goes six levels deep and no deeper', async () => {
    const nest = (depth: number): Json => ({
      a: { terms: { field: 'word' }, ...(depth > 1 && { aggs: nest(depth - 1) }) },
    })
    expect(await answer(nest(6))).toHaveProperty('a')
    await expect(answer(nest(7))).rejects.toMatchObject({
      details: { type: 'illegal_argument_exception', status: 400 },
    })
  })
})
