import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import {
  chunk,
  event,
  STREAM_HEADERS,
  sendJson,
  sendStream,
  stopRelays,
  usageChunk,
  wholeAnswer,
} from './relay-fixture.ts'
import { breakersOf, callsOf, refuse, startTargets } from './target-bench.ts'
import type { Answer } from './test-provider.ts'

afterEach(stopRelays)

const HEDGED = { hedge: { after_ms: 100 } }

function later(ms: number, answer: Answer): Answer {
  return (response, received) => {
    setTimeout(() => answer(response, received), ms)
  }
}

/** An answer with tokens of its own, by which it is known again. */
function counted(tokens: number): Answer {
  const usage = { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: 2 * tokens }
  return (response, { body }) =>
    body.includes('"stream":true')
      ? sendStream(response, [
          chunk({ content: `${tokens}` }),
          chunk({}, { finish_reason: 'stop' }),
          usageChunk(usage),
          event('[DONE]'),
        ])
      : sendJson(response, wholeAnswer({ usage }))
}

const SETTINGS = {
  relay: { retry: { attempts: 1 }, breaker: { min_calls: 1, failure_percent: 1 } },
}

describe('a call that is hedged', () => {
  it.each([false, true])(
    'takes the answer of the second target when that is first, streamed: %s',
    async (stream) => {
      const bench = await startTargets(
        { slow: { answer: later(2_000, counted(7)) }, fast: { answer: counted(50), priority: 1 } },
        SETTINGS,
        HEDGED,
      )
      const response = await bench.chat({ model: 'm', stream })
      await response.text()
      expect(response.headers.get('x-bellwether-provider')).toBe('fast')
      expect(response.headers.get('x-bellwether-attempts')).toBe('2')
      const { record } = await expectClosed(bench, requestIdOf(response), {
        outcome: 'ok',
        target: 'fast/m',
        prompt_tokens: 50,
        completion_tokens: 50,
        attempt_count: 2,
        attempts: [
          { target: 'slow/m', decision: 'hedge_lost' },
          { target: 'fast/m', status: 200, decision: 'answered' },
        ],
      })
      expect(record.latency_ms).toBeGreaterThan(90)
      expect(record.latency_ms).toBeLessThan(1_000)
      // the loser is let go, and it is not held against it
      await expectIdle(bench)
      expect(await bench.providers.slow!.connections()).toBe(0)
      expect(await breakersOf(bench)).toMatchObject({ 'slow/m': 'closed', 'fast/m': 'closed' })
      expect(await bench.entries()).toHaveLength(2)
    },
  )

  it('takes the answer of the first target when that comes after all', async () => {
    const bench = await startTargets(
      {
        slow: { answer: later(250, counted(7)) },
        slower: { answer: later(2_000, counted(50)), priority: 1 },
      },
      SETTINGS,
      HEDGED,
    )
    const response = await bench.chat({ model: 'm', stream: true })
    expect(await response.text()).toContain('"content":"7"')
    await expectClosed(bench, requestIdOf(response), {
      target: 'slow/m',
      prompt_tokens: 7,
      attempts: [{ decision: 'answered' }, { target: 'slower/m', decision: 'hedge_lost' }],
    })
    await expectIdle(bench)
  })

  it('asks nobody else while the first byte is there in time', async () => {
    const bench = await startTargets(
      {
        one: {
          answer: (response) => {
            response.writeHead(200, STREAM_HEADERS)
            response.write(chunk({ role: 'assistant', content: '' }))
            setTimeout(() => response.end(chunk({ content: 'a' }) + event('[DONE]')), 300)
          },
        },
        two: { priority: 1 },
      },
      SETTINGS,
      HEDGED,
    )
    const response = await bench.chat({ model: 'm', stream: true })
    expect(await response.text()).toContain('[DONE]')
    expect(callsOf(bench, 'two')).toBe(0)
    expect((await bench.closed()).record).toMatchObject({ attempt_count: 1, outcome: 'ok' })
  })

  it('goes on with the one when the other fails', async () => {
    const bench = await startTargets(
      { slow: { answer: later(300, counted(7)) }, broken: { answer: refuse(500), priority: 1 } },
      SETTINGS,
      HEDGED,
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(200)
    await expectClosed(bench, requestIdOf(response), {
      target: 'slow/m',
      attempts: [
        { target: 'slow/m', decision: 'answered' },
        { target: 'broken/m', status: 500, decision: 'fell_back' },
      ],
    })
    await expectIdle(bench)
  })

  it('ends with the failure of the last when all fail', async () => {
    const bench = await startTargets(
      {
        one: { answer: later(300, refuse(500)) },
        two: { answer: later(50, refuse(502)), priority: 1 },
      },
      SETTINGS,
      HEDGED,
    )
    const response = await bench.chat({ model: 'm' })
    expect([500, 502]).toContain(response.status)
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'upstream_error',
      attempts: [{ status: 500 }, { status: 502 }],
    })
    await expectIdle(bench)
  })

  it('has no second target to ask when all have been asked', async () => {
    const bench = await startTargets({ only: { answer: later(300, counted(7)) } }, SETTINGS, HEDGED)
    expect((await bench.chat({ model: 'm' })).status).toBe(200)
    expect(callsOf(bench, 'only')).toBe(1)
  })
})

describe('a call that is hedged without a time of its own', () => {
  it('waits as long as nearly all answers take, once that is known', async () => {
    let delayMs = 5
    const slow: Answer = (response, received) => later(delayMs, counted(7))(response, received)
    const bench = await startTargets(
      { one: { answer: slow }, two: { answer: counted(50), priority: 1 } },
      SETTINGS,
      { hedge: {} },
    )
    delayMs = 400
    const unknown = await bench.chat({ model: 'm' })
    expect(unknown.headers.get('x-bellwether-provider')).toBe('one')
    delayMs = 5
    for (let call = 0; call < 25; call++) await (await bench.chat({ model: 'm' })).text()
    await sleep(10)
    expect(callsOf(bench, 'two')).toBeLessThanOrEqual(2)
    delayMs = 2_000
    const hedged = await bench.chat({ model: 'm' })
    expect(hedged.headers.get('x-bellwether-provider')).toBe('two')
  })
})
