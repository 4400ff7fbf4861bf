import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import {
  chunk,
  event,
  type RelayBench,
  STREAM_EVENTS,
  STREAM_HEADERS,
  sendJson,
  sendStream,
  startRawProvider,
  startRelay,
  stopRelays,
  wholeAnswer,
} from '../../test/faults/relay-fixture.ts'
import { startDeafProvider } from '../../test/faults/test-provider.ts'

afterEach(stopRelays)

interface Failed {
  readonly status: number
  readonly error: { message: string; type: string; code: string }
}

async function failed(bench: RelayBench, change: object = {}): Promise<Failed> {
  const response = await bench.chat(change)
  const { error } = (await response.json()) as Pick<Failed, 'error'>
  return { status: response.status, error }
}

describe('a provider that cannot be reached', () => {
  it('is named in a 502 that the official SDK raises as such', async () => {
    const bench = await startRelay({ baseUrl: 'http://127.0.0.1:1/v1' })
    const client = new OpenAI({ baseURL: `${bench.url}/v1`, apiKey: bench.key, maxRetries: 0 })
    const call = client.chat.completions.create({ model: 'small', messages: [] })
    await expect(call).rejects.toMatchObject({
      constructor: OpenAI.InternalServerError,
      status: 502,
      code: 'upstream_unreachable',
      message: expect.stringContaining('provider fake cannot be reached (ECONNREFUSED)'),
    })
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'upstream_error',
      error_type: 'connect',
      status_code: 502,
      attempt_count: 1,
      cost_status: 'none',
    })
  })

  it('because its name does not exist is a 502 too', async () => {
    const bench = await startRelay({ baseUrl: 'http://no-such-host.invalid/v1' })
    expect(await failed(bench)).toMatchObject({
      status: 502,
      error: { code: 'upstream_unreachable' },
    })
  })

  it('because it takes no connection is given up in time', async () => {
    const bench = await startRelay({
      baseUrl: await startDeafProvider(),
      relay: { timeouts: { connect_ms: 150 } },
    })
    expect(await failed(bench)).toMatchObject({ status: 504, error: { code: 'timeout_connect' } })
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'timeout',
      error_type: 'timeout_connect',
    })
  })
})

describe('a provider that hangs', () => {
  it.each([
    ['before its answer', { first_byte_ms: 150 }, 'timeout_first_byte', false],
    ['in the middle of its answer', { idle_ms: 150 }, 'timeout_idle', true],
    ['for the whole time', { total_ms: 150 }, 'timeout_total', true],
  ] as const)('%s is named by what ran out', async (_, timeouts, code, begins) => {
    const bench = await startRelay({ relay: { timeouts } })
    bench.provider.answer = (response) => {
      if (!begins) return
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"id"')
    }
    const before = performance.now()
    const response = await bench.chat()
    expect(response.status).toBe(504)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(await response.json()).toMatchObject({ error: { code, type: 'timeout_error' } })
    expect(performance.now() - before).toBeLessThan(2_000)
    expect((await bench.closed()).record).toMatchObject({ outcome: 'timeout', error_type: code })
    await expect.poll(() => bench.provider.connections()).toBe(0)
  })

  it('in the middle of a stream ends it with an error event', async () => {
    const bench = await startRelay({ relay: { timeouts: { idle_ms: 150 } } })
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(STREAM_EVENTS[1])
    }
    const response = await bench.chat({ stream: true })
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text.startsWith(STREAM_EVENTS[1] ?? '')).toBe(true)
    expect(text).toContain('"code":"timeout_idle"')
    expect(text).not.toContain('[DONE]')
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'timeout',
      status_code: 200,
      usage_estimated: true,
    })
  })
})

describe('a provider that breaks off', () => {
  it('before its answer is a 502', async () => {
    const baseUrl = await startRawProvider((socket) => {
      socket.on('data', () => socket.destroy())
    })
    const bench = await startRelay({ baseUrl })
    expect(await failed(bench)).toMatchObject({ status: 502, error: { code: 'upstream_reset' } })
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'upstream_error',
      error_type: 'reset',
    })
  })

  it.each([
    ['in the middle of a body', 'content-length: 100\r\n\r\n{"id":1'],
    ['before the last chunk', 'transfer-encoding: chunked\r\n\r\n4\r\n{"id\r\n'],
  ])('%s is a 502 and not half an answer', async (_, rest) => {
    const baseUrl = await startRawProvider((socket) => {
      socket.on('data', () => {
        socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${rest}`)
      })
    })
    const bench = await startRelay({ baseUrl })
    expect(await failed(bench)).toMatchObject({ status: 502, error: { code: 'upstream_reset' } })
  })

  it('in the middle of a stream is an error event for the official SDK', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(`${STREAM_EVENTS[1]}data: {"id":"half`)
      setTimeout(() => response.destroy(), 50)
    }
    const client = new OpenAI({ baseURL: `${bench.url}/v1`, apiKey: bench.key, maxRetries: 0 })
    const stream = await client.chat.completions.create({
      model: 'small',
      messages: [],
      stream: true,
    })
    const seen: string[] = []
    const reading = (async () => {
      for await (const part of stream) seen.push(part.choices[0]?.delta.content ?? '')
    })()
    await expect(reading).rejects.toMatchObject({ code: 'upstream_reset' })
    expect(seen).toEqual(['Chào '])
    const { record, response } = await bench.closed()
    expect(record).toMatchObject({
      outcome: 'upstream_error',
      error_type: 'reset',
      usage_estimated: true,
    })
    expect(response).toContain('Chào ')
  })

  it('politely but too early is told apart from an end', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => sendStream(response, STREAM_EVENTS.slice(0, 2))
    const text = await (await bench.chat({ stream: true })).text()
    expect(text).toContain('"code":"upstream_incomplete_stream"')
    expect((await bench.closed()).record.error_type).toBe('incomplete_stream')
  })

  it('without the closing mark but with a reason to stop has finished', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => sendStream(response, STREAM_EVENTS.slice(0, 5))
    expect(await (await bench.chat({ stream: true })).text()).not.toContain('error')
    expect((await bench.closed()).record).toMatchObject({ outcome: 'ok', tokens_used: 120 })
  })
})

