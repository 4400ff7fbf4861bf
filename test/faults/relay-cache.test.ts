import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
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
import { defaultAnswer } from './provider-answers.ts'
import { chunk, type RelayBench, STREAM_HEADERS, sendStream, stopRelays } from './relay-fixture.ts'
import { refuse } from './target-bench.ts'

afterEach(stopRelays)

const CACHED = { 'x-bellwether-cache': 'true' }

const [OPENAI] = WHOLE_FORMS as [CallerForm]

function repeated(key: string) {
  return { headers: { 'idempotency-key': key } }
}

function cacheOf({ headers }: Response): string | null {
  return headers.get('x-bellwether-cache')
}

describe.each(byName(ALL_FORMS))('the cache for %s', (_, form) => {
  it('gives the same answer again, for nothing', async () => {
    const bench = await startForms()
    const first = await callAs(bench, form, { headers: CACHED })
    const text = await first.text()
    expect(cacheOf(first)).toBe('miss')
    const again = await callAs(bench, form, { headers: CACHED })
    expect([cacheOf(again), await again.text()]).toEqual(['hit', text])
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(Object.fromEntries(again.headers)).toMatchObject({
      'x-bellwether-provider': form.providerName,
      'x-bellwether-attempts': '0',
      'x-bellwether-cost-usd': '0',
    })
    expect(requestIdOf(again)).not.toBe(requestIdOf(first))
    const { record } = await expectClosed(bench, requestIdOf(first), { cache: 'miss' })
    await expectClosed(bench, requestIdOf(again), {
      outcome: 'cached',
      cache: 'hit',
      status_code: 200,
      attempt_count: 0,
      cost_usd: 0,
      cost_saved_usd: record.cost_usd,
    })
    expect(record.cost_usd).toBeGreaterThan(0)
    expect(providerOf(bench, form).received).toHaveLength(1)
    await expectIdle(bench)
  })
})

describe('the cache', () => {
  it('gives nothing across teams', async () => {
    const bench = await startForms()
    const mate = bench.createKey({ name: 'mate', team: 'red' })
    const alien = bench.createKey({ name: 'alien', team: 'blue' })
    const lonely = bench.createKey({ name: 'lonely' })
    const states: (string | null)[] = []
    for (const key of [bench.key, mate, alien, lonely, lonely]) {
      const response = await callAs(bench, OPENAI, { key, headers: CACHED })
      await response.text()
      states.push(cacheOf(response))
    }
    expect(states).toEqual(['miss', 'hit', 'miss', 'miss', 'hit'])
  })

  it('is on for a model whose configuration says so, unless the caller does not want it', async () => {
    const bench = await startForms({ models: { kept: { target: 'fake/k', cache: {} } } })
    const states: (string | null)[] = []
    for (const headers of [{}, {}, { 'x-bellwether-cache': 'no-store' }]) {
      const response = await callAs(bench, OPENAI, { model: 'kept', headers })
      await response.text()
      states.push(cacheOf(response))
    }
    expect(states).toEqual(['miss', 'hit', 'off'])
  })

  it('tells a stream from a whole answer', async () => {
    const bench = await startForms()
    await (await callAs(bench, OPENAI, { headers: CACHED })).text()
    const streamed = await callAs(bench, OPENAI, { headers: CACHED, body: { stream: true } })
    expect(await streamed.text()).toContain('data: [DONE]')
    expect(cacheOf(streamed)).toBe('miss')
  })

  it('keeps no error and no half of a stream', async () => {
    const bench = await startForms()
    bench.provider.answer = refuse(400)
    expect((await callAs(bench, OPENAI, { headers: CACHED })).status).toBe(400)
    bench.provider.answer = (response) => sendStream(response, [chunk({ content: 'half' })])
    const body = { stream: true }
    expect(await (await callAs(bench, OPENAI, { headers: CACHED, body })).text()).toContain('error')
    bench.provider.answer = defaultAnswer()
    for (const change of [{}, body]) {
      const response = await callAs(bench, OPENAI, { headers: CACHED, body: change })
      expect([response.status, cacheOf(response)]).toEqual([200, 'miss'])
      expect(await response.text()).not.toContain('half')
    }
  })

  it('is asked for in a way that can be understood, or the call is refused', async () => {
    const bench = await startForms()
    for (const form of WHOLE_FORMS) {
      const response = await callAs(bench, form, { headers: { 'x-bellwether-cache': 'maybe' } })
      expect(response.status).toBe(400)
      expect(readError(form.protocol, 400, await response.json()).code).toBe('invalid_header')
    }
  })
})

/** A provider that answers when it is told to. */
function held(bench: RelayBench): { readonly begun: () => boolean; goOn(): void } {
  let answer: (() => void) | undefined
  const good = defaultAnswer()
  bench.provider.answer = (response, received) => {
    answer = () => good(response, received)
  }
  return { begun: () => answer !== undefined, goOn: () => answer?.() }
}

