import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import {
  ALL_FORMS,
  type CallerForm,
  callAs,
  readError,
  readErrorEvent,
  STREAM_FORMS,
  startForms,
} from './caller-forms.ts'
import { type ProtocolName, WIRES } from './provider-answers.ts'
import { type BenchSettings, type RelayBench, STREAM_HEADERS, stopRelays } from './relay-fixture.ts'
import { refuse, resetConnection } from './target-bench.ts'

afterEach(stopRelays)

const HOSTS: Readonly<Record<ProtocolName, string>> = {
  openai: 'fake',
  anthropic: 'claude-host',
  google: 'gemini-host',
}

const PROTOCOLS = ['openai', 'anthropic', 'google'] as const

/** Callers with providers that speak another protocol. */
function pairs(forms: readonly CallerForm[]) {
  return forms.flatMap((form) =>
    PROTOCOLS.filter((each) => each !== form.protocol).map(
      (protocol) => [form.name, protocol, form] as const,
    ),
  )
}

/** A relay whose model `m` is served by the caller's own protocol first, then by another. */
function startPair(form: CallerForm, other: ProtocolName, settings: BenchSettings = {}) {
  return startForms({
    relay: { retry: { attempts: 1 }, timeouts: { idle_ms: 300 } },
    models: {
      m: {
        targets: [
          { target: `${HOSTS[form.protocol]}/small-2024` },
          { target: `${HOSTS[other]}/small-2024`, priority: 1 },
        ],
      },
    },
    ...settings,
  })
}

/** The words of an answer in any protocol, streamed or not. */
function wordsOf(text: string): string {
  const found = text.matchAll(/"(?:content|text)":"((?:[^"\\]|\\.)*)"/g)
  return Array.from(found, ([, words]) => words).join('')
}

/** What closes a good stream in each protocol. */
const CLOSING: Readonly<Record<ProtocolName, RegExp>> = {
  openai: /data: \[DONE\]\n\n$/,
  anthropic: /event: message_stop\n/,
  google: /"finishReason":"STOP"/,
}

describe('a call falls back', () => {
  it.each(pairs(ALL_FORMS))('by %s to a provider that speaks %s', async (_name, other, form) => {
    const bench = await startPair(form, other)
    bench.providers[HOSTS[form.protocol]]!.answer = resetConnection
    const response = await callAs(bench, form, { model: 'm' })
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(wordsOf(text)).toBe(form.stream ? 'Chào bạn 你好' : 'Chào bạn')
    if (form.stream) expect(text).toMatch(CLOSING[form.protocol])
    const { response: kept } = await expectClosed(bench, requestIdOf(response), {
      outcome: 'ok',
      protocol: form.protocol,
      endpoint: form.endpoint,
      provider: HOSTS[other],
      fallback: true,
      input_tokens: 60,
      cache_read_tokens: 40,
      output_tokens: 20,
      cost_status: 'priced',
      attempts: [
        {
          target: `${HOSTS[form.protocol]}/small-2024`,
          error_type: 'reset',
          decision: 'fell_back',
        },
        { target: `${HOSTS[other]}/small-2024`, status: 200, decision: 'answered' },
      ],
    })
    expect(kept).toContain('Chào bạn')
    await expectIdle(bench)
  })
})

describe('the error of a provider of another protocol', () => {
  it.each(pairs(ALL_FORMS))('comes to %s from %s in his own shape', async (_name, other, form) => {
    const bench = await startPair(form, other)
    bench.providers[HOSTS[form.protocol]]!.answer = refuse(500)
    const { errorBody } = WIRES[other]
    bench.providers[HOSTS[other]]!.answer = (response) => {
      response.writeHead(529, { 'content-type': 'application/json' })
      response.end(JSON.stringify(errorBody('too many want this', 529)))
    }
    const response = await callAs(bench, form, { model: 'm' })
    expect(response.status).toBe(529)
    const error = readError(form.protocol, 529, await response.json())
    expect(error.message).toBe('too many want this')
    expect(response.headers.get('x-should-retry')).toBe('false')
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'upstream_error',
      status_code: 529,
      error_type: 'overloaded',
      error_message: 'too many want this',
      cost_status: 'none',
    })
  })
})

/** Sends the beginning of a good stream, then whatever `leave` does. */
function begin(
  bench: RelayBench,
  protocol: ProtocolName,
  leave: (end: (rest: string) => void) => void,
) {
  const { events, firstContent } = WIRES[protocol]
  bench.providers[HOSTS[protocol]]!.answer = (response) => {
    response.writeHead(200, STREAM_HEADERS)
    response.write(events.slice(0, firstContent + 1).join(''))
    leave((rest) => response.end(rest))
  }
}

