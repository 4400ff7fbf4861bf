import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
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
} from './caller-forms.ts'
import { type RelayBench, STREAM_HEADERS, sendJson, stopRelays } from './relay-fixture.ts'

const JSON_HEADERS = { 'content-type': 'application/json' }

/** Something a provider does before it has said a word, and what has to become of the call. */
interface Fault {
  readonly name: string
  answer(response: ServerResponse, form: CallerForm): void
  readonly status: number
  readonly code: string
  readonly errorType: string
  readonly outcome?: string
  /** What the provider's answer was, as the attempt tells it. */
  readonly attempt?: object
}

/** Writes bytes past the HTTP server; the connection ends with them unless it is kept. */
function sendBytes({ socket }: ServerResponse, bytes: string | Buffer, keep = false): void {
  if (keep) socket?.write(bytes)
  else socket?.end(bytes)
}

function reset({ socket }: ServerResponse): void {
  socket?.resetAndDestroy()
}

function sendEncoded(response: ServerResponse, form: CallerForm, encoding: string, bytes: Buffer) {
  const headers = form.stream ? STREAM_HEADERS : JSON_HEADERS
  response.writeHead(200, { ...headers, 'content-encoding': encoding })
  response.end(bytes)
}

function goodBytes({ stream, wire }: CallerForm): Buffer {
  return Buffer.from(stream ? wire.events.join('') : JSON.stringify(wire.whole))
}

const INVALID = { status: 502, code: 'upstream_invalid_answer', errorType: 'invalid_answer' }
const RESET = { status: 502, code: 'upstream_reset', errorType: 'reset' }

const FAULTS: readonly Fault[] = [
  {
    name: 'hangs',
    answer: () => undefined,
    ...{ status: 504, code: 'timeout_first_byte', errorType: 'timeout_first_byte' },
    outcome: 'timeout',
  },
  {
    name: 'falls silent in its first bytes',
    answer(response, { stream }) {
      response.writeHead(200, stream ? STREAM_HEADERS : JSON_HEADERS)
      response.write(stream ? 'data: {"id"' : '{"id"')
    },
    ...{ status: 504, code: 'timeout_idle', errorType: 'timeout_idle' },
    outcome: 'timeout',
    attempt: { status: 200 },
  },
  { name: 'resets the connection', answer: reset, ...RESET },
  {
    name: 'resets the connection in its first bytes',
    answer(response, { stream }) {
      response.writeHead(200, stream ? STREAM_HEADERS : JSON_HEADERS)
      response.write(stream ? 'data: {"id"' : '{"id"', () => reset(response))
    },
    ...RESET,
    attempt: { status: 200 },
  },
  {
    name: 'sends less than its content-length',
    answer: (response) =>
      sendBytes(
        response,
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"id":1}',
      ),
    ...RESET,
  },
  {
    name: 'sends more than its content-length, which cuts the answer in two',
    answer(response, form) {
      const bytes = goodBytes({ ...form, stream: false })
      const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n'
      sendBytes(response, Buffer.concat([Buffer.from(head), bytes]))
    },
    ...INVALID,
  },
  {
    name: 'answers with a page of HTML',
    answer(response) {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html><title>Sign in</title></html>')
    },
    ...INVALID,
    attempt: { status: 200 },
  },
  {
    name: 'is down behind a balancer that says so in HTML',
    answer(response) {
      response.writeHead(503, { 'content-type': 'text/html' })
      response.end('<html><title>503 Service Unavailable</title></html>')
    },
    ...{ status: 503, code: 'overloaded', errorType: 'overloaded' },
    attempt: { status: 503 },
  },
  {
    name: 'speaks no HTTP',
    answer: (response) => sendBytes(response, 'SSH-2.0-x\r\n'),
    ...INVALID,
  },
  {
    name: 'sends more headers than anyone needs',
    answer: (response) =>
      sendBytes(
        response,
        `HTTP/1.1 200 OK\r\n${`x-a: ${'b'.repeat(1_000)}\r\n`.repeat(100)}\r\n{}`,
      ),
    ...INVALID,
  },
  {
    name: 'redirects',
    answer(response) {
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    },
    ...INVALID,
    attempt: { status: 302 },
  },
  {
    name: 'sends half a JSON object',
    answer(response) {
      response.writeHead(200, JSON_HEADERS)
      response.end('{"id":"a')
    },
    ...INVALID,
  },
  {
    name: 'sends nothing at all',
    answer(response) {
      response.writeHead(200, JSON_HEADERS)
      response.end()
    },
    ...INVALID,
  },
  {
    name: 'sends an error under status 200',
    answer(response, { stream, wire }) {
      if (!stream) sendJson(response, { error: { message: 'too busy', code: 429 } })
      else {
        response.writeHead(200, STREAM_HEADERS)
        response.end(wire.errorEvent('too busy', 529))
      }
    },
    status: 0,
    code: '',
    errorType: '',
    attempt: { status: 200 },
  },
  {
    name: 'says gzip and sends something else',
    answer: (response, form) => sendEncoded(response, form, 'gzip', Buffer.from('not compressed')),
    ...INVALID,
  },
  {
    name: 'sends gzip without its end',
    answer: (response, form) =>
      sendEncoded(response, form, 'gzip', gzipSync('{"a":').subarray(0, 15)),
    ...INVALID,
  },
  {
    name: 'compresses in a way nobody knows',
    answer: (response, form) => sendEncoded(response, form, 'pack200', Buffer.from('??')),
    ...INVALID,
  },
]

/** What an error under status 200 stands for depends on the protocol's own words. */
function expectedOf(fault: Fault, { protocol, stream }: CallerForm) {
  if (fault.status !== 0) return fault
  if (!stream) return { ...fault, status: 429, code: '429', errorType: 'rate_limit' }
  if (protocol === 'google')
    return { ...fault, status: 529, code: 'overloaded', errorType: 'overloaded' }
  if (protocol === 'anthropic') {
    return { ...fault, status: 529, code: 'overloaded', errorType: 'overloaded' }
  }
  return { ...fault, status: 502, code: 'code_529', errorType: 'server_error' }
}

let bench: RelayBench

beforeAll(async () => {
  const timeouts = { first_byte_ms: 300, idle_ms: 300 }
  bench = await startForms({ relay: { timeouts, breaker: { failure_percent: 101 } } })
})
afterAll(stopRelays)

describe.each(byName(ALL_FORMS))('a provider called by %s', (_, form) => {
  it.each(byName(FAULTS))(
    'that %s is answered in the shape of the protocol',
    async (_name, fault) => {
      providerOf(bench, form).answer = (response) => fault.answer(response, form)
      const expected = expectedOf(fault, form)
      const response = await callAs(bench, form)
      const body: unknown = await response.json()
      expect(response.status).toBe(expected.status)
      expect(readError(form.protocol, response.status, body).code).toBe(expected.code)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(response.headers.get('x-should-retry')).toBe('false')
      expect(response.headers.get('x-bellwether-attempts')).toBe('1')
      await expectClosed(bench, requestIdOf(response), {
        outcome: expected.outcome ?? 'upstream_error',
        status_code: expected.status,
        error_type: expected.errorType,
        endpoint: form.endpoint,
        protocol: form.protocol,
        stream: form.stream,
        provider: form.providerName,
        attempt_count: 1,
        attempts: [
          {
            target: `${form.providerName}/small-2024`,
            error_type: expected.errorType,
            decision: 'gave_up',
            ...fault.attempt,
          },
        ],
        cost_status: 'none',
      })
      await expectServing(bench, form)
      await expectIdle(bench)
    },
  )
})
