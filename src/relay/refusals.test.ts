import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type RelayBench,
  sendRaw,
  startRelay,
  stopRelays,
} from '../../test/faults/relay-fixture.ts'
import { AppError } from '../kernel/index.ts'

afterEach(stopRelays)

interface Refused {
  readonly status: number
  readonly error: { message: string; type: string; param: string | null; code: string }
  readonly headers: Headers
}

async function read(response: Response): Promise<Refused> {
  const { error } = (await response.json()) as Pick<Refused, 'error'>
  return { status: response.status, error, headers: response.headers }
}

function post(bench: RelayBench, headers: Record<string, string>, body = '{}'): Promise<Response> {
  return fetch(`${bench.url}/v1/chat/completions`, { method: 'POST', headers, body })
}

describe('a key', () => {
  it.each([
    ['missing', {}, 'no API key was given'],
    ['malformed', { authorization: 'Bearer sk-proj-1234' }, 'malformed'],
    ['of another scheme', { authorization: 'Basic YTpi' }, 'no API key'],
    ['unknown', { authorization: `Bearer hss_${'0'.repeat(40)}` }, 'unknown'],
    ['with a newline written out', { authorization: `Bearer hss_${'0'.repeat(40)}\\n` }, 'newline'],
    ['with a space before it', { authorization: `Bearer  hss_${'0'.repeat(40)}` }, 'white space'],
  ])('%s is refused with a message of its own', async (_, headers, message) => {
    const bench = await startRelay()
    const { status, error, headers: answered } = await read(await post(bench, headers))
    expect(status).toBe(401)
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key' })
    expect(error.message).toContain(message)
    expect(answered.get('x-should-retry')).toBe('false')
    const { record } = await bench.closed(answered.get('x-request-id') ?? '')
    expect(record).toMatchObject({ outcome: 'refused_auth', status_code: 401, cost_status: 'none' })
    expect(record.key_id).toBeUndefined()
    expect(JSON.stringify(record)).not.toContain('000000000')
    expect(bench.provider.received).toHaveLength(0)
  })

  it('that was revoked is refused from then on', async () => {
    const bench = await startRelay()
    expect((await bench.chat()).status).toBe(200)
    bench.revokeKey()
    expect((await read(await bench.chat())).error.message).toContain('revoked')
  })

  it('that is wrong makes the official SDK raise its own error', async () => {
    const bench = await startRelay()
    const client = new OpenAI({ baseURL: `${bench.url}/v1`, apiKey: 'wrong', maxRetries: 2 })
    const call = client.chat.completions.create({ model: 'small', messages: [] })
    await expect(call).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    expect((await bench.entries()).length).toBe(1)
  })

  it('that is followed by a raw newline is told so', async () => {
    const bench = await startRelay()
    const answer = await sendRaw(
      bench.port,
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer hss_abc\n\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 40[01] /)
    expect(answer).toMatch(/newline|white space|malformed/)
  })
})

describe('a body', () => {
  it.each([
    ['{"model":"small","messages":[', 400, 'invalid_json', 'position 29'],
    ['{"model":"small",}', 400, 'invalid_json', 'position 17'],
    ['', 400, 'invalid_json', 'empty'],
    ['"text"', 400, 'invalid_json', 'a JSON object'],
    [`{"model":"small","a":${'['.repeat(10_000)}`, 400, 'invalid_json', 'nested deeper'],
    ['{"model":"small","a":"\u0000"}', 400, 'invalid_json', 'control character'],
    ['{"__proto__":{"model":"small"}}', 400, 'invalid_parameter', '"model" is missing'],
    ['{"model":"small","model":"gpt-4o"}', 400, 'invalid_json', 'twice'],
    ['{"model":"none"}', 404, 'model_not_found', '`none`'],
    ['{"model":"constructor"}', 404, 'model_not_found', '`constructor`'],
  ])('like %.40s is refused with %d', async (body, status, code, message) => {
    const bench = await startRelay()
    const refused = await read(await bench.chat({}, { body }))
    expect(refused).toMatchObject({ status, error: { code, type: 'invalid_request_error' } })
    expect(refused.error.message).toContain(message)
    const { record, request } = await bench.closed(refused.headers.get('x-request-id') ?? '')
    expect(record).toMatchObject({
      outcome: status === 404 ? 'refused_model' : 'bad_request',
      status_code: status,
      error_type: code,
      key_name: 'test',
      attempt_count: 0,
    })
    expect(request).toBe(body)
    expect(bench.provider.received).toHaveLength(0)
  })

  it('in the wrong type or encoding is refused before it is read', async () => {
    const bench = await startRelay()
    const authorization = `Bearer ${bench.key}`
    for (const headers of [
      { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      { authorization, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ]) {
      const { status, headers: answered } = await read(await post(bench, headers))
      expect(status).toBe(415)
      expect((await bench.closed(answered.get('x-request-id') ?? '')).record.outcome).toBe(
        'bad_request',
      )
    }
  })

  it('over the limit is refused by its announced length without being read', async () => {
    const bench = await startRelay({ relay: { max_body_mb: 1 } })
    const head = requestHead(bench, 'content-length: 60000000')
    const answer = await sendRaw(bench.port, head, true)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain('request_too_large')
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'bad_request',
      status_code: 413,
    })
  })

  it('over the limit is refused while it comes in chunks', async () => {
    const bench = await startRelay({ relay: { max_body_mb: 1 } })
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const head = requestHead(bench, 'transfer-encoding: chunked')
    const answer = await sendRaw(bench.port, head + piece.repeat(17), true)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect((await bench.chat()).status).toBe(200)
  })

  it('that stops coming is given up in time', async () => {
    const bench = await startRelay({ relay: { timeouts: { idle_ms: 100 } } })
    const answer = await sendRaw(
      bench.port,
      `${requestHead(bench, 'content-length: 100')}{"model"`,
      true,
    )
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect((await bench.closed()).record).toMatchObject({
      outcome: 'bad_request',
      status_code: 408,
    })
    expect(bench.relay.inFlight()).toHaveLength(0)
  })

  it('is asked for when the caller waits to be asked', async () => {
    const bench = await startRelay()
    const body = '{"model":"small"}'
    const headers = `content-length: ${body.length}\r\nexpect: 100-continue\r\nconnection: close`
    const answer = await sendRaw(bench.port, requestHead(bench, headers) + body, true)
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/)
  })
})

