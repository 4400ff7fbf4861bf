import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import {
  chunk,
  event,
  STREAM_EVENTS,
  sendJson,
  sendStream,
  stopRelays,
  wholeAnswer,
} from './relay-fixture.ts'
import { callsOf, failing, refuse, resetConnection, startTargets } from './target-bench.ts'
import type { Answer } from './test-provider.ts'

afterEach(stopRelays)

const html: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<html><title>Sign in</title></html>')
}

const half: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"id"', () => response.socket?.resetAndDestroy())
}

/** A stream in which the model has said nothing yet. */
const role = chunk({ role: 'assistant', content: '' })

describe('an attempt is made again', () => {
  it.each<readonly [string, Answer, string]>([
    ['the connection was reset', resetConnection, 'reset'],
    ['the connection was reset within the answer', half, 'reset'],
    ['HTML came', html, 'invalid_answer'],
    ['the status was 408', refuse(408), 'upstream_timeout'],
    ['the status was 409', refuse(409), 'conflict'],
    ['the status was 429', refuse(429), 'rate_limit'],
    ['the status was 500', refuse(500), 'server_error'],
    ['the status was 502', refuse(502), 'server_error'],
    ['the status was 503', refuse(503), 'overloaded'],
    ['the status was 504', refuse(504), 'upstream_timeout'],
    ['the status was 529', refuse(529), 'overloaded'],
    [
      'the status was 400 but the provider asks for it',
      refuse(400, { 'x-should-retry': 'true' }),
      'invalid_request',
    ],
    [
      'an error came with status 200',
      (response) => sendJson(response, { error: { message: 'busy', code: 503 } }),
      'overloaded',
    ],
  ])('when %s', async (_, fail, errorType) => {
    const bench = await startTargets(
      { one: { answer: failing(2, fail) } },
      { relay: { retry: { attempts: 3, base_ms: 5 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect([response.status, await response.json()]).toEqual([200, wholeAnswer()])
    expect(response.headers.get('x-bellwether-attempts')).toBe('3')
    expect(response.headers.get('x-should-retry')).toBeNull()
    const failed = { target: 'one/m', error_type: errorType, decision: 'retried' }
    const { record } = await expectClosed(bench, requestIdOf(response), {
      outcome: 'ok',
      status_code: 200,
      attempt_count: 3,
      attempts: [failed, failed, { target: 'one/m', status: 200, decision: 'answered' }],
    })
    expect(record).not.toHaveProperty('error_type')
    expect(record).not.toHaveProperty('fallback')
    await expectIdle(bench)
  })

  it.each<readonly [string, Answer, string]>([
    [
      'the stream ended before the first word',
      (response) => sendStream(response, [role]),
      'incomplete_stream',
    ],
    [
      'the stream broke off before the first word',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(role, () => response.socket?.resetAndDestroy())
      },
      'reset',
    ],
    [
      'the stream began with an error',
      (response) => sendStream(response, [role, event({ error: { message: 'busy', code: 503 } })]),
      'overloaded',
    ],
    [
      'the first event was half of one',
      (response) => sendStream(response, ['data: {"ch']),
      'incomplete_stream',
    ],
    ['HTML came for a stream', html, 'invalid_answer'],
  ])('when %s', async (_, fail, errorType) => {
    const bench = await startTargets(
      { one: { answer: failing(1, fail, (response) => sendStream(response)) } },
      { relay: { retry: { attempts: 2, base_ms: 5 } } },
    )
    const response = await bench.chat({ model: 'm', stream: true })
    const usage = STREAM_EVENTS[4] ?? ''
    expect(await response.text()).toBe(STREAM_EVENTS.join('').replace(usage, ''))
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'ok',
      tokens_used: 120,
      attempts: [{ error_type: errorType, decision: 'retried' }, { decision: 'answered' }],
    })
    await expectIdle(bench)
  })
})

describe('an attempt is not made again', () => {
  it.each([400, 405, 413, 415, 422])('when the status was %d', async (status) => {
    const bench = await startTargets(
      { one: { answer: refuse(status) }, two: { priority: 1 } },
      { relay: { retry: { attempts: 3 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(status)
    expect(response.headers.get('x-should-retry')).toBe('false')
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'upstream_error',
      status_code: status,
      attempts: [{ status, decision: 'final' }],
    })
    expect(callsOf(bench, 'two')).toBe(0)
  })

  it('when the model has said something', async () => {
    const bench = await startTargets(
      {
        one: {
          answer: (response) => {
            response.writeHead(200, { 'content-type': 'text/event-stream' })
            response.write(chunk({ content: 'a' }), () => response.socket?.resetAndDestroy())
          },
        },
        two: { priority: 1 },
      },
      { relay: { retry: { attempts: 3 } } },
    )
    const response = await bench.chat({ model: 'm', stream: true })
    const text = await response.text()
    expect(text).toContain('upstream_reset')
    expect(text).not.toContain('[DONE]')
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'upstream_error',
      attempts: [{ decision: 'broke_off', error_type: 'reset' }],
    })
    expect([callsOf(bench, 'one'), callsOf(bench, 'two')]).toEqual([1, 0])
  })

  it('when the provider says that it would be senseless', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500, { 'x-should-retry': 'false' }) } },
      { relay: { retry: { attempts: 3 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(500)
    expect(callsOf(bench, 'one')).toBe(1)
    expect(response.headers.get('x-should-retry')).toBe('false')
  })
})

