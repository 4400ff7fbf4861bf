import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { type RelayBench, stopRelays } from './relay-fixture.ts'
import {
  answerWell,
  breakersOf,
  callsOf,
  failing,
  providerCalled,
  refuse,
  startTargets,
} from './target-bench.ts'

afterEach(stopRelays)

const OPEN_MS = 400

const SETTINGS = {
  relay: {
    retry: { attempts: 1 },
    breaker: { min_calls: 4, failure_percent: 50, open_ms: OPEN_MS },
  },
}

async function callTimes(bench: RelayBench, times: number): Promise<number[]> {
  const statuses: number[] = []
  for (let call = 0; call < times; call++) {
    const response = await bench.chat({ model: 'm' })
    await response.text()
    statuses.push(response.status)
  }
  return statuses
}

async function healthOf(bench: RelayBench, name: string) {
  const { providers } = JSON.parse(await bench.page('/api/v1/status')) as {
    readonly providers: readonly { readonly name: string; readonly status: string }[]
  }
  return providers.find((each) => each.name === name)
}

describe('a target that fails too often', () => {
  it('is left alone, and calls go past it', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500) }, two: { priority: 1 } },
      SETTINGS,
    )
    expect(await callTimes(bench, 10)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(callsOf(bench, 'one')).toBe(4)
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'open', 'two/m': 'closed' })
    expect(await healthOf(bench, 'one')).toMatchObject({ status: 'down', error_rate: 1, calls: 4 })
    const response = await bench.chat({ model: 'm' })
    await expectClosed(bench, requestIdOf(response), {
      attempt_count: 1,
      attempts: [{ target: 'two/m', decision: 'answered' }],
    })
  })

  it('is tried again after a pause, and called by all once it has answered', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500) }, two: { priority: 1 } },
      SETTINGS,
    )
    await callTimes(bench, 4)
    providerCalled(bench, 'one').answer = answerWell
    await sleep(OPEN_MS + 50)
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'half_open' })
    await callTimes(bench, 5)
    expect(callsOf(bench, 'one')).toBe(9)
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'closed' })
  })

  it('is tried by one call alone, while all others go past it', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500) }, two: { priority: 1 } },
      SETTINGS,
    )
    await callTimes(bench, 4)
    const probe = Promise.withResolvers<() => void>()
    providerCalled(bench, 'one').answer = (response, received) =>
      probe.resolve(() => answerWell(response, received))
    await sleep(OPEN_MS + 50)
    const probing = bench.chat({ model: 'm' })
    const goOn = await probe.promise
    expect(await callTimes(bench, 3)).toEqual([200, 200, 200])
    expect(callsOf(bench, 'one')).toBe(5)
    goOn()
    expect((await probing).headers.get('x-bellwether-provider')).toBe('one')
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'closed' })
  })

  it('is left alone for longer when it fails again', async () => {
    const bench = await startTargets(
      { one: { answer: refuse(500) }, two: { priority: 1 } },
      SETTINGS,
    )
    await callTimes(bench, 4)
    await sleep(OPEN_MS + 50)
    expect(await callTimes(bench, 1)).toEqual([200])
    expect(callsOf(bench, 'one')).toBe(5)
    await sleep(OPEN_MS + 50)
    await callTimes(bench, 1)
    expect(callsOf(bench, 'one')).toBe(5)
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'open' })
  })

  it('without another beside it is a 503 that says when to come back', async () => {
    const bench = await startTargets({ one: { answer: refuse(500) } }, SETTINGS)
    await callTimes(bench, 4)
    const response = await bench.chat({ model: 'm' })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      error: { code: 'all_targets_unavailable', param: null, type: 'server_error' },
    })
    expect(response.headers.get('retry-after')).toBe('1')
    const waitMs = Number(response.headers.get('retry-after-ms'))
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(1_000)
    // it was not asked: to try again later makes sense
    expect(response.headers.get('x-should-retry')).toBeNull()
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'upstream_error',
      status_code: 503,
      error_type: 'all_targets_unavailable',
      attempt_count: 0,
    })
    expect(callsOf(bench, 'one')).toBe(4)
    await expectIdle(bench)
    await sleep(waitMs + 50)
    providerCalled(bench, 'one').answer = answerWell
    expect(await callTimes(bench, 1)).toEqual([200])
  })
})

describe('a target is not held to be broken', () => {
  it.each([400, 401, 404, 422, 429])('because it answers %d', async (status) => {
    const bench = await startTargets({ one: { answer: refuse(status) } }, SETTINGS)
    await callTimes(bench, 8)
    expect(callsOf(bench, 'one')).toBe(8)
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'closed' })
  })

  it('because callers leave, and neither is its provider', async () => {
    const bench = await startTargets({ one: { answer: () => undefined } }, SETTINGS)
    for (let call = 0; call < 8; call++) {
      const call = bench.chat({ model: 'm' }, { signal: AbortSignal.timeout(50) })
      await expect(call).rejects.toThrow()
    }
    await expect.poll(() => callsOf(bench, 'one')).toBe(8)
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'closed' })
    expect(await healthOf(bench, 'one')).toMatchObject({ calls: 0, error_rate: 0, status: 'idle' })
  })

  it('because few of its calls fail', async () => {
    const bench = await startTargets({ one: {} }, SETTINGS)
    await callTimes(bench, 6)
    providerCalled(bench, 'one').answer = failing(5, refuse(500))
    expect(await callTimes(bench, 6)).toEqual([500, 500, 500, 500, 500, 200])
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'closed' })
  })
})
