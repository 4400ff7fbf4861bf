import { describe, expect, it } from 'vitest'
import { type CallRecord, encodeEntry, type Processed } from '../record/index.ts'
import { createPipeline } from './create-pipeline.ts'

const ARRIVED_MS = Date.UTC(2026, 0, 5, 12)

const pipeline = createPipeline({
  latencyBucketsMs: [50, 100, 200],
  priceOf: (provider, model, usage) =>
    model === 'gpt-4o' && provider !== 'nobody' ? (usage.input_tokens ?? 0) * 2_500 : undefined,
})

function stored(processed: Processed) {
  if (processed.kind !== 'store') throw new Error(`not stored: ${JSON.stringify(processed)}`)
  return processed.stored
}

function document(source: Record<string, unknown>, index = '') {
  const json = JSON.stringify({ index, id: 'id-1', received_ms: ARRIVED_MS, source })
  return stored(pipeline(encodeEntry('document', json)))
}

function call(record: CallRecord, request?: unknown, response?: unknown) {
  const bytes = (body: unknown) =>
    body === undefined
      ? undefined
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const full = { '@timestamp': ARRIVED_MS, request_id: 'req_1', ...record }
  return stored(
    pipeline(encodeEntry('close', JSON.stringify(full), bytes(request), bytes(response))),
  )
}

describe('the time of a document', () => {
  it.each([
    ['2026-01-05T10:42:10.123456', Date.UTC(2026, 0, 5, 10, 42, 10, 123)],
    ['2026-01-05T10:42:10Z', Date.UTC(2026, 0, 5, 10, 42, 10)],
    ['2026-01-05 10:42:10+0700', Date.UTC(2026, 0, 5, 3, 42, 10)],
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    [1_767_609_730, 1_767_609_730_000],
    [1_767_609_730_123, 1_767_609_730_123],
    ['1767609730123456', 1_767_609_730_123],
    [1_767_609_730_123_456_800, 1_767_609_730_123],
  ])('reads %j', (timestamp, expected) => {
    expect(document({ timestamp }).record).toMatchObject({ '@timestamp': expected })
    expect(document({ timestamp }).record.tags).toBeUndefined()
  })

  it.each([['yesterday'], [-5], [9e20], [null], [{}]])('takes the arrival for %j', (timestamp) => {
    const { record, day } = document({ timestamp })
    expect(record['@timestamp']).toBe(ARRIVED_MS)
    expect(record.tags).toEqual(['_timeparsefailure'])
    expect(day).toBe('2026-01-05')
  })
})

describe('a document of another sender', () => {
  it('becomes a record from the seed webhook, and gives its source back whole', () => {
    const source = {
      id: 'chatcmpl-1',
      model: 'openai/gpt-4o',
      status_code: 429,
      latency_ms: '42',
      usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
      error: { message: 'limit of 60 reached for org-abcdef12' },
      user_metadata: { user_id: 'user_12345' },
      shop: 'Hà Nội',
    }
    const { record, extra } = document(source)
    expect(record).toMatchObject({
      type: 'holysheep_request',
      request_id: 'chatcmpl-1',
      provider: 'openai',
      model: 'gpt-4o',
      latency_ms: 42,
      latency_bucket: 'ultra-fast',
      input_tokens: 10,
      output_tokens: 20,
      tokens_used: 30,
      user_id: 'user_12345',
      error_type: 'rate_limit',
      error_message: 'limit of 60 reached for org-abcdef12',
      error_pattern: 'limit of <*> reached for <*>',
      tags: ['_timeparsefailure', 'error'],
      cost_usd: 0.000_025,
      cost_status: 'priced',
    })
    const { status_code, ...rest } = source
    expect(extra).toEqual(rest)
    expect({ ...record, ...extra }).toMatchObject(source)
  })

  it('keeps the cost the sender gave, and says when a model has no price', () => {
    expect(document({ model: 'gpt-4o', cost_usd: 0.5 }).record).toMatchObject({
      cost_usd: 0.5,
      cost_status: 'given',
    })
    const unpriced = document({ model: 'own-7b', prompt_tokens: 5 }).record
    expect(unpriced).toMatchObject({ cost_status: 'unpriced' })
    expect(unpriced.cost_usd).toBeUndefined()
  })

  it('leaves a value of the wrong type in the source only', () => {
    const { record, extra } = document({ status_code: 'many', stream: 'true', labels: { a: 1 } })
    expect(record.status_code).toBeUndefined()
    expect(record.stream).toBe(true)
    expect(record.labels).toEqual({ a: '1' })
    expect(extra).toEqual({ status_code: 'many', stream: 'true', labels: { a: 1 } })
  })

  it('does not reach the prototype through field names', () => {
    const source = JSON.parse('{"__proto__":{"model":"x"},"constructor":"y"}')
    expect(document(source).record.model).toBeUndefined()
  })

  it('keeps a list of objects as attempts, and anything else of that name beside the record', () => {
    expect(document({ attempts: [{ node: 'a' }] })).toMatchObject({
      record: { attempts: [{ node: 'a' }] },
    })
    for (const attempts of [3, [], [1], [{}, null], { node: 'a' }]) {
      expect(document({ attempts }).record).not.toHaveProperty('attempts')
      expect(document({ attempts }).extra).toEqual({ attempts })
    }
  })
})

