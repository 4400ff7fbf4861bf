import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import {
  byName,
  type CallerForm,
  callAs,
  providerOf,
  readError,
  startForms,
  WHOLE_FORMS,
} from './caller-forms.ts'
import { defaultAnswer } from './provider-answers.ts'
import {
  chunk,
  type RelayBench,
  STREAM_HEADERS,
  sendStream,
  startRelay,
  stopRelays,
} from './relay-fixture.ts'
import { refuse, resetConnection } from './target-bench.ts'
import type { Answer } from './test-provider.ts'

afterEach(stopRelays)

function limitHeaders(response: Response) {
  return Object.fromEntries(
    [...response.headers].filter(([name]) => /^x-ratelimit|^retry-after/.test(name)),
  )
}

describe.each(byName(WHOLE_FORMS))('the limits of a key that calls by %s', (_, form) => {
  it('refuse the call that is one too many, in the shape of the protocol', async () => {
    const bench = await startForms()
    const key = bench.createKey({ name: 'k', limits: { requestsPerMinute: 2 } })
    const first = await callAs(bench, form, { key })
    expect(first.status).toBe(200)
    expect(limitHeaders(first)).toMatchObject({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': expect.stringMatching(/^\d+(\.\d+)?s$/),
    })
    await first.text()
    await (await callAs(bench, form, { key })).text()
    const refused = await callAs(bench, form, { key })
    expect(refused.status).toBe(429)
    const headers = limitHeaders(refused)
    expect(headers['x-ratelimit-remaining-requests']).toBe('0')
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(headers['retry-after-ms'])).toBeGreaterThan(25_000)
    expect(refused.headers.get('x-should-retry')).toBeNull()
    const error = readError(form.protocol, 429, await refused.json())
    expect(error.code).toBe('rate_limit_exceeded')
    expect(error.message).toContain('the key k has reached its limit of 2 requests a minute')
    await expectClosed(bench, requestIdOf(refused), {
      outcome: 'refused_limit',
      status_code: 429,
      error_type: 'rate_limit_exceeded',
      key_name: 'k',
      model: form.model,
      attempt_count: 0,
    })
    expect(providerOf(bench, form).received).toHaveLength(2)
    expect((await callAs(bench, form)).status).toBe(200)
  })

  it('count tokens, by what the provider says in the end', async () => {
    const bench = await startForms()
    const key = bench.createKey({ name: 'k', limits: { tokensPerMinute: 1_000 } })
    await (await callAs(bench, form, { key })).text()
    const { headers } = await callAs(bench, form, { key })
    // 120 were used; what the second is thought to need is taken already
    const remaining = Number(headers.get('x-ratelimit-remaining-tokens'))
    expect(headers.get('x-ratelimit-limit-tokens')).toBe('1000')
    expect(remaining).toBeGreaterThan(800)
    expect(remaining).toBeLessThan(881)
  })
})

it('the headers of a limit take the place of those of the provider', async () => {
  const bench = await startRelay({ limits: { each_key: { requests_per_minute: 100 } } })
  bench.provider.answer = (response) => {
    const limits = { 'x-ratelimit-limit-requests': '7', 'x-ratelimit-limit-tokens': '9' }
    response.writeHead(200, { 'content-type': 'application/json', ...limits })
    response.end('{"choices":[]}')
  }
  const { headers } = await bench.chat()
  expect(headers.get('x-ratelimit-limit-requests')).toBe('100')
  expect(headers.get('x-ratelimit-limit-tokens')).toBe('9')
})

const ENDS: Readonly<Record<string, Answer>> = {
  'an answer': defaultAnswer('openai'),
  'an error of the provider': refuse(400),
  'a broken connection': resetConnection,
  HTML: (response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<p>')
  },
  'a provider that hangs': () => undefined,
  'a stream that breaks off': (response) => sendStream(response, [chunk({ content: 'a' })]),
}

