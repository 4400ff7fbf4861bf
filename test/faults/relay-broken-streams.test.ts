import type { ServerResponse } from 'node:http'
import { createGzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, expectServing, requestIdOf } from './after-call.ts'
import {
  byName,
  type CallerForm,
  callAs,
  providerOf,
  readErrorEvent,
  STREAM_FORMS,
  startForms,
} from './caller-forms.ts'
import { type RelayBench, STREAM_HEADERS, stopRelays } from './relay-fixture.ts'

/** How a provider leaves a stream in which it has said something. */
interface Break {
  readonly name: string
  leave(response: ServerResponse, form: CallerForm): void
  readonly code: string
  readonly errorType: string
  readonly outcome?: string
  /** The status that an error event stands for; Google's names it. */
  readonly stands: number
}

const BREAKS: readonly Break[] = [
  {
    name: 'resets the connection',
    leave: (response) => response.socket?.resetAndDestroy(),
    ...{ code: 'upstream_reset', errorType: 'reset', stands: 502 },
  },
  {
    name: 'resets the connection within a character',
    leave: (response) =>
      response.write(Buffer.from('data: {"你').subarray(0, 9), () =>
        response.socket?.resetAndDestroy(),
      ),
    ...{ code: 'upstream_reset', errorType: 'reset', stands: 502 },
  },
  {
    name: 'ends too early',
    leave: (response) => response.end(),
    ...{ code: 'upstream_incomplete_stream', errorType: 'incomplete_stream', stands: 502 },
  },
  {
    name: 'ends within an event',
    leave: (response, { wire }) => response.end(wire.events[wire.firstContent]?.slice(0, -9)),
    ...{ code: 'upstream_incomplete_stream', errorType: 'incomplete_stream', stands: 502 },
  },
  {
    name: 'falls silent',
    leave: () => undefined,
    ...{ code: 'timeout_idle', errorType: 'timeout_idle', outcome: 'timeout', stands: 504 },
  },
  {
    name: 'says more and more, but takes longer than any call may',
    leave(response, { wire }) {
      const again = wire.events[wire.firstContent]
      const timer = setInterval(() => response.write(again), 100)
      response.once('close', () => clearInterval(timer))
    },
    ...{ code: 'timeout_total', errorType: 'timeout_total', outcome: 'timeout', stands: 504 },
  },
  {
    name: 'goes on with what is not HTTP',
    leave: (response) => response.socket?.write('this is no chunk\r\n'),
    ...{ code: 'upstream_invalid_answer', errorType: 'invalid_answer', stands: 502 },
  },
]

let bench: RelayBench

beforeAll(async () => {
  const timeouts = { idle_ms: 300, total_ms: 800 }
  bench = await startForms({ relay: { timeouts, breaker: { failure_percent: 101 } } })
})
afterAll(stopRelays)

/** The events up to the first in which the model says something, which it says twelve times. */
function beginning({ wire }: CallerForm): string {
  const said = wire.events[wire.firstContent] ?? ''
  return wire.events.slice(0, wire.firstContent).join('') + said.repeat(12)
}

/** `beginning` comes to 15 tokens. */
const BEGINNING_TOKENS = 15

async function expectBroken(errorType: string, outcome: string, form: CallerForm, id: string) {
  const closed = await expectClosed(bench, id, {
    outcome,
    status_code: 200,
    error_type: errorType,
    usage_estimated: true,
    // what the provider has counted before it broke off still counts
    ...(form.protocol === 'anthropic' && { input_tokens: 60, cache_read_tokens: 40 }),
    provider: form.providerName,
    attempts: [{ status: 200, error_type: errorType, decision: 'broke_off' }],
  })
  expect(closed.record.output_tokens).toBeGreaterThanOrEqual(BEGINNING_TOKENS)
  return closed
}

describe.each(byName(STREAM_FORMS))('a stream to %s', (_, form) => {
  it.each(byName(BREAKS))('whose provider %s ends with an error event', async (_name, broken) => {
    providerOf(bench, form).answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(beginning(form), () => broken.leave(response, form))
    }
    const response = await callAs(bench, form)
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text.startsWith(beginning(form))).toBe(true)
    expect(text).not.toMatch(/\[DONE\]|message_stop|finishReason/)
    expect(readErrorEvent(form.protocol, broken.stands, text).code).toBe(broken.code)
    const outcome = broken.outcome ?? 'upstream_error'
    const { response: kept } = await expectBroken(
      broken.errorType,
      outcome,
      form,
      requestIdOf(response),
    )
    expect(kept).toContain('Chào ')
    await expectServing(bench, form)
    await expectIdle(bench)
  })

  it('whose provider sends an error in the middle passes it on as it is', async () => {
    const error = form.wire.errorEvent('the model is too busy', 529)
    providerOf(bench, form).answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.end(beginning(form) + error)
    }
    const response = await callAs(bench, form)
    expect(await response.text()).toBe(beginning(form) + error)
    const type = form.protocol === 'openai' ? 'server_error' : 'overloaded'
    const { record } = await expectBroken(type, 'upstream_error', form, requestIdOf(response))
    expect(record.error_message).toContain('the model is too busy')
    await expectServing(bench, form)
    await expectIdle(bench)
  })

  it('whose compression breaks in the middle ends with an error event', async () => {
    providerOf(bench, form).answer = (response) => {
      response.writeHead(200, { ...STREAM_HEADERS, 'content-encoding': 'gzip' })
      const gzip = createGzip()
      gzip.pipe(response, { end: false })
      gzip.write(beginning(form))
      gzip.flush(() => setTimeout(() => response.end('no gzip any more'), 50))
    }
    const response = await callAs(bench, form)
    const text = await response.text()
    expect(text.startsWith(beginning(form))).toBe(true)
    expect(readErrorEvent(form.protocol, 502, text).code).toBe('upstream_invalid_answer')
    await expectBroken('invalid_answer', 'upstream_error', form, requestIdOf(response))
    await expectIdle(bench)
  })
})