it('a relay that has given up says so, whatever the provider says', async () => {
  const bench = await startTargets(
    { one: { answer: refuse(503, { 'x-should-retry': 'true' }) } },
    { relay: { retry: { attempts: 2, base_ms: 5 } } },
  )
  const response = await bench.chat({ model: 'm' })
  expect(response.headers.get('x-should-retry')).toBe('false')
  expect(response.headers.get('x-bellwether-attempts')).toBe('2')
  await expectClosed(bench, requestIdOf(response), {
    outcome: 'upstream_error',
    attempts: [{ decision: 'retried' }, { decision: 'gave_up' }],
  })
})

describe('the pause before a retry', () => {
  it.each([
    ['retry-after-ms', refuse(503, { 'retry-after-ms': '300' })],
    ['retry-after', refuse(429, { 'retry-after': '0.3' })],
    [
      "Google's retryDelay",
      (response) => {
        const details = [
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.3s' },
        ]
        sendJson(
          response,
          { error: { code: 503, message: 'busy', status: 'UNAVAILABLE', details } },
          503,
        )
      },
    ],
  ] as readonly (readonly [string, Answer])[])('is what %s says', async (_, fail) => {
    const bench = await startTargets(
      { one: { answer: failing(1, fail) } },
      { relay: { retry: { attempts: 2, base_ms: 1 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(200)
    const { record } = await bench.closed()
    const [first, second] = record.attempts ?? []
    const pauseMs = Number(second?.start_ms) - Number(first?.start_ms)
    expect(pauseMs).toBeGreaterThanOrEqual(300)
    expect(pauseMs).toBeLessThan(600)
  })

  it('is not waited for when it is longer than it may be: the next priority is called at once', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(429, { 'retry-after': '30' }) }, two: { priority: 1 } },
      { relay: { retry: { attempts: 3, max_ms: 1_000 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(200)
    const { record } = await expectClosed(bench, requestIdOf(response), {
      attempts: [
        { target: 'one/m', status: 429, decision: 'fell_back' },
        { target: 'two/m', status: 200, decision: 'answered' },
      ],
      fallback: true,
    })
    expect(record.latency_ms).toBeLessThan(900)
    // it asked to be left alone: the next call does not even try
    const next = await bench.chat({ model: 'm' })
    expect(next.headers.get('x-bellwether-provider')).toBe('two')
    expect(callsOf(bench, 'one')).toBe(1)
  })

  it('ends the retries when it would take them beyond their time', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(503, { 'retry-after-ms': '200' }) } },
      { relay: { retry: { attempts: 50, total_ms: 700 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(503)
    const { record } = await bench.closed()
    expect(record.latency_ms).toBeLessThan(1_000)
    expect(record.attempt_count).toBeGreaterThanOrEqual(2)
    expect(record.attempt_count).toBeLessThanOrEqual(4)
  })
})

describe('retries end', () => {
  it('after so many attempts at each priority', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500) }, two: { answer: refuse(502), priority: 1 } },
      { relay: { retry: { attempts: 3, base_ms: 5 }, breaker: { failure_percent: 101 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(502)
    const { record } = await bench.closed()
    expect(record.attempts?.map(({ target, decision }) => [target, decision])).toEqual([
      ['one/m', 'retried'],
      ['one/m', 'retried'],
      ['one/m', 'fell_back'],
      ['two/m', 'retried'],
      ['two/m', 'retried'],
      ['two/m', 'gave_up'],
    ])
    expect(response.headers.get('x-bellwether-attempts')).toBe('6')
  })

  it('when the budget of the provider is used up', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500) } },
      {
        relay: {
          retry: { attempts: 2, base_ms: 1, budget_percent: 0 },
          breaker: { failure_percent: 101 },
        },
      },
    )
    await Promise.all(Array.from({ length: 40 }, () => bench.chat({ model: 'm' })))
    // ten a second are free
    const retries = callsOf(bench, 'one') - 40
    expect(retries).toBeGreaterThanOrEqual(10)
    expect(retries).toBeLessThanOrEqual(20)
    await expectIdle(bench, 40)
  })
})
