import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, expectServing, requestIdOf } from './after-call.ts'
import {
  ALL_FORMS,
  byName,
  type CallerForm,
  callAs,
  providerOf,
  readError,
  startForms,
  WHOLE_FORMS,
} from './caller-forms.ts'
import { type RelayBench, sendRaw, stopRelays } from './relay-fixture.ts'

const MEGABYTE = 1024 * 1024

/** A body that cannot be taken, and what has to become of it. */
interface BadBody {
  readonly name: string
  body(good: string): string | Buffer
  readonly code: string
  readonly message: string
}

/** Puts a member into a body that is good otherwise. */
function withMember(good: string, member: string): string {
  return `${good.slice(0, -1)},${member}}`
}

const BAD_BODIES: readonly BadBody[] = [
  {
    name: 'that breaks off',
    body: (good) => good.slice(0, -1),
    ...{ code: 'invalid_json', message: 'position' },
  },
  {
    name: 'that goes on behind its end',
    body: (good) => `${good}}`,
    ...{ code: 'invalid_json', message: 'position' },
  },
  {
    name: 'nested 10,000 deep in lists',
    body: (good) => withMember(good, `"a":${'['.repeat(10_000)}${']'.repeat(10_000)}`),
    ...{ code: 'invalid_json', message: 'nested deeper' },
  },
  {
    name: 'nested 10,000 deep in objects',
    body: (good) => withMember(good, `"a":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    ...{ code: 'invalid_json', message: 'nested deeper' },
  },
  {
    name: 'with a NUL in a text',
    body: (good) => withMember(good, '"a":"\u0000"'),
    ...{ code: 'invalid_json', message: 'control character' },
  },
  {
    name: 'with a NUL between its members',
    body: (good) => withMember(good, '\u0000"a":1'),
    ...{ code: 'invalid_json', message: 'position' },
  },
  {
    name: 'that is not UTF-8',
    body: (good) =>
      Buffer.concat([Buffer.from(good.slice(0, -2)), Buffer.from([0xc3, 0x28, 0x7d])]),
    ...{ code: 'invalid_json', message: 'UTF-8' },
  },
  {
    name: 'with half a surrogate as bytes',
    body: (good) => Buffer.concat([Buffer.from(good), Buffer.from([0xed, 0xa0, 0x80])]),
    ...{ code: 'invalid_json', message: 'UTF-8' },
  },
  { name: 'that is empty', body: () => '', code: 'invalid_json', message: 'empty' },
  { name: 'that is a list', body: () => '[]', code: 'invalid_json', message: 'a JSON object' },
  { name: 'that is null', body: () => 'null', code: 'invalid_json', message: 'a JSON object' },
]

/** Bodies that are odd and yet good: they go on as they are. */
const ODD_MEMBERS = [
  ['a prototype', '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'],
  ['an escaped NUL', '"metadata_odd":"\\u0000"'],
  ['numbers beyond all measure', '"a":1e999,"b":-0,"c":123456789012345678901234567890'],
  ['a lone surrogate that is escaped', '"a":"\\ud800"'],
  ['a member named twice that nobody watches', '"a":1,"a":2'],
  ['250 levels', `"a":${'['.repeat(250)}${']'.repeat(250)}`],
] as const

let bench: RelayBench

beforeAll(async () => {
  bench = await startForms({ relay: { timeouts: { idle_ms: 400, total_ms: 1_500 } } })
})
afterAll(stopRelays)

function goodBody(form: CallerForm): string {
  return JSON.stringify(form.body(form.model))
}

/** The head of a request up to and with its empty line. */
function head(form: CallerForm, headers: string): string {
  const own = Object.entries(form.headers(bench.key)).map(([name, value]) => `${name}: ${value}`)
  return (
    `POST ${form.path(form.model)} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
    `${[...own, headers].join('\r\n')}\r\n\r\n`
  )
}

interface RawAnswer {
  readonly status: number
  readonly requestId: string
  readonly body: unknown
}

function parseAnswer(text: string): RawAnswer {
  const [start = '', body = ''] = text.split('\r\n\r\n')
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1]),
    requestId: /^x-request-id: (\S+)/m.exec(start)?.[1] ?? '',
    body: JSON.parse(body) as unknown,
  }
}

async function expectRefusal(form: CallerForm, answer: RawAnswer, status: number, code: string) {
  expect(answer.status).toBe(status)
  const error = readError(form.protocol, status, answer.body)
  expect(error.code).toBe(code)
  await expectClosed(bench, answer.requestId, {
    outcome: 'bad_request',
    status_code: status,
    error_type: code,
    endpoint: form.endpoint,
    protocol: form.protocol,
    key_name: 'test',
    attempt_count: 0,
    cost_status: 'none',
  })
  return error
}

async function answerOf(response: Response): Promise<RawAnswer> {
  const body: unknown = await response.json()
  return { status: response.status, requestId: requestIdOf(response), body }
}

describe.each(byName(ALL_FORMS))('a body by %s', (_, form) => {
  it.each(byName(BAD_BODIES))('%s is refused and nobody is called', async (_name, bad) => {
    const { received } = providerOf(bench, form)
    const before = received.length
    const body = bad.body(goodBody(form))
    const response = await callAs(bench, form, { body })
    expect(response.headers.get('x-should-retry')).toBe('false')
    const error = await expectRefusal(form, await answerOf(response), 400, bad.code)
    expect(error.message).toContain(bad.message)
    expect(received.length).toBe(before)
    await expectServing(bench, form)
    await expectIdle(bench)
  })

  it.each(ODD_MEMBERS)('with %s goes on as it is', async (_name, member) => {
    const { received } = providerOf(bench, form)
    const response = await callAs(bench, form, { body: withMember(goodBody(form), member) })
    await response.text()
    expect(response.status).toBe(200)
    expect(received.at(-1)?.body).toContain(member)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    await expectClosed(bench, requestIdOf(response), { outcome: 'ok' })
  })
})

