import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { IncomingDocument } from '../../src/record/index.ts'
import { anyDamaged } from '../support/any-json.ts'
import { type Plugin, parseLogstash, type Statement } from '../support/logstash-config.ts'
import { expand, runFilters } from '../support/logstash-filter.ts'
import { bulk, clearPeer } from '../support/peer-answers.ts'
import { type SearchServer, startSearchServer } from '../support/search-server.ts'

/**
 * Logstash itself is not run: its configuration is parsed, its filters are followed step by step,
 * and what comes out is sent to us and, with `ELASTIC_PEER_URL`, to a real engine.
 */
const PEER = process.env.ELASTIC_PEER_URL
const ARRIVED = '2026-01-06T12:00:00.000Z'

const config = parseLogstash(readFileSync('deploy/logstash/pipeline/holysheep.conf', 'utf8'))

type Event = Readonly<Record<string, unknown>>

/** The event of the first user's application. */
const CALL = {
  type: 'holysheep_request',
  timestamp: '2026-01-05T10:42:10.123456',
  request_id: 'req_1',
  model: 'gpt-4o',
  status_code: 200,
  latency_ms: 42.5,
  tokens_used: 30,
  cost_usd: 0.0012,
  error_message: null,
  user_id: 'user_12345',
} as const

/** The body of the first user's webhook. */
const WEBHOOK = {
  id: 'chatcmpl-9',
  model: 'gpt-4o',
  status_code: 500,
  latency_ms: 420,
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
  cost_usd: 0.0012,
  error: { message: 'upstream 10.0.0.7:443 reset request req_8fk2' },
  user_metadata: { user_id: 'user_12345' },
} as const

/** The document that Logstash would send, and where to. */
function documentOf(event: Event): IncomingDocument {
  const held = { '@timestamp': ARRIVED, '@version': '1', ...structuredClone(event) }
  const filtered = runFilters(config.filter, held)
  const { index, document_id } = elasticsearch().options
  const { '@metadata': _, ...source } = filtered
  return {
    index: expand(index as string, filtered),
    id: expand(document_id as string, filtered),
    received_ms: Date.parse(ARRIVED),
    source,
  }
}

function elasticsearch(): Plugin {
  const [output] = config.output
  if (output?.kind !== 'plugin' || output.name !== 'elasticsearch')
    throw new Error('another output')
  return output
}

describe('the configuration', () => {
  const KNOWN: Readonly<Record<string, readonly string[]>> = {
    http: [
      ...['host', 'port', 'user', 'password', 'codec', 'additional_codecs', 'threads'],
      ...['ecs_compatibility', 'max_pending_requests', 'max_content_length', 'response_code'],
      ...['remote_host_target_field', 'request_headers_target_field'],
    ],
    json: ['ecs_compatibility'],
    mutate: [
      'rename',
      'replace',
      'convert',
      'gsub',
      'copy',
      'add_field',
      'add_tag',
      'remove_field',
    ],
    date: ['match', 'timezone', 'target', 'tag_on_failure'],
    fingerprint: ['concatenate_all_fields', 'method', 'target', 'ecs_compatibility'],
    elasticsearch: [
      ...['hosts', 'user', 'password', 'index', 'document_id', 'action', 'manage_template'],
      ...['ilm_enabled', 'data_stream', 'ecs_compatibility', 'silence_errors_in_log'],
      ...['retry_initial_interval', 'retry_max_interval'],
    ],
  }

  it('uses plugins and options that Logstash 8 has', () => {
    const plugins = [...config.input, ...config.filter, ...config.output].flatMap(pluginsIn)
    expect(plugins.length).toBeGreaterThan(20)
    for (const { name, options } of plugins) {
      expect(Object.keys(KNOWN), name).toContain(name)
      for (const option of Object.keys(options)) expect(KNOWN[name], name).toContain(option)
    }
  })

  it('listens where the first user sends to', () => {
    expect(config.input).toMatchObject([{ name: 'http' }])
    const [input] = config.input as readonly Plugin[]
    expect(input?.options.port).toBe('${LOGSTASH_HTTP_PORT:5044}')
  })

  it('creates documents by id and leaves templates and lifecycle alone', () => {
    expect(elasticsearch().options).toMatchObject({
      action: 'create',
      manage_template: false,
      ilm_enabled: false,
      data_stream: false,
    })
  })

  it('keeps events on disk until they are stored, and those that are refused', () => {
    const [pipeline] = parse(
      readFileSync('deploy/logstash/pipelines.yml', 'utf8'),
    ) as readonly Event[]
    expect(pipeline).toMatchObject({
      'path.config': '/usr/share/logstash/pipeline/holysheep.conf',
      'queue.type': 'persisted',
      'queue.checkpoint.writes': 1,
    })
    const settings = parse(readFileSync('deploy/logstash/logstash.yml', 'utf8')) as Event
    expect(settings['dead_letter_queue.enable']).toBe(true)
  })
})