function requestHead(bench: RelayBench, headers: string): string {
  return (
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bench.key}\r\n` +
    `content-type: application/json\r\n${headers}\r\n\r\n`
  )
}

describe('anything else', () => {
  it.each([
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed'],
    ['POST', '/v1/models', 405, 'method_not_allowed'],
    ['POST', '/v1/nothing', 404, 'unknown_url'],
    ['GET', '/', 404, 'unknown_url'],
    ['GET', '/v1/models/%E0%A4%A', 401, 'invalid_api_key'],
  ])('like %s %s is answered in the shape of an error', async (method, path, status, code) => {
    const bench = await startRelay()
    const refused = await read(await fetch(bench.url + path, { method }))
    expect(refused).toMatchObject({ status, error: { code } })
    expect(refused.headers.get('x-request-id')).toMatch(/^req_/)
  })

  it('like a bomb of headers is refused and the relay goes on', async () => {
    const bench = await startRelay()
    const answer = await sendRaw(
      bench.port,
      `GET / HTTP/1.1\r\n${`x-a: ${'b'.repeat(1000)}\r\n`.repeat(40)}\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 431 /)
    expect(answer).toContain('headers_too_large')
    expect((await bench.chat()).status).toBe(200)
  })

  it('like bytes that are no HTTP is refused', async () => {
    const bench = await startRelay()
    expect(await sendRaw(bench.port, '\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
  })
})

describe('a journal that refuses', () => {
  it('lets no call through to the provider', async () => {
    const bench = await startRelay({
      journal: (journal) => ({
        status: () => ({ ...journal.status(), state: 'full' }),
        write() {
          throw new AppError('JOURNAL_FULL')
        },
      }),
    })
    const refused = await read(await bench.chat())
    expect(refused).toMatchObject({
      status: 503,
      error: { code: 'journal_unavailable', type: 'server_error' },
    })
    expect(bench.provider.received).toHaveLength(0)
    expect((await fetch(`${bench.url}/readyz`)).status).toBe(503)
    expect(bench.relay.inFlight()).toHaveLength(0)
  })

  it('at the close of a call does not take the answer away', async () => {
    const bench = await startRelay({
      journal: (journal) => ({
        status: () => journal.status(),
        write(entry, options) {
          if (options?.reserve === true) throw new AppError('JOURNAL_UNAVAILABLE')
          return journal.write(entry)
        },
      }),
    })
    expect((await bench.chat()).status).toBe(200)
  })

  it('only a large record still gets the record without its bodies', async () => {
    const bench = await startRelay({
      journal: (journal) => ({
        status: () => journal.status(),
        write(entry, options) {
          if (entry.length > 10_000) throw new AppError('JOURNAL_RECORD_TOO_LARGE')
          return journal.write(entry, options)
        },
      }),
    })
    const content = 'x'.repeat(20_000)
    expect((await bench.chat({ messages: [{ role: 'user', content }] })).status).toBe(200)
    const { record, request } = await bench.closed()
    expect(record).toMatchObject({ outcome: 'ok', body_status: 'off' })
    expect(request).toBe('')
  })
})
