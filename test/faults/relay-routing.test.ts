import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { stopRelays } from './relay-fixture.ts'
import { callsOf, refuse, resetConnection, startTargets } from './target-bench.ts'
import { startDeafProvider } from './test-provider.ts'

afterEach(stopRelays)

/** Numbers from 0 to 1 that are the same in each run. */
function seeded(): () => number {
  let state = 42
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

/** Nothing listens there. */
const DEAD = 'http://127.0.0.1:1/v1'

describe('targets', () => {
  it('are called in the order of their priority, whatever the order they are written in', async () => {
    const bench = await startTargets({
      three: { priority: 3 },
      one: { priority: 1, answer: refuse(500) },
      two: { priority: 2, answer: refuse(500) },
    })
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-bellwether-provider')).toBe('three')
    const { record } = await expectClosed(bench, requestIdOf(response), {
      provider: 'three',
      target: 'three/m',
      fallback: true,
      outcome: 'ok',
    })
    const order = record.attempts?.map(({ target }) => target)
    expect([...new Set(order)]).toEqual(['one/m', 'two/m', 'three/m'])
  })

  it('of one priority share the calls by weight', async () => {
    const bench = await startTargets(
      { heavy: { weight: 3 }, light: { weight: 1 }, spare: { priority: 1 } },
      { random: seeded() },
    )
    const calls = Array.from({ length: 400 }, async () => (await bench.chat({ model: 'm' })).text())
    await Promise.all(calls)
    expect(callsOf(bench, 'heavy') / 400).toBeCloseTo(0.75, 1)
    expect(callsOf(bench, 'heavy') + callsOf(bench, 'light')).toBe(400)
    expect(callsOf(bench, 'spare')).toBe(0)
  })

  it('of one priority stand in for each other at once, without a pause', async () => {
    const bench = await startTargets(
      { one: { answer: resetConnection }, two: { weight: 0.000_001 } },
      { relay: { retry: { attempts: 3, base_ms: 60_000, max_ms: 60_000 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(200)
    await expectClosed(bench, requestIdOf(response), {
      attempts: [
        { target: 'one/m', error_type: 'reset', decision: 'retried' },
        { target: 'two/m', decision: 'answered' },
      ],
      fallback: true,
    })
  })

  it('that cannot be reached are left for the next', async () => {
    const bench = await startTargets({ one: { baseUrl: DEAD }, two: { priority: 1 } })
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(200)
    await expectClosed(bench, requestIdOf(response), {
      attempts: [
        { target: 'one/m', error_type: 'connect', decision: 'retried' },
        { target: 'one/m', error_type: 'connect', decision: 'retried' },
        { target: 'one/m', error_type: 'connect', decision: 'fell_back' },
        { target: 'two/m', status: 200, decision: 'answered' },
      ],
      outcome: 'ok',
    })
    await expectIdle(bench)
  })

  it('that do not take a connection in time are left for the next', async () => {
    const bench = await startTargets(
      { one: { baseUrl: await startDeafProvider() }, two: { priority: 1 } },
      { relay: { retry: { attempts: 1 }, timeouts: { connect_ms: 150 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(200)
    await expectClosed(bench, requestIdOf(response), {
      attempts: [
        { error_type: 'timeout_connect', decision: 'fell_back' },
        { decision: 'answered' },
      ],
    })
  })

  it('that hang are left for the next', async () => {
    const bench = await startTargets(
      { one: { answer: () => undefined }, two: { priority: 1 } },
      { relay: { retry: { attempts: 1 }, timeouts: { first_byte_ms: 150 } } },
    )
    const response = await bench.chat({ model: 'm', stream: true })
    expect(await response.text()).toContain('[DONE]')
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'ok',
      attempts: [
        { error_type: 'timeout_first_byte', decision: 'fell_back' },
        { decision: 'answered' },
      ],
    })
    await expectIdle(bench)
  })

  it.each([401, 402, 403, 404])(
    'that answer %d are left for another, and not asked again',
    async (status) => {
      const bench = await startTargets(
        {
          one: { answer: refuse(status) },
          two: { answer: refuse(status), weight: 0.000_001 },
          three: { priority: 1 },
        },
        { relay: { retry: { attempts: 3 } } },
      )
      const response = await bench.chat({ model: 'm' })
      expect(response.status).toBe(200)
      const { record } = await bench.closed(requestIdOf(response))
      expect(record.attempts?.map(({ target, status: seen }) => [target, seen])).toEqual([
        ['one/m', status],
        ['two/m', status],
        ['three/m', 200],
      ])
      expect(record.attempts?.at(-1)).toMatchObject({ decision: 'answered' })
    },
  )

  it('that all refuse leave the caller with the last refusal', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500) }, two: { answer: refuse(403, {}, 'blocked'), priority: 1 } },
      { relay: { retry: { attempts: 1 } } },
    )
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: { code: 'blocked' } })
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(response.headers.get('x-bellwether-attempts')).toBe('2')
    expect(response.headers.get('x-bellwether-provider')).toBe('two')
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'upstream_error',
      error_type: 'permission',
      fallback: true,
      attempts: [{ decision: 'fell_back' }, { decision: 'gave_up' }],
    })
  })

  it('without credit are left for the next, though they say 429', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(429, {}, 'insufficient_quota') }, two: { priority: 1 } },
      { relay: { retry: { attempts: 3 } } },
    )
    expect((await bench.chat({ model: 'm' })).status).toBe(200)
    expect(callsOf(bench, 'one')).toBe(1)
  })
})

it('an attempt tells when it began and how long each part of it took', async () => {
  const bench = await startTargets(
    {
      one: { answer: refuse(503, { 'retry-after-ms': '100' }) },
      two: {
        priority: 1,
        answer: (response) => {
          setTimeout(() => {
            response.writeHead(200, { 'content-type': 'application/json' })
            response.write('{"choices":')
            setTimeout(() => response.end('[]}'), 60)
          }, 60)
        },
      },
    },
    { relay: { retry: { attempts: 2 } } },
  )
  await (await bench.chat({ model: 'm' })).text()
  const { record } = await bench.closed()
  const [first, second, third] = record.attempts ?? []
  expect(first).toMatchObject({ dns_ms: 0, tls_ms: 0, connect_ms: expect.any(Number) })
  // the connection of the first attempt is used again
  expect(second).not.toHaveProperty('connect_ms')
  expect(Number(second?.start_ms) - Number(first?.start_ms)).toBeGreaterThanOrEqual(100)
  expect(Number(third?.start_ms)).toBeGreaterThan(Number(second?.start_ms))
  expect(third?.first_byte_ms).toBeGreaterThan(50)
  expect(third?.stream_ms).toBeGreaterThan(50)
  expect(record.latency_ms).toBeGreaterThan(Number(third?.start_ms) + 110)
})
