import { Client, errors } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SearchServer, startSearchServer } from '../support/search-server.ts'

const INDEX = 'holysheep-requests-2026.01.05'

describe('the official Elasticsearch client', () => {
  let server: SearchServer
  let client: Client

  beforeAll(async () => {
    server = await startSearchServer()
    client = new Client({ node: server.url, compression: true })
  })
  afterAll(async () => {
    await client.close()
    await server.close()
  })

  it('connects, and sees version, product and health', async () => {
    const info = await client.info()
    expect(info.version.number).toBe('8.11.0')
    expect(info.cluster_uuid).toBe('test')
    expect((await client.cluster.health()).status).toBe('green')
    expect(await client.ping()).toBe(true)
  })

  it('writes in bulk and finds what it wrote once it is refreshed', async () => {
    const documents = Array.from({ length: 200 }, (_, number) => ({
      '@timestamp': new Date(Date.UTC(2026, 0, 5) + number * 60_000).toISOString(),
      request_id: `req_${number}`,
      model: ['gpt-4o', 'gpt-4o-mini'][number % 2],
      status_code: number % 10 === 0 ? 500 : 200,
      latency_ms: number,
      custom: { number },
    }))
    const answer = await client.helpers.bulk({
      datasource: documents,
      refreshOnCompletion: false,
      refresh: 'wait_for',
      onDocument: ({ request_id }) => ({ create: { _index: INDEX, _id: request_id } }),
    })
    expect(answer).toMatchObject({ total: 200, successful: 200, failed: 0 })
    const found = await client.search({
      index: 'holysheep-requests-*',
      size: 3,
      query: { bool: { filter: [{ term: { 'model.keyword': 'gpt-4o' } }] } },
      sort: [{ '@timestamp': 'desc' }],
      aggs: { p: { percentiles: { field: 'latency_ms', percents: [50] } } },
    })
    expect(found.hits.total).toEqual({ value: 100, relation: 'eq' })
    expect(found.hits.hits.map(({ _id }) => _id)).toEqual(['req_198', 'req_196', 'req_194'])
    expect(found.hits.hits[0]?._source).toMatchObject(documents[198]!)
    expect(found.aggregations).toEqual({ p: { values: { '50.0': 99 } } })
    expect(await client.count({ index: INDEX, query: { match_all: {} } })).toMatchObject({
      count: 200,
    })
  })

  it('gets one document by its id, and learns that another is missing', async () => {
    const one = await client.get({ index: INDEX, id: 'req_7' })
    expect(one).toMatchObject({ found: true, _id: 'req_7', _source: { custom: { number: 7 } } })
    expect(await client.exists({ index: INDEX, id: 'req_7' })).toBe(true)
    expect(await client.exists({ index: INDEX, id: 'req_x' })).toBe(false)
    await expect(client.get({ index: INDEX, id: 'req_x' })).rejects.toMatchObject({
      meta: { statusCode: 404, body: { found: false } },
    })
  })

  it('is refused a second document under the same id, from the moment the first is written', async () => {
    server.hold()
    const document = { '@timestamp': '2026-01-05T10:00:00Z', model: 'a' }
    const first = await client.index({ index: INDEX, document })
    expect(first._id).toMatch(/^[\w-]{20}$/)
    const write = (model: string) =>
      client.create({ index: INDEX, id: 'twice', document: { ...document, model } })
    const answers = await Promise.allSettled([write('a'), write('b')])
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await server.release()
    await expect(write('c')).rejects.toMatchObject({
      meta: {
        statusCode: 409,
        body: { error: { type: 'version_conflict_engine_exception' }, status: 409 },
      },
    })
    const again = await client.index({
      index: INDEX,
      id: 'req_7',
      document: { request_id: 'req_7' },
    })
    expect(again.result).toBe('noop')
    await expect(
      client.index({ index: INDEX, id: 'req_7', document: { request_id: 'other' } }),
    ).rejects.toMatchObject({ meta: { statusCode: 409 } })
  })

  it('is told item by item what could not be written', async () => {
    const answer = await client.bulk({
      index: 'holysheep-events',
      operations: [
        { index: { _id: 'ok' } },
        { '@timestamp': '2026-01-06T01:00:00Z', model: 'x' },
        { update: { _id: 'ok' } },
        { doc: { model: 'y' } },
        { delete: { _id: 'ok' } },
        { index: { _index: 'customers', _id: 'c' } },
        { name: 'x' },
      ],
    })
    expect(answer.errors).toBe(true)
    const items = answer.items.map((item) => Object.entries(item)[0]!)
    expect(items.map(([action, item]) => [action, item._index, item.status])).toEqual([
      ['index', 'holysheep-events-2026.01.06', 201],
      ['update', 'holysheep-events', 400],
      ['delete', 'holysheep-events', 400],
      ['index', 'customers', 201],
    ])
    expect(items[1]?.[1].error?.reason).toContain('append-only')
  })

  it('sees which indices there are', async () => {
    const indices = await client.cat.indices({
      index: 'holysheep-*',
      format: 'json',
      h: 'index,docs.count',
      s: 'index',
    })
    expect(indices).toEqual([
      { index: 'holysheep-events-2026.01.06', 'docs.count': '1' },
      { index: INDEX, 'docs.count': '202' },
    ])
    expect(await client.indices.exists({ index: INDEX })).toBe(true)
    expect(await client.indices.exists({ index: 'holysheep-requests-2020.01.01' })).toBe(false)
    const mapping = await client.indices.getMapping({ index: INDEX })
    expect(mapping[INDEX]?.mappings.properties?.['@timestamp']).toEqual({ type: 'date' })
  })

  it('gets errors in their usual form', async () => {
    const failure = await client
      .search({ index: 'nothing', query: { match_all: {} } })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(errors.ResponseError)
    expect((failure as errors.ResponseError).body).toEqual({
      error: {
        root_cause: [
          {
            type: 'index_not_found_exception',
            reason: 'no such index [nothing]',
            'resource.type': 'index_or_alias',
            'resource.id': 'nothing',
            index_uuid: '_na_',
            index: 'nothing',
          },
        ],
        type: 'index_not_found_exception',
        reason: 'no such index [nothing]',
        'resource.type': 'index_or_alias',
        'resource.id': 'nothing',
        index_uuid: '_na_',
        index: 'nothing',
      },
      status: 404,
    })
    await expect(
      client.search({ index: INDEX, query: { term: { status_code: 'x' } } }),
    ).rejects.toMatchObject({
      meta: {
        statusCode: 400,
        body: { error: { root_cause: [{ type: 'query_shard_exception' }] } },
      },
    })
  })
})