describe('an event of an application', () => {
  it('goes to the day of its own time, which is UTC where it names no zone', () => {
    const { index, id, source } = documentOf(CALL)
    expect(index).toBe('holysheep-requests-2026.01.05')
    expect(id).toBe('req_1')
    expect(source).toMatchObject({
      '@timestamp': '2026-01-05T10:42:10.123Z',
      latency_bucket: 'ultra-fast',
    })
    expect(source).not.toHaveProperty('timestamp')
    expect(source).not.toHaveProperty('tags')
  })

  it.each([
    ['2026-01-05T23:30:00-02:00', '2026-01-06T01:30:00.000Z'],
    ['2026-01-05 10:42:10', '2026-01-05T10:42:10.000Z'],
    [1_767_609_730_123, '2026-01-05T10:42:10.123Z'],
    ['1767609730123', '2026-01-05T10:42:10.123Z'],
    [1_767_609_730, '2026-01-05T10:42:10.000Z'],
    [1_767_609_730.5, '2026-01-05T10:42:10.500Z'],
  ])('is taken with the time %s', (timestamp, expected) => {
    expect(documentOf({ ...CALL, timestamp }).source).toMatchObject({ '@timestamp': expected })
  })

  it.each([['yesterday'], [1_767_609_730_123_456], ['0001-01-01T00:00:00'], [-5], [true]])(
    'is kept apart, whole and tagged, with the time %s',
    (timestamp) => {
      const { index, id, source } = documentOf({ ...CALL, timestamp })
      expect(index).toBe('holysheep-unparsed-2026.01.06')
      expect(id).toBe('req_1')
      expect(source).toMatchObject({ timestamp: String(timestamp), tags: ['_dateparsefailure'] })
    },
  )

  it.each([
    [49.9, 'ultra-fast'],
    [50, 'fast'],
    [99.9, 'fast'],
    ['100', 'normal'],
    [200, 'slow'],
  ])('of %s ms is %s', (latency_ms, expected) => {
    expect(documentOf({ ...CALL, latency_ms }).source).toMatchObject({ latency_bucket: expected })
  })

  it('may call its latency response_time_ms', () => {
    const { latency_ms: _, ...call } = CALL
    const { source } = documentOf({ ...call, response_time_ms: 120 })
    expect(source).toMatchObject({ latency_ms: 120, latency_bucket: 'normal' })
  })

  it('has no bucket for a latency that is no number, and keeps what was sent', () => {
    const { source } = documentOf({ ...CALL, latency_ms: 'quick' })
    expect(source).not.toHaveProperty('latency_bucket')
    expect(source).toMatchObject({ latency_text: 'quick', tags: ['_latencyparsefailure'] })
  })

  it.each([
    [399, undefined],
    [400, ['error']],
    ['503', ['error']],
    ['teapot', ['_statusparsefailure']],
  ])('with status %s has the tags %s', (status_code, tags) => {
    expect(documentOf({ ...CALL, status_code }).source.tags).toEqual(tags)
  })

  it('without an id gets one from its content', () => {
    const { request_id: _, ...call } = CALL
    const first = documentOf(call)
    expect(first.id).toMatch(/^[0-9a-f]{64}$/)
    expect(documentOf(call).id).toBe(first.id)
    expect(documentOf({ ...call, user_id: 'another' }).id).not.toBe(first.id)
  })

  it('of another kind has an index of its own', () => {
    expect(documentOf({ type: 'deployment', note: 'v2' }).index).toBe('holysheep-events-2026.01.06')
    expect(documentOf({}).index).toBe('holysheep-events-2026.01.06')
  })

  it('that is not JSON is kept as it came', () => {
    const { index, source } = documentOf({ message: '{"a":', tags: ['_jsonparsefailure'] })
    expect(index).toBe('holysheep-unparsed-2026.01.06')
    expect(source).toMatchObject({ message: '{"a":', tags: ['_jsonparsefailure'] })
  })
})