describe('a translated stream', () => {
  it.each(pairs(STREAM_FORMS))(
    'by %s from %s that ends too early ends with an error event',
    async (_name, other, form) => {
      const bench = await startForms({ models: { m: { target: `${HOSTS[other]}/small-2024` } } })
      begin(bench, other, (end) => end(''))
      const response = await callAs(bench, form, { model: 'm' })
      const text = await response.text()
      expect(text).not.toMatch(CLOSING[form.protocol])
      expect(wordsOf(text.slice(0, text.indexOf('error')))).toBe('Chào ')
      expect(readErrorEvent(form.protocol, 502, text).code).toBe('upstream_incomplete_stream')
      await expectClosed(bench, requestIdOf(response), {
        outcome: 'upstream_error',
        status_code: 200,
        error_type: 'incomplete_stream',
        attempts: [{ decision: 'broke_off' }],
      })
      await expectIdle(bench)
    },
  )

  it.each(pairs(STREAM_FORMS))(
    'by %s from %s that falls silent ends with an error event',
    async (_name, other, form) => {
      const bench = await startForms({
        relay: { timeouts: { idle_ms: 200 } },
        models: { m: { target: `${HOSTS[other]}/small-2024` } },
      })
      begin(bench, other, () => undefined)
      const response = await callAs(bench, form, { model: 'm' })
      const text = await response.text()
      expect(readErrorEvent(form.protocol, 504, text).code).toBe('timeout_idle')
      await expectClosed(bench, requestIdOf(response), { outcome: 'timeout', status_code: 200 })
      await expectIdle(bench)
    },
  )

  it.each(pairs(STREAM_FORMS))(
    "by %s passes an error of %s on in the caller's words",
    async (_name, other, form) => {
      const bench = await startForms({ models: { m: { target: `${HOSTS[other]}/small-2024` } } })
      begin(bench, other, (end) => end(WIRES[other].errorEvent('it broke', 529)))
      const response = await callAs(bench, form, { model: 'm' })
      const text = await response.text()
      expect(text).not.toMatch(CLOSING[form.protocol])
      const status = other === 'openai' ? 502 : 529
      expect(readErrorEvent(form.protocol, status, text).message).toContain('it broke')
      await expectClosed(bench, requestIdOf(response), {
        outcome: 'upstream_error',
        error_message: expect.stringContaining('it broke'),
      })
      await expectIdle(bench)
    },
  )
})

describe('a parameter without an equivalent', () => {
  const [form] = ALL_FORMS as [CallerForm]
  const body = { logit_bias: { 50256: -100 } }

  it('has the call go to a target that knows it', async () => {
    const bench = await startForms({
      models: {
        m: { targets: [{ target: 'claude-host/a' }, { target: 'fake/b', priority: 1 }] },
      },
    })
    const response = await callAs(bench, form, { model: 'm', body })
    expect(response.status).toBe(200)
    expect(bench.providers['claude-host']!.received).toHaveLength(0)
    await expectClosed(bench, requestIdOf(response), {
      target: 'fake/b',
      attempts: [{ target: 'fake/b', decision: 'answered' }],
    })
  })

  it('has the call go to a target of the same priority that knows it', async () => {
    const bench = await startForms({
      models: {
        m: {
          targets: [{ target: 'claude-host/a' }, { target: 'fake/b', weight: 0.000_001 }],
        },
      },
    })
    const response = await callAs(bench, form, { model: 'm', body })
    expect(response.status).toBe(200)
    await expectClosed(bench, requestIdOf(response), { target: 'fake/b', attempt_count: 1 })
  })

  it('is a 400 that names it when no target knows it', async () => {
    const bench = await startForms({
      models: {
        m: { targets: [{ target: 'claude-host/a' }, { target: 'gemini-host/b', priority: 1 }] },
      },
    })
    const response = await callAs(bench, form, { model: 'm', body })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: {
        code: 'unsupported_parameter',
        param: 'logit_bias',
        message: expect.stringContaining('"logit_bias" has no equivalent at claude-host/a'),
      },
    })
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'bad_request',
      error_type: 'unsupported_parameter',
      attempt_count: 0,
      cost_status: 'none',
    })
    await expectIdle(bench)
  })

  it('is dropped and recorded where that is allowed', async () => {
    const bench = await startForms({
      relay: { drop_unsupported: true },
      models: { m: { target: 'claude-host/a' } },
    })
    const response = await callAs(bench, form, { model: 'm', body })
    expect(response.status).toBe(200)
    expect(bench.providers['claude-host']!.received[0]?.body).not.toContain('logit_bias')
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'ok',
      dropped_parameters: ['logit_bias'],
    })
  })

  it('leaves the first refusal to the caller when the target that knows it fails before', async () => {
    const bench = await startForms({
      relay: { retry: { attempts: 1 } },
      models: {
        m: { targets: [{ target: 'fake/b' }, { target: 'claude-host/a', priority: 1 }] },
      },
    })
    bench.provider.answer = refuse(503)
    const response = await callAs(bench, form, { model: 'm', body })
    const { record } = await bench.closed(requestIdOf(response))
    expect([response.status, record.outcome]).toEqual([503, 'upstream_error'])
    expect(record.attempts).toMatchObject([{ target: 'fake/b', status: 503 }])
  })
})