describe('the index of a document', () => {
  it.each([
    ['holysheep-requests-2026.01.03', 'holysheep-requests', '2026-01-03'],
    ['holysheep-audit', 'holysheep-audit', '2026-01-05'],
    ['', 'holysheep-requests', '2026-01-05'],
    ['holysheep-2026.13.45', 'holysheep-2026.13.45', '2026-01-05'],
  ])('of %j is %s on %s', (index, indexPrefix, day) => {
    expect(document({}, index)).toMatchObject({ indexPrefix, day })
  })
})

describe('a call of our own', () => {
  it.each([
    [49.9, 'ultra-fast'],
    [50, 'fast'],
    [100, 'normal'],
    [200, 'slow'],
  ])('of %d ms is %s', (latencyMs, bucket) => {
    expect(call({ latency_ms: latencyMs }).record.latency_bucket).toBe(bucket)
  })

  it('gets the words of both bodies, without keys, roles and images', () => {
    const request = {
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Xin chào, 你好' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
      ],
    }
    const response = { choices: [{ message: { role: 'assistant', content: 'Chào bạn' } }] }
    const { record } = call({}, request, response)
    expect(record.prompt).toBe('Be brief.\nXin chào, 你好')
    expect(record.response).toBe('Chào bạn')
    expect(record.prompt_hash).toMatch(/^[0-9a-f]{16}$/)
    expect(record.request_body).toBe(JSON.stringify(request))
  })

  it('finds the words of a body that was cut in the middle of an escape', () => {
    const { record } = call(
      {},
      '{"messages":[{"role":"user","content":"l\\u1ed7i k\\u1ebft n\\u1ed',
    )
    expect(record.prompt).toBe('lỗi kết n')
  })

  it.each([
    [{ outcome: 'lost', error_type: 'relay_crash' }],
    [{ outcome: 'upstream_error', status_code: 200 }],
    [{ outcome: 'client_closed', status_code: 499 }],
  ])('is tagged as an error with %j', (fields) => {
    expect(call(fields).record.tags).toEqual(['error'])
  })
})

describe('the pipeline', () => {
  it('skips the opening of a call and rejects bytes that are no entry', () => {
    expect(pipeline(encodeEntry('open', '{}'))).toEqual({ kind: 'skip' })
    expect(pipeline(Buffer.from([9, 9])).kind).toBe('reject')
    expect(pipeline(Buffer.alloc(0)).kind).toBe('reject')
    expect(pipeline(encodeEntry('close', '{"request_id":')).kind).toBe('reject')
    expect(pipeline(encodeEntry('close', '{}'))).toEqual({
      kind: 'reject',
      reason: 'record has no id or no time',
    })
  })
})