describe('a call with an idempotency key', () => {
  it('is answered again with the same bytes, and paid once', async () => {
    const bench = await startForms()
    for (const form of ALL_FORMS) {
      const key = `k-${form.name}`
      const first = await callAs(bench, form, repeated(key))
      const text = await first.text()
      const again = await callAs(bench, form, repeated(key))
      expect([again.status, await again.text(), cacheOf(again)]).toEqual([200, text, 'idempotent'])
      await expectClosed(bench, requestIdOf(again), { outcome: 'cached', cost_usd: 0 })
      expect(providerOf(bench, form).received.at(-1)?.headers).not.toHaveProperty('idempotency-key')
    }
    const received = Object.values(bench.providers).map((provider) => provider.received.length)
    expect(received).toEqual([2, 2, 2])
  })

  it('is a conflict while the first is under way', async () => {
    const bench = await startForms()
    const { begun, goOn } = held(bench)
    const first = callAs(bench, OPENAI, repeated('k'))
    await expect.poll(begun).toBe(true)
    const second = await callAs(bench, OPENAI, repeated('k'))
    expect(second.status).toBe(409)
    expect(second.headers.get('retry-after')).toBe('1')
    expect(readError('openai', 409, await second.json()).code).toBe('idempotency_in_flight')
    await expectClosed(bench, requestIdOf(second), { outcome: 'bad_request', attempt_count: 0 })
    goOn()
    const text = await (await first).text()
    expect(await (await callAs(bench, OPENAI, repeated('k'))).text()).toBe(text)
  })

  it('is refused with another body', async () => {
    const bench = await startForms()
    await (await callAs(bench, OPENAI, repeated('k'))).text()
    const other = await callAs(bench, OPENAI, { ...repeated('k'), body: { temperature: 1 } })
    expect(other.status).toBe(422)
    expect(readError('openai', 422, await other.json()).code).toBe('idempotency_mismatch')
    const another = await callAs(bench, OPENAI, {
      ...repeated('k'),
      key: bench.createKey({ name: 'other', team: 'red' }),
      body: { temperature: 1 },
    })
    expect(another.status).toBe(200)
  })

  it('is called anew after a failure', async () => {
    const bench = await startForms()
    bench.provider.answer = refuse(503)
    expect((await callAs(bench, OPENAI, repeated('k'))).status).toBe(503)
    bench.provider.answer = defaultAnswer()
    const again = await callAs(bench, OPENAI, repeated('k'))
    expect([again.status, cacheOf(again)]).toEqual([200, 'off'])
    expect(bench.provider.received).toHaveLength(2)
  })

  it('whose caller was cut off gets the answer that was paid for', async () => {
    const bench = await startForms()
    const { begun, goOn } = held(bench)
    const leaving = new AbortController()
    const cut = callAs(bench, OPENAI, { ...repeated('k'), signal: leaving.signal })
    await expect.poll(begun).toBe(true)
    leaving.abort()
    await expect(cut).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await callAs(bench, OPENAI, repeated('k'))).status).toBe(409)
    goOn()
    await expectIdle(bench)
    bench.provider.answer = defaultAnswer()
    const again = await callAs(bench, OPENAI, repeated('k'))
    expect([again.status, cacheOf(again)]).toEqual([200, 'idempotent'])
    expect(await again.json()).toEqual(OPENAI.wire.whole)
    expect(bench.provider.received).toHaveLength(1)
  })

  it('whose stream was cut off in the middle by its caller gets all of it', async () => {
    const bench = await startForms()
    const form = ALL_FORMS[3]!
    const { events } = form.wire
    let finish: (() => void) | undefined
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(events.slice(0, 2).join(''))
      finish = () => response.end(events.slice(2).join(''))
    }
    const leaving = new AbortController()
    const cut = await callAs(bench, form, { ...repeated('k'), signal: leaving.signal })
    await cut.body?.getReader().read()
    leaving.abort()
    await new Promise((resolve) => setTimeout(resolve, 50))
    finish?.()
    await bench.closed()
    bench.provider.answer = defaultAnswer()
    const again = await callAs(bench, form, repeated('k'))
    expect(await again.text()).toBe(events.filter((each) => !each.includes('"usage"')).join(''))
    expect(bench.provider.received).toHaveLength(1)
  })

  it('that is empty or endless is refused', async () => {
    const bench = await startForms()
    const response = await callAs(bench, OPENAI, repeated('k'.repeat(257)))
    expect(response.status).toBe(400)
    expect(readError('openai', 400, await response.json()).code).toBe('invalid_idempotency_key')
  })
})