describe('a webhook', () => {
  it('gets the names of the record', () => {
    const { index, id, source } = documentOf(WEBHOOK)
    expect(index).toBe('holysheep-requests-2026.01.06')
    expect(id).toBe('chatcmpl-9')
    expect(source).toMatchObject({
      type: 'holysheep_request',
      request_id: 'chatcmpl-9',
      prompt_tokens: 10,
      completion_tokens: 20,
      tokens_used: 30,
      user_id: 'user_12345',
      latency_bucket: 'slow',
      error_message: 'upstream 10.0.0.7:443 reset request req_8fk2',
      error_pattern: 'upstream <*> reset request <*>',
      tags: ['error'],
    })
  })

  it('may have no error, or a text as error', () => {
    expect(documentOf({ ...WEBHOOK, error: null }).source).not.toHaveProperty('error_message')
    const { source } = documentOf({ ...WEBHOOK, error: 'overloaded' })
    expect(source).toMatchObject({ error_message: 'overloaded' })
    expect(source).not.toHaveProperty('error')
  })
})

it('gives every event, however damaged, an index with a name and an id', () => {
  fc.assert(
    fc.property(fc.oneof(anyDamaged(CALL), anyDamaged(WEBHOOK)), (event) => {
      const { index, id } = documentOf(event)
      expect(index).toMatch(/^holysheep-(requests|events|unparsed)-\d{4}\.\d\d\.\d\d$/)
      expect(id).not.toMatch(/^(%\{.*)?$/)
    }),
  )
})

describe('what Logstash would send', () => {
  const events = [
    CALL,
    { ...CALL, request_id: 'req_2', latency_ms: 300, status_code: 429 },
    WEBHOOK,
  ]
  let server: SearchServer

  beforeAll(async () => {
    server = await startSearchServer()
    if (PEER !== undefined) await clearPeer(PEER, events.map(documentOf))
  })

  afterAll(() => server.close())

  it.each(PEER === undefined ? ['us'] : ['us', 'the peer'])(
    'is created once by %s and found by the seed queries',
    async (whom) => {
      const url = whom === 'us' ? server.url : PEER!
      const documents = events.map(documentOf)
      expect(statusesOf(await bulk(url, documents))).toEqual([201, 201, 201])
      expect(statusesOf(await bulk(url, documents))).toEqual([409, 409, 409])
      const answer = await search(url, {
        size: 0,
        query: { range: { '@timestamp': { gte: '2026-01-05', lt: '2026-01-07' } } },
        aggs: {
          buckets: { terms: { field: 'latency_bucket.keyword' } },
          models: {
            terms: { field: 'model.keyword' },
            aggs: {
              total: { value_count: { field: 'request_id.keyword' } },
              errors: { filter: { range: { status_code: { gte: 400 } } } },
            },
          },
          days: {
            date_histogram: { field: '@timestamp', calendar_interval: 'day' },
            aggs: {
              cost: { sum: { field: 'cost_usd' } },
              tokens: { sum: { field: 'tokens_used' } },
            },
          },
        },
      })
      expect(answer).toMatchObject({
        buckets: {
          buckets: [
            { key: 'slow', doc_count: 2 },
            { key: 'ultra-fast', doc_count: 1 },
          ],
        },
        models: {
          buckets: [{ key: 'gpt-4o', doc_count: 3, total: { value: 3 }, errors: { doc_count: 2 } }],
        },
        days: {
          buckets: [
            { doc_count: 2, cost: { value: 0.0024 }, tokens: { value: 60 } },
            { doc_count: 1, tokens: { value: 30 } },
          ],
        },
      })
    },
  )
})

function pluginsIn(statement: Statement): readonly Plugin[] {
  if (statement.kind === 'branch')
    return statement.cases.flatMap(({ body }) => body.flatMap(pluginsIn))
  const inner = Object.values(statement.options).flatMap((value) =>
    typeof value === 'object' && 'kind' in value && value.kind === 'plugin' ? [value] : [],
  )
  return [statement, ...inner]
}

function statusesOf(answer: unknown): readonly number[] {
  const { items } = answer as { readonly items: readonly { readonly create: { status: number } }[] }
  return items.map(({ create }) => create.status)
}

async function search(url: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/holysheep-requests-*/_search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { readonly aggregations?: unknown }
  expect(response.status, JSON.stringify(answer)).toBe(200)
  return answer.aggregations
}
