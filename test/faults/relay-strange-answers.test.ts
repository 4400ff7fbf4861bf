import type { ServerResponse } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, goodText, requestIdOf } from './after-call.ts'
import {
  ALL_FORMS,
  byName,
  type CallerForm,
  callAs,
  providerOf,
  STREAM_FORMS,
  startForms,
} from './caller-forms.ts'
import { type RelayBench, STREAM_HEADERS, stopRelays } from './relay-fixture.ts'

/** Something odd that a provider does while its answer is good. */
interface Oddity {
  readonly name: string
  answer(response: ServerResponse, bytes: Buffer, form: CallerForm): void
  /** What the caller gets, where it is not just what the provider has said. */
  changed?(text: string): string
}

function headersOf({ stream }: CallerForm) {
  return stream ? STREAM_HEADERS : { 'content-type': 'application/json' }
}

function compressed(name: string, encoding: string, compress: (bytes: Buffer) => Buffer): Oddity {
  return {
    name,
    answer(response, bytes, form) {
      response.writeHead(200, { ...headersOf(form), 'content-encoding': encoding })
      const all = compress(bytes)
      response.write(all.subarray(0, 20))
      setTimeout(() => response.end(all.subarray(20)), 10)
    },
  }
}

function writePieces(response: ServerResponse, pieces: readonly Buffer[]): void {
  const [first, ...rest] = pieces
  if (first === undefined) response.end()
  else response.write(first, () => setImmediate(writePieces, response, rest))
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, place) =>
    bytes.subarray(place * size, (place + 1) * size),
  )
}

const ODDITIES: readonly Oddity[] = [
  compressed('compresses with gzip', 'gzip', gzipSync),
  compressed('compresses with gzip under its old name', 'X-GZIP', gzipSync),
  compressed('compresses with deflate', 'deflate', deflateSync),
  compressed('compresses with brotli', 'br', brotliCompressSync),
  compressed('compresses with zstd', 'zstd', zstdCompressSync),
  {
    name: 'cuts its answer every three bytes, also within a character',
    answer(response, bytes, form) {
      response.writeHead(200, headersOf(form))
      writePieces(response, cut(bytes, 3))
    },
  },
  {
    name: 'sends everything in one chunk',
    answer(response, bytes, form) {
      response.writeHead(200, { ...headersOf(form), 'content-length': bytes.length })
      response.end(bytes)
    },
  },
  {
    name: 'gives a hint before its answer',
    answer(response, bytes, form) {
      response.writeEarlyHints({ link: '</x>; rel=preload' })
      response.writeHead(200, headersOf(form))
      response.end(bytes)
    },
  },
  {
    name: 'ends its answer with the connection and no length',
    answer({ socket }, bytes, form) {
      const type = headersOf(form)['content-type']
      socket?.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n`)
      socket?.end(bytes)
    },
  },
  {
    name: 'sends headers in other letters than ASCII',
    answer({ socket }, bytes, form) {
      const type = headersOf(form)['content-type']
      socket?.write(
        `HTTP/1.1 200 Được\r\ncontent-type: ${type}\r\nx-greeting: Chào bạn\r\ncontent-length: ${bytes.length}\r\n\r\n`,
      )
      socket?.end(bytes)
    },
  },
  {
    name: 'sends more than its content-length',
    answer({ socket }, bytes, form) {
      const type = headersOf(form)['content-type']
      const head = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\n\r\n`
      socket?.end(Buffer.concat([Buffer.from(head), bytes, Buffer.from('more than it said')]))
    },
  },
]

const STREAM_ODDITIES: readonly Oddity[] = [
  {
    name: 'ends its lines with CR LF',
    answer(response, bytes, form) {
      response.writeHead(200, headersOf(form))
      writePieces(response, cut(Buffer.from(bytes.toString().replaceAll('\n', '\r\n')), 7))
    },
    changed: (text) => text.replaceAll('\n', '\r\n'),
  },
  {
    name: 'begins with a byte order mark and says that it lives',
    answer(response, bytes, form) {
      response.writeHead(200, headersOf(form))
      response.end(Buffer.concat([Buffer.from('\ufeff: alive\n\n'), bytes]))
    },
    changed: (text) => `\ufeff: alive\n\n${text}`,
  },
  {
    name: 'keeps the connection open after its end',
    answer(response, bytes, form) {
      response.writeHead(200, headersOf(form))
      response.write(bytes)
      setTimeout(() => response.end(), 100)
    },
  },
]

let bench: RelayBench

beforeAll(async () => {
  bench = await startForms({ relay: { timeouts: { first_byte_ms: 2_000, idle_ms: 2_000 } } })
})
afterAll(stopRelays)

async function expectGoodAnswer(form: CallerForm, oddity: Oddity): Promise<void> {
  const { stream, wire } = form
  const bytes = Buffer.from(stream ? wire.events.join('') : JSON.stringify(wire.whole))
  providerOf(bench, form).answer = (response) => oddity.answer(response, bytes, form)
  const response = await callAs(bench, form)
  const text = Buffer.from(await response.arrayBuffer()).toString()
  const expected = oddity.changed?.(goodText(form)) ?? goodText(form)
  expect([response.status, text]).toEqual([200, expected])
  expect(response.headers.get('content-encoding')).toBeNull()
  const closed = await expectClosed(bench, requestIdOf(response), {
    outcome: 'ok',
    status_code: 200,
    input_tokens: 60,
    cache_read_tokens: 40,
    output_tokens: 20,
    response_model: 'small-2024-08',
    cost_status: 'priced',
    attempts: [{ status: 200, decision: 'answered' }],
  })
  expect(closed.record).not.toHaveProperty('usage_estimated')
  expect(closed.response).toContain(stream ? 'Chào bạn 你好' : 'Chào bạn')
  await expectIdle(bench)
}

describe.each(byName(ALL_FORMS))('an answer to %s', (_, form) => {
  it.each(byName(ODDITIES))('of a provider that %s arrives in full', async (_name, oddity) => {
    await expectGoodAnswer(form, oddity)
  })
})

describe.each(byName(STREAM_FORMS))('an answer to %s', (_, form) => {
  it.each(byName(STREAM_ODDITIES))(
    'of a provider that %s arrives in full',
    async (_name, oddity) => {
      await expectGoodAnswer(form, oddity)
    },
  )
})