describe.each(byName(WHOLE_FORMS))('a request by %s', (_, form) => {
  it('of 51 MB is refused by its announced length, before it is read', async () => {
    const answer = await sendRaw(bench.port, head(form, `content-length: ${51 * MEGABYTE}`), true)
    await expectRefusal(form, parseAnswer(answer), 413, 'request_too_large')
    await expectIdle(bench)
  })

  it('of 51 MB in chunks is refused as soon as it is over the limit', async () => {
    const before = process.memoryUsage().arrayBuffers
    const answer = await upload(head(form, 'transfer-encoding: chunked'), 51)
    await expectRefusal(form, parseAnswer(answer), 413, 'request_too_large')
    await expectIdle(bench)
    await expectServing(bench, form)
    await expect
      .poll(() => process.memoryUsage().arrayBuffers - before, { timeout: 5_000 })
      .toBeLessThan(60 * MEGABYTE)
  })

  it('that stops in the middle of its body is given up in time', async () => {
    const bytes = `${head(form, 'content-length: 100')}{"model"`
    const answer = await sendRaw(bench.port, bytes, true)
    await expectRefusal(form, parseAnswer(answer), 408, 'timeout_request')
    await expectIdle(bench)
  })

  it('that drips takes as long as it needs, up to the time of a call', async () => {
    const body = goodBody(form)
    const good = `${head(form, `content-length: ${Buffer.byteLength(body)}\r\nconnection: close`)}${body}`
    expect(parseAnswer(await drip(good, 15)).status).toBe(200)
    const endless = `${head(form, 'content-length: 5000')}${' '.repeat(5_000)}`
    await expectRefusal(form, parseAnswer(await drip(endless, 5_000)), 408, 'timeout_request')
    await expectIdle(bench)
  })

  it('in another content type or compressed is refused', async () => {
    const answers = [
      [{ 'content-type': 'text/plain' }, 'unsupported_media_type'],
      [{ 'content-encoding': 'gzip' }, 'unsupported_content_encoding'],
    ] as const
    for (const [headers, code] of answers) {
      const response = await callAs(bench, form, { headers })
      await expectRefusal(form, await answerOf(response), 415, code)
    }
    await expectIdle(bench)
  })

  it('for a model that does not exist is refused', async () => {
    const response = await callAs(bench, form, { model: 'constructor' })
    const { status, requestId, body } = await answerOf(response)
    expect(status).toBe(404)
    expect(readError(form.protocol, 404, body).code).toBe('model_not_found')
    await expectClosed(bench, requestId, { outcome: 'refused_model', model: 'constructor' })
  })

  it('without a key is refused', async () => {
    const response = await callAs(bench, form, { key: '' })
    const { status, requestId, body } = await answerOf(response)
    expect(status).toBe(401)
    expect(readError(form.protocol, 401, body)).toMatchObject({
      code: 'invalid_api_key',
      message: expect.stringContaining('no API key was given'),
    })
    await expectClosed(bench, requestId, { outcome: 'refused_auth', protocol: form.protocol })
  })

  it('with two lengths is refused before it is anything', async () => {
    const bytes = head(form, 'content-length: 5\r\ntransfer-encoding: chunked')
    expect(await sendRaw(bench.port, `${bytes}0\r\n\r\n`, true)).toMatch(/^HTTP\/1.1 400 /)
    await expectServing(bench, form)
    await expectIdle(bench)
  })

  it('with a bomb of headers is refused', async () => {
    const bomb = `x-a: ${'b'.repeat(1_000)}\r\n`.repeat(40)
    const answer = await sendRaw(bench.port, head(form, `${bomb}content-length: 0`), true)
    expect(answer).toMatch(/^HTTP\/1.1 431 /)
    expect(answer).toContain('headers_too_large')
    await expectServing(bench, form)
    await expectIdle(bench)
  })
})

/** Sends a chunked body of so many MB, as fast as it is taken, and returns the answer. */
function upload(start: string, megabytes: number): Promise<string> {
  const piece = Buffer.concat([
    Buffer.from(`${MEGABYTE.toString(16)}\r\n`),
    Buffer.alloc(MEGABYTE, ' '),
    Buffer.from('\r\n'),
  ])
  return new Promise((resolve) => {
    const socket = connect(bench.port, '127.0.0.1')
    let left = megabytes
    let answer = ''
    const send = () => {
      while (left-- > 0 && socket.write(piece));
      if (left >= 0) socket.once('drain', send)
    }
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    socket.write(start)
    send()
  })
}

/** Sends all but the last `drops` bytes at once and those one by one; returns the answer. */
async function drip(bytes: string, drops: number): Promise<string> {
  const socket = connect(bench.port, '127.0.0.1')
  let answer = ''
  let isOver = false
  socket.on('data', (data) => {
    answer += data.toString('latin1')
    isOver = true
  })
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(bytes.slice(0, -drops))
  for (const drop of bytes.slice(-drops)) {
    if (isOver) break
    socket.write(drop)
    await sleep(30)
  }
  await closed
  return answer
}
