import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallRecord, encodeEntry } from '../../src/record/index.ts'
import { SearchFailure } from '../../src/search/index.ts'
import { SearchStore } from '../support/search-store.ts'

const ATTEMPTS = [
  {
    target: 'openai/gpt-4o',
    start_ms: 1.25,
    connect_ms: 12.5,
    status: 503,
    error_type: 'upstream_5xx',
    decision: 'next_target',
  },
  { target: 'azure/gpt-4o', start_ms: 20.125, first_byte_ms: 300, status: 200, decision: 'answer' },
]

const CALL: CallRecord = {
  '@timestamp': Date.parse('2026-03-28T12:00:00Z'),
  request_id: 'req_1',
  type: 'holysheep_request',
  attempt_count: 2,
  attempts: ATTEMPTS,
  dropped_parameters: ['logit_bias', 'messages[2].content[0].type'],
}

const FOREIGN = { timestamp: '2026-03-28T12:00:00Z', model: 'm', attempts: [{ node: 'a' }] }
const COUNTED = { timestamp: '2026-03-28T12:00:00Z', model: 'm', attempts: 3 }

describe.each([
  ['with bodies', true],
  ['without bodies', false],
] as const)('the attempts of a call in a store %s', (_name, bodies) => {
  let store: SearchStore

  beforeAll(async () => {
    store = await SearchStore.open({ bodies })
    await store.addEntries([encodeEntry('close', JSON.stringify(CALL))])
    await store.addDocuments([
      { index: '', id: 'foreign', received_ms: 0, source: FOREIGN },
      { index: '', id: 'counted', received_ms: 0, source: COUNTED },
    ])
  })
  afterAll(() => store.close())

  async function sourceOf(id: string, fields?: unknown) {
    const query = { ids: { values: [id] } }
    const body = { query, ...(fields !== undefined && { _source: fields }) }
    const { hits } = await store.search.search({ expression: 'holysheep-*' }, body)
    return hits.hits[0]?._source
  }

  it('come back as they were recorded', async () => {
    expect(await sourceOf('req_1')).toMatchObject({ attempt_count: 2, attempts: ATTEMPTS })
    expect(await sourceOf('req_1', ['attempts'])).toEqual({ attempts: ATTEMPTS })
    expect(await sourceOf('req_1', { excludes: ['attempts'] })).not.toHaveProperty('attempts')
  })

  it("leave another sender's field of that name as he sent it", async () => {
    expect(await sourceOf('foreign', ['attempts'])).toEqual({ attempts: [{ node: 'a' }] })
    expect(await sourceOf('counted', ['attempts'])).toEqual({ attempts: 3 })
  })

  it('are found by what was dropped for their target', async () => {
    const query = { term: { dropped_parameters: 'logit_bias' } }
    const { hits } = await store.search.search({ expression: 'holysheep-*' }, { query })
    expect(hits.hits.map(({ _id }) => _id)).toEqual(['req_1'])
  })

  it.each([
    [{ query: { term: { attempts: 'x' } } }, 'Cannot search on field [attempts]'],
    [{ query: { match: { 'attempts.target': 'x' } } }, '[attempts.target]'],
    [{ query: { terms: { 'attempts.target.keyword': ['x'] } } }, '[attempts.target.keyword]'],
    [{ query: { range: { attempts: { gte: 1 } } } }, '[attempts]'],
    [{ query: { exists: { field: 'attempts' } } }, '[attempts]'],
    [{ query: { wildcard: { 'attempts.target': 'x*' } } }, '[attempts.target]'],
    [{ query: { match_all: {} }, sort: ['attempts.start_ms'] }, '[attempts.start_ms]'],
    [{ aggs: { a: { terms: { field: 'attempts.status' } } } }, '[attempts.status]'],
    [{ aggs: { a: { avg: { field: 'attempts' } } } }, '[attempts]'],
  ])('are not searched: %j', async (body, words) => {
    const answer = store.search.search({ expression: 'holysheep-*' }, body)
    await expect(answer).rejects.toThrow(SearchFailure)
    await expect(answer).rejects.toThrow(words)
  })

  it.each([
    [{ term: { 'attempts.target': 'azure/gpt-4o' } }, ['req_1']],
    [{ term: { 'attempts.target.keyword': 'azure/gpt-4o' } }, ['req_1']],
    [{ range: { 'attempts.status': { gte: 500 } } }, ['req_1']],
    [{ exists: { field: 'attempts.first_byte_ms' } }, ['req_1']],
    [{ term: { 'attempts.node': 'a' } }, []],
    [{ match_all: {} }, ['foreign', 'req_1']],
    [
      {
        bool: {
          must: [{ term: { 'attempts.status': 503 } }],
          must_not: [{ term: { 'attempts.decision': 'answer' } }],
        },
      },
      ['req_1'],
    ],
    // both are true of the call, but of no one attempt
    [
      {
        bool: {
          must: [
            { term: { 'attempts.status': 503 } },
            { term: { 'attempts.target': 'azure/gpt-4o' } },
          ],
        },
      },
      [],
    ],
  ])('are found one by one in a nested query for %j', async (inner, ids) => {
    const query = { nested: { path: 'attempts', query: inner } }
    const { hits } = await store.search.search({ expression: 'holysheep-*' }, { query })
    expect(hits.hits.map(({ _id }) => _id).sort()).toEqual(ids)
  })

  it('are put into buckets one by one', async () => {
    const targets = {
      terms: { field: 'attempts.target' },
      aggs: { ms: { max: { field: 'attempts.start_ms' } }, calls: { reverse_nested: {} } },
    }
    const aggs = { attempts: { nested: { path: 'attempts' }, aggs: { targets } } }
    const { aggregations } = await store.search.search(
      { expression: 'holysheep-*' },
      { size: 0, aggs },
    )
    const bucket = (key: string, value: number) => ({
      key,
      doc_count: 1,
      ms: { value },
      calls: { doc_count: 1 },
    })
    expect(aggregations).toMatchObject({
      attempts: {
        doc_count: 3,
        targets: { buckets: [bucket('azure/gpt-4o', 20.125), bucket('openai/gpt-4o', 1.25)] },
      },
    })
  })
})