describe('the place of a call under way', () => {
  it('is taken until it has ended', async () => {
    const bench = await startRelay({
      limits: { each_key: { concurrent: 1 } },
      models: { other: { target: 'fake/o', limits: { concurrent: 1 } } },
    })
    let goOn: (() => void) | undefined
    bench.provider.answer = (response, received) => {
      goOn = () => defaultAnswer()(response, received)
    }
    const first = bench.chat()
    await expect.poll(() => goOn).toBeDefined()
    const refused = await bench.chat()
    expect(refused.status).toBe(429)
    expect(limitHeaders(refused)).toMatchObject({ 'retry-after': '1', 'retry-after-ms': '1000' })
    expect(await refused.json()).toMatchObject({
      error: { message: expect.stringContaining('1 concurrent calls') },
    })
    goOn?.()
    expect((await first).status).toBe(200)
    bench.provider.answer = defaultAnswer()
    expect((await bench.chat()).status).toBe(200)
  })

  it.each(Object.keys(ENDS))('is free again after %s', async (name) => {
    const bench = await startRelay({
      relay: { retry: { attempts: 1 }, timeouts: { first_byte_ms: 150 } },
      limits: { each_key: { concurrent: 1 }, teams: { red: { concurrent: 1 } } },
    })
    bench.provider.answer = ENDS[name]!
    for (let call = 0; call < 3; call++) {
      const response = await bench.chat({ stream: name.includes('stream') })
      expect(response.status).not.toBe(429)
      await response.text()
    }
    await expectIdle(bench)
  })

  it('is free again after a refusal', async () => {
    const bench = await startRelay({ limits: { each_key: { concurrent: 1 } } })
    const bodies = ['{', '{"model":"none"}', '{"model":"small","stream":1}']
    for (const body of bodies) await (await bench.chat({}, { body })).text()
    const headers = { 'x-bellwether-cache': 'nonsense' }
    expect((await bench.chat({}, { headers })).status).toBe(400)
    expect((await bench.chat()).status).toBe(200)
  })

  it.each(['waits', 'reads'])('is free again after a caller who %s has left', async (phase) => {
    const bench = await startRelay({ limits: { each_key: { concurrent: 1 } } })
    let end: (() => void) | undefined
    bench.provider.answer = (response) => {
      if (phase === 'reads') {
        response.writeHead(200, STREAM_HEADERS)
        response.write(chunk({ content: 'a' }))
      }
      end = () => response.destroy()
    }
    const leaving = new AbortController()
    const call = bench.chat({ stream: true }, { signal: leaving.signal })
    if (phase === 'reads') await (await call).body?.getReader().read()
    await expect.poll(() => end).toBeDefined()
    leaving.abort()
    await call.catch(() => undefined)
    end?.()
    await bench.closed()
    await expectServed(bench)
  })
})

async function expectServed(bench: RelayBench): Promise<void> {
  bench.provider.answer = defaultAnswer()
  expect((await bench.chat()).status).toBe(200)
  await expectIdle(bench)
}

it('a model and a team have limits of their own, over all keys', async () => {
  const bench = await startRelay({
    limits: { teams: { red: { requests_per_minute: 3 } } },
    models: { rare: { target: 'fake/r', limits: { requests_per_minute: 1 } } },
  })
  const [form] = WHOLE_FORMS as [CallerForm]
  const other = bench.createKey({ name: 'other', team: 'red' })
  const alien = bench.createKey({ name: 'alien', team: 'blue' })
  expect((await callAs(bench, form, { model: 'rare' })).status).toBe(200)
  const byModel = await callAs(bench, form, { model: 'rare', key: alien })
  expect(byModel.status).toBe(429)
  expect(await byModel.text()).toContain('the model rare')
  expect((await callAs(bench, form)).status).toBe(200)
  expect((await callAs(bench, form, { key: other })).status).toBe(200)
  const byTeam = await callAs(bench, form, { key: other })
  expect(byTeam.status).toBe(429)
  expect(await byTeam.text()).toContain('the team red')
  expect((await callAs(bench, form, { key: alien })).status).toBe(200)
})