describe('an answer that is no answer', () => {
  it.each([
    ['HTML', 200, 'text/html', '<html><title>Login</title></html>', 'upstream_invalid_answer'],
    ['half JSON', 200, 'application/json', '{"id":', 'upstream_invalid_answer'],
    ['a list', 200, 'application/json', '[]', 'upstream_invalid_answer'],
    ['nothing', 200, 'application/json', '', 'upstream_invalid_answer'],
    ['a redirect', 302, 'application/json', '{}', 'upstream_invalid_answer'],
  ])('like %s is a 502', async (_, status, type, body, code) => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(status, { 'content-type': type, location: '/x' })
      response.end(body)
    }
    expect(await failed(bench)).toMatchObject({ status: 502, error: { code } })
    const { record, response } = await bench.closed()
    expect(record).toMatchObject({ outcome: 'upstream_error', error_type: 'invalid_answer' })
    expect(response).toBe(body)
  })

  it('because it is not HTTP is a 502', async () => {
    const baseUrl = await startRawProvider((socket) =>
      socket.on('data', () => socket.end('SSH-2.0-x\r\n')),
    )
    const bench = await startRelay({ baseUrl })
    expect(await failed(bench)).toMatchObject({
      status: 502,
      error: { code: 'upstream_invalid_answer' },
    })
  })

  it.each([
    [{ message: 'Rate limit reached', code: 429 }, 429, 'rate_limit'],
    [{ message: 'No endpoints found', code: 'none' }, 502, 'server_error'],
    ['plain words', 502, 'server_error'],
  ])(
    'but the error %j under status 200 gets the status of an error',
    async (error, status, type) => {
      const bench = await startRelay()
      const message = typeof error === 'string' ? error : error.message
      bench.provider.answer = (response) => sendJson(response, { error })
      const whole = await failed(bench)
      expect(whole.status).toBe(status)
      expect(whole.error.message).toContain(message)
      bench.provider.answer = (response) => sendStream(response, [event({ error })])
      const streamed = await bench.chat({ stream: true })
      expect(streamed.status).toBe(status)
      const { record } = await bench.closed(streamed.headers.get('x-request-id') ?? '')
      expect(record).toMatchObject({
        outcome: 'upstream_error',
        error_type: type,
        status_code: status,
      })
    },
  )

  it('but an error in the middle of a stream reaches the caller as it is', async () => {
    const bench = await startRelay()
    const error = event({ error: { message: 'overloaded', code: 'x' } })
    bench.provider.answer = (response) => sendStream(response, [chunk({ content: 'a' }), error])
    expect(await (await bench.chat({ stream: true })).text()).toBe(chunk({ content: 'a' }) + error)
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'upstream_error',
      status_code: 200,
      error_message: expect.stringContaining('overloaded'),
    })
  })
})

describe('an error of the provider', () => {
  it('passes through with its status, its bytes and its hint when to retry', async () => {
    const bench = await startRelay()
    const bytes =
      '{"error": {"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}'
    bench.provider.answer = (response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' })
      response.end(bytes)
    }
    const response = await bench.chat({ stream: true })
    expect([response.status, await response.text()]).toEqual([429, bytes])
    expect(response.headers.get('retry-after')).toBe('7')
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'upstream_error',
      status_code: 429,
      error_type: 'rate_limit',
      error_message: 'slow down',
      cost_status: 'none',
    })
  })

  it('in HTML is put into the shape that SDKs read', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(503, { 'content-type': 'text/html' })
      response.end('<html><head><title>503 Service Temporarily Unavailable</title></head></html>')
    }
    expect(await failed(bench)).toMatchObject({
      status: 503,
      error: { message: 'provider fake answered 503: 503 Service Temporarily Unavailable' },
    })
  })
})

describe('a compressed answer', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('in %s reaches caller and record in plain', async (encoding, compress) => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
      response.end(compress(JSON.stringify(wholeAnswer())))
    }
    const response = await bench.chat()
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.json()).toEqual(wholeAnswer())
    const { record, response: body } = await bench.closed()
    expect(record.tokens_used).toBe(120)
    expect(JSON.parse(body)).toEqual(wholeAnswer())
  })

  it('that is streamed reaches the caller event by event', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, { ...STREAM_HEADERS, 'content-encoding': 'gzip' })
      const bytes = gzipSync(STREAM_EVENTS.join(''))
      response.write(bytes.subarray(0, 30))
      setTimeout(() => response.end(bytes.subarray(30)), 20)
    }
    expect(await (await bench.chat({ stream: true })).text()).toContain('bạn 你好')
    expect((await bench.closed()).record).toMatchObject({ outcome: 'ok', tokens_used: 120 })
  })

  it.each([
    ['broken', 'gzip'],
    ['unknown', 'pack200'],
  ])('that is %s is a 502', async (_, encoding) => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
      response.end('not compressed at all')
    }
    expect(await failed(bench)).toMatchObject({
      status: 502,
      error: { code: 'upstream_invalid_answer' },
    })
  })
})
