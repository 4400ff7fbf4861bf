import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { defaultAnswer } from './provider-answers.ts'
import {
  type BenchSettings,
  type RelayBench,
  STREAM_EVENTS,
  STREAM_HEADERS,
  startRelay,
  stopRelays,
} from './relay-fixture.ts'
import { breakersOf, callsOf, failing, providerCalled, refuse } from './target-bench.ts'

afterEach(stopRelays)

const TO_ONE = { m: { target: 'one/m' } }
const TO_TWO = { m: { target: 'two/m' } }

function startTwo(settings: BenchSettings = {}): Promise<RelayBench> {
  return startRelay({ providers: { one: {}, two: {} }, models: TO_ONE, ...settings })
}

/** A stream that has begun at provider `one`, and its rest. */
async function beginStream(bench: RelayBench) {
  let finish: (() => void) | undefined
  providerCalled(bench, 'one').answer = (response) => {
    response.writeHead(200, STREAM_HEADERS)
    response.write(STREAM_EVENTS[1])
    finish = () => response.end(STREAM_EVENTS.slice(2).join(''))
  }
  const response = await bench.chat({ model: 'm', stream: true })
  return { response, finish: () => finish?.() }
}

describe('a reload', () => {
  it('lets a stream go on, and sends the calls that come to the new target', async () => {
    const bench = await startTwo()
    const { response, finish } = await beginStream(bench)
    bench.reload({ providers: { two: {} }, models: TO_TWO })
    const next = await bench.chat({ model: 'm' })
    expect(next.headers.get('x-bellwether-provider')).toBe('two')
    expect(await providerCalled(bench, 'one').connections()).toBe(1)
    finish()
    const text = await response.text()
    expect(text).toContain('bạn 你好')
    expect(text).toContain('[DONE]')
    await expectClosed(bench, requestIdOf(response), { outcome: 'ok', target: 'one/m' })
    // the pool of the provider that is gone closes with its last call
    await expect.poll(() => providerCalled(bench, 'one').connections()).toBe(0)
    await expectIdle(bench)
  })

  it('closes the idle connections to a provider that is gone', async () => {
    const bench = await startTwo()
    await (await bench.chat({ model: 'm' })).text()
    expect(await providerCalled(bench, 'one').connections()).toBe(1)
    bench.reload({ providers: { two: {} }, models: TO_TWO })
    await expect.poll(() => providerCalled(bench, 'one').connections()).toBe(0)
  })

  it('keeps the connections to a provider that has not changed', async () => {
    const bench = await startTwo()
    await (await bench.chat({ model: 'm' })).text()
    bench.reload({ models: { ...TO_ONE, another: { target: 'two/a' } } })
    await (await bench.chat({ model: 'm' })).text()
    const { record } = await bench.closed()
    expect(await providerCalled(bench, 'one').connections()).toBe(1)
    const closed = (await bench.entries()).filter(({ kind }) => kind === 'close')
    expect(record.attempts?.[0]).toHaveProperty('connect_ms')
    expect(closed[1]?.record.attempts?.[0]).not.toHaveProperty('connect_ms')
    expect((await bench.chat({ model: 'another' })).status).toBe(200)
  })

  it('sends another credential from then on', async () => {
    const bench = await startTwo({ providers: { one: { apiKey: 'before' }, two: {} } })
    await (await bench.chat({ model: 'm' })).text()
    bench.reload({ providers: { one: { apiKey: 'afterwards' }, two: {} } })
    await (await bench.chat({ model: 'm' })).text()
    const sent = providerCalled(bench, 'one').received.map(({ headers }) => headers.authorization)
    expect(sent).toEqual(['Bearer before', 'Bearer afterwards'])
  })

  it('takes a model away from the calls that come', async () => {
    const bench = await startTwo()
    const { response, finish } = await beginStream(bench)
    bench.reload({ models: {} })
    expect((await bench.chat({ model: 'm' })).status).toBe(404)
    finish()
    expect(await response.text()).toContain('[DONE]')
  })

  it('keeps what limits have counted, and applies the new ones at once', async () => {
    const bench = await startTwo({ limits: { each_key: { requests_per_minute: 4 } } })
    await (await bench.chat({ model: 'm' })).text()
    await (await bench.chat({ model: 'm' })).text()
    bench.reload({ limits: { each_key: { requests_per_minute: 3 } } })
    const third = await bench.chat({ model: 'm' })
    expect(third.status).toBe(200)
    expect(third.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect((await bench.chat({ model: 'm' })).status).toBe(429)
    bench.reload({ limits: {} })
    expect((await bench.chat({ model: 'm' })).status).toBe(200)
  })

  it('keeps a call counted that is under way', async () => {
    const bench = await startTwo({ limits: { each_key: { concurrent: 1 } } })
    const { response, finish } = await beginStream(bench)
    bench.reload({ limits: { each_key: { concurrent: 1 } }, models: TO_TWO })
    expect((await bench.chat({ model: 'm' })).status).toBe(429)
    finish()
    await response.text()
    expect((await bench.chat({ model: 'm' })).status).toBe(200)
  })

  it('keeps the breaker of a target that has not changed', async () => {
    const relay = { breaker: { min_calls: 2, failure_percent: 50 }, retry: { attempts: 1 } }
    const bench = await startTwo({ relay })
    providerCalled(bench, 'one').answer = refuse(500)
    for (let call = 0; call < 3; call++) await (await bench.chat({ model: 'm' })).text()
    bench.reload({ relay, models: { ...TO_ONE, another: { target: 'two/a' } } })
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'open' })
    expect((await bench.chat({ model: 'm' })).status).toBe(503)
    // another credential may be what was wrong
    bench.reload({ relay, providers: { one: { apiKey: 'another' }, two: {} } })
    expect(await breakersOf(bench)).toMatchObject({ 'one/m': 'closed' })
  })

  it('lets a call that waits for its retry end as it began', async () => {
    const bench = await startTwo({ relay: { retry: { attempts: 2 } } })
    providerCalled(bench, 'one').answer = failing(
      1,
      refuse(503, { 'retry-after-ms': '300' }),
      defaultAnswer(),
    )
    const call = bench.chat({ model: 'm' })
    await expect.poll(() => callsOf(bench, 'one')).toBe(1)
    await sleep(50)
    bench.reload({ providers: { two: {} }, models: TO_TWO })
    const response = await call
    expect(response.status).toBe(200)
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'ok',
      attempts: [{ decision: 'retried' }, { target: 'one/m', decision: 'answered' }],
    })
    await expect.poll(() => providerCalled(bench, 'one').connections()).toBe(0)
    await expectIdle(bench)
  })

  it('in the middle of much traffic costs no call', async () => {
    const bench = await startTwo()
    const traffic = new AbortController()
    const statuses: number[] = []
    const caller = async () => {
      while (!traffic.signal.aborted) {
        const response = await bench.chat({ model: 'm' })
        await response.text()
        statuses.push(response.status)
      }
    }
    const callers = Array.from({ length: 8 }, caller)
    for (let turn = 0; turn < 20; turn++) {
      await sleep(15)
      const name = turn % 2 === 0 ? 'two' : 'one'
      bench.reload({ providers: { [name]: {} }, models: { m: { target: `${name}/m` } } })
    }
    traffic.abort()
    await Promise.all(callers)
    expect(new Set(statuses)).toEqual(new Set([200]))
    const closed = (await bench.entries()).filter(({ kind }) => kind === 'close')
    expect(closed).toHaveLength(statuses.length)
    await expectIdle(bench, 8)
  })
})
