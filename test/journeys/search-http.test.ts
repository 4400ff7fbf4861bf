import { request } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SearchServer, startSearchServer } from '../support/search-server.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at any depth
  readonly json: any
}

interface Sent {
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

function send(url: string, method: string, path: string, { body, headers }: Sent = {}) {
  return new Promise<Answer>((resolve, reject) => {
    // of a GET the length is not set by itself
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const options = { method, headers: { ...length, ...headers } }
    const outgoing = request(new URL(path, url), options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const isJson = /json/.test(answer.headers['content-type'] ?? '')
        const plain = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
        const json: unknown = isJson && plain.length > 0 ? JSON.parse(plain.toString()) : undefined
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: plain, json })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const JSON_TYPE = { 'content-type': 'application/json' }
const NDJSON_TYPE = { 'content-type': 'application/x-ndjson' }
const INDEX = 'holysheep-requests-2026.01.05'

describe('the Elasticsearch interface over HTTP', () => {
  let server: SearchServer
  const json = (method: string, path: string, body?: unknown) =>
    send(server.url, method, path, {
      ...(body !== undefined && { body: JSON.stringify(body), headers: JSON_TYPE }),
    })
  const bulk = (path: string, body: string) =>
    send(server.url, 'POST', path, { body, headers: NDJSON_TYPE })

  beforeAll(async () => {
    server = await startSearchServer()
    const lines = Array.from({ length: 50 }, (_, number) => [
      { create: { _id: `d${number}` } },
      {
        '@timestamp': `2026-01-05T10:00:${String(number).padStart(2, '0')}Z`,
        model: number % 2 === 0 ? 'a' : 'b',
        latency_ms: number,
        labels: { app: 'web' },
        'response body': 'x',
      },
    ])
    const body = lines.flat().map((line) => `${JSON.stringify(line)}\n`)
    const answer = await bulk(`/${INDEX}/_bulk?refresh=true`, body.join(''))
    expect(answer.json.errors).toBe(false)
  })
  afterAll(() => server.close())

  it('answers a search with GET and a body, as the first user sends it', async () => {
    const answer = await json('GET', '/holysheep-requests-*/_search', {
      size: 0,
      aggs: { by: { terms: { field: 'model.keyword' } } },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['x-elastic-product']).toBe('Elasticsearch')
    expect(answer.json).toMatchObject({
      timed_out: false,
      _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
      hits: { total: { value: 50, relation: 'eq' }, max_score: null, hits: [] },
      aggregations: {
        by: {
          doc_count_error_upper_bound: 0,
          sum_other_doc_count: 0,
          buckets: [
            { key: 'a', doc_count: 25 },
            { key: 'b', doc_count: 25 },
          ],
        },
      },
    })
  })

  it('serves the same under a prefix', async () => {
    expect((await json('GET', '/es/')).json.tagline).toBe('You Know, for Search')
    expect((await json('POST', `/es/${INDEX}/_count`, {})).json.count).toBe(50)
    expect((await json('GET', '/es/_nothing/x')).json.error).toBe(
      'no handler found for uri [/_nothing/x] and method [GET]',
    )
  })

  it.each(['7', '8', '9'])('echoes the media type of clients of version %s', async (version) => {
    const type = `application/vnd.elasticsearch+json; compatible-with=${version}`
    const answer = await send(server.url, 'POST', '/_search', {
      body: '{"size":0}',
      headers: { 'content-type': type, accept: type },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe(type.replace('; ', ';'))
  })

  it('refuses other media types', async () => {
    const form = await send(server.url, 'POST', '/_search', {
      body: '{}',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect([form.status, form.headers['x-elastic-product']]).toEqual([406, 'Elasticsearch'])
    const version = await send(server.url, 'GET', '/', {
      headers: { accept: 'application/vnd.elasticsearch+json; compatible-with=10' },
    })
    expect(version.status).toBe(400)
    expect(version.json.error.type).toBe('media_type_header_exception')
  })

  it('takes packed bodies and packs its answers', async () => {
    const answer = await send(server.url, 'POST', '/_search', {
      body: gzipSync('{"size":50}'),
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip', 'accept-encoding': 'gzip' },
    })
    expect(answer.headers['content-encoding']).toBe('gzip')
    expect(answer.json.hits.hits).toHaveLength(50)
    const damaged = await send(server.url, 'POST', '/_search', {
      body: gzipSync('{"size":50}').subarray(0, 12),
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    })
    expect(damaged.status).toBe(400)
  })

  it('refuses a body that is too large, also when it is small only while packed', async () => {
    const answer = await send(server.url, 'POST', '/_search', {
      body: gzipSync(Buffer.alloc(2 << 20, ' ')),
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    })
    expect([answer.status, answer.json.error.type]).toEqual([413, 'content_too_long_exception'])
  })

  it('answers HEAD without a body', async () => {
    for (const [path, status] of [
      ['/', 200],
      [`/${INDEX}`, 200],
      ['/holysheep-requests-2020.01.01', 404],
      [`/${INDEX}/_doc/d1`, 200],
      [`/${INDEX}/_doc/none`, 404],
    ] as const) {
      const answer = await send(server.url, 'HEAD', path, {
        headers: { 'accept-encoding': 'gzip' },
      })
      expect([path, answer.status, answer.bytes.length]).toEqual([path, status, 0])
    }
  })

  it.each([
    [
      'GET',
      '/_search',
      { query: { span_term: { model: 'a' } } },
      400,
      'parsing_exception',
      'span_term',
    ],
    ['GET', '/_search', { aggs: { a: { boxplot: {} } } }, 400, 'parsing_exception', 'boxplot'],
    [
      'GET',
      '/_search',
      { query: { term: { status_code: 'x' } } },
      400,
      'query_shard_exception',
      'x',
    ],
    ['GET', '/_search', { from: 9_999, size: 2 }, 400, 'illegal_argument_exception', 'too large'],
    [
      'GET',
      '/_search',
      { sort: ['zz'] },
      400,
      'query_shard_exception',
      'No mapping found for [zz]',
    ],
    ['GET', '/_search', { sort: ['prompt'] }, 400, 'illegal_argument_exception', 'Fielddata'],
    [
      'GET',
      '/_search',
      { aggs: { a: { terms: { field: 'response' } } } },
      400,
      'illegal_argument_exception',
      'Fielddata',
    ],
    [
      'GET',
      '/_search',
      { aggs: { a: { date_histogram: { field: '@timestamp', fixed_interval: '1M' } } } },
      400,
      'x_content_parse_exception',
      '1M',
    ],
    [
      'GET',
      '/_search',
      {
        aggs: {
          a: {
            date_histogram: {
              field: '@timestamp',
              fixed_interval: '1s',
              extended_bounds: { min: '2026-01-01' },
            },
          },
        },
      },
      400,
      'too_many_buckets_exception',
      '65536',
    ],
    [
      'GET',
      '/_search?foo=1',
      {},
      400,
      'illegal_argument_exception',
      'unrecognized parameter: [foo]',
    ],
    ['GET', '/nothing/_search', {}, 404, 'index_not_found_exception', 'no such index [nothing]'],
    [
      'POST',
      '/holysheep-UPPER/_doc',
      { a: 1 },
      400,
      'illegal_argument_exception',
      'cannot be written to',
    ],
  ] as const)('%s %s %j is %d %s', async (method, path, body, status, type, reason) => {
    const answer = await json(method, path, body)
    expect([answer.status, answer.json.status]).toEqual([status, status])
    const [cause] = answer.json.error.root_cause
    expect(cause.type).toBe(type)
    expect(cause.reason).toContain(reason)
  })

  it('finds indices by patterns, exclusions and date math in the path', async () => {
    const math = encodeURIComponent('<holysheep-requests-{2026.01.05||/d{yyyy.MM.dd}}>')
    for (const [expression, status, count] of [
      ['holysheep-requests-2026.01.*', 200, 50],
      ['holysheep-requests', 200, 50],
      [`${INDEX},nothing?ignore_unavailable=true`, 200, 50],
      ['nothing-*', 200, 0],
      ['nothing-*?allow_no_indices=false', 404, undefined],
      ['*,-holysheep-requests-*', 200, 0],
      [encodeURIComponent('<holysheep-requests-{2026-01-05||/d}>'), 200, 50],
      [math, 400, undefined],
      ['%25', 404, undefined],
    ] as const) {
      const [name, parameters = ''] = expression.split('?')
      const answer = await json('GET', `/${name}/_count?${parameters}`)
      expect([expression, answer.status, answer.json.count]).toEqual([expression, status, count])
    }
  })

  it('tells an unknown path, a wrong method and broken JSON apart', async () => {
    expect((await json('GET', '/a/b/c')).json).toEqual({
      error: 'no handler found for uri [/a/b/c] and method [GET]',
    })
    const wrong = await json('DELETE', '/_search')
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET,POST'])
    expect(wrong.json.error).toContain(
      'Incorrect HTTP method for uri [/_search] and method [DELETE]',
    )
    const broken = await send(server.url, 'POST', '/_search', { body: '{"a', headers: JSON_TYPE })
    expect([broken.status, broken.json.error.type]).toEqual([400, 'json_parse_exception'])
  })

  it.each([
    ['', 'parse_exception', 'request body is required'],
    ['{"index":{}}\n{"a":1}', 'illegal_argument_exception', 'terminated by a newline'],
    ['{"foo":{}}\n{}\n', 'illegal_argument_exception', 'but found [foo]'],
    ['{"index":{"_type":"x"}}\n{}\n', 'illegal_argument_exception', 'unknown parameter [_type]'],
    ['nonsense\n', 'illegal_argument_exception', 'expected START_OBJECT'],
  ])('refuses the bulk request %j as a whole', async (body, type, reason) => {
    const answer = await bulk(`/${INDEX}/_bulk`, body)
    expect(answer.status).toBe(400)
    expect(answer.json.error).toMatchObject({ type, reason: expect.stringContaining(reason) })
  })

  it('fails a single document that is not an object, and writes the others', async () => {
    const answer = await bulk(
      '/_bulk?refresh=wait_for',
      [
        '{"index":{"_index":"holysheep-other","_id":"1"}}',
        '{"@timestamp":"2026-02-01T00:00:00Z","a":1}',
        '{"index":{"_index":"holysheep-other","_id":"2"}}',
        '[1,2',
        '',
      ].join('\n'),
    )
    const statuses = answer.json.items.map(
      (item: { index: { status: number } }) => item.index.status,
    )
    expect([answer.json.errors, statuses]).toEqual([true, [201, 400]])
    const stored = await json('GET', '/holysheep-other-2026.02.01/_doc/1')
    expect(stored.json).toMatchObject({ found: true, _version: 1, _source: { a: 1 } })
  })

  it('chooses what it answers: filter_path, _source, pretty, total as a number', async () => {
    const paths = await json('GET', `/${INDEX}/_search?filter_path=hits.hits._id,-took&size=1`)
    expect(paths.json).toEqual({ hits: { hits: [{ _id: 'd49' }] } })
    const source = await json('GET', `/${INDEX}/_doc/d3?_source=lat*,labels.app`)
    expect(source.json._source).toEqual({
      latency_ms: 3,
      latency_bucket: 'ultra-fast',
      labels: { app: 'web' },
    })
    const total = await json('GET', `/${INDEX}/_search?rest_total_hits_as_int=true&size=0`)
    expect(total.json.hits.total).toBe(50)
    const pretty = await json('GET', '/?pretty')
    expect(pretty.bytes.toString()).toContain('\n  "tagline"')
    const limited = await json('GET', `/${INDEX}/_search`, { size: 0, track_total_hits: 7 })
    expect(limited.json.hits.total).toEqual({ value: 7, relation: 'gte' })
    const untracked = await json('GET', `/${INDEX}/_search`, { size: 0, track_total_hits: false })
    expect(untracked.json.hits).not.toHaveProperty('total')
  })

  it('goes through all hits with search_after', async () => {
    const seen: string[] = []
    let after: unknown[] | undefined
    for (;;) {
      const answer = await json('POST', `/${INDEX}/_search`, {
        size: 7,
        sort: [{ model: 'desc' }, { '@timestamp': 'asc' }],
        ...(after !== undefined && { search_after: after }),
      })
      const { hits } = answer.json.hits
      if (hits.length === 0) break
      seen.push(...hits.map(({ _id }: { _id: string }) => _id))
      after = hits.at(-1).sort
    }
    const odd = Array.from({ length: 25 }, (_, number) => `d${number * 2 + 1}`)
    const even = Array.from({ length: 25 }, (_, number) => `d${number * 2}`)
    expect(seen).toEqual([...odd, ...even])
  })

  it('answers types in front of names when asked', async () => {
    const answer = await json('GET', `/${INDEX}/_search?typed_keys=true`, {
      size: 0,
      aggs: {
        m: {
          terms: { field: 'model' },
          aggs: { p: { percentiles: { field: 'latency_ms', keyed: false, percents: ['50'] } } },
        },
      },
    })
    const [bucket] = answer.json.aggregations['sterms#m'].buckets
    expect(bucket['tdigest_percentiles#p']).toEqual({ values: [{ key: 50, value: 24 }] })
  })

  it('lists indices as text', async () => {
    const answer = await json('GET', `/_cat/indices/${INDEX}?v&h=index,docs.count,health`)
    expect(answer.headers['content-type']).toContain('text/plain')
    expect(answer.bytes.toString()).toBe(
      'index                         docs.count health\nholysheep-requests-2026.01.05         50 green\n',
    )
  })
})
