import { gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { expectIdle } from './after-call.ts'
import { ALL_FORMS, callAs, startForms } from './caller-forms.ts'
import { asksForStream, defaultAnswer, type ProtocolName, WIRES } from './provider-answers.ts'
import { type RelayBench, STREAM_HEADERS, stopRelays } from './relay-fixture.ts'
import type { Answer } from './test-provider.ts'

afterEach(stopRelays)

const CALLS = 600
const AT_ONCE = 30

/** Numbers from 0 to 1 that are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Everything that a provider of one protocol may do; the last is to answer well. */
function deeds(protocol: ProtocolName): readonly Answer[] {
  const { events, firstContent, errorBody, errorEvent, whole } = WIRES[protocol]
  const begin = events.slice(0, firstContent + 1).join('')
  const refusal = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => {
    return (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify(errorBody('no', status)))
    }
  }
  const said = (text: string, cut: boolean): Answer => {
    return (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(text, () => (cut ? response.socket?.resetAndDestroy() : response.end()))
    }
  }
  return [
    () => undefined,
    ({ socket }) => socket?.resetAndDestroy(),
    ({ socket }) => socket?.end('no HTTP\r\n\r\n'),
    refusal(500),
    refusal(429, { 'retry-after-ms': '30' }),
    refusal(503, { 'retry-after': '20' }),
    refusal(400),
    refusal(401),
    said(begin, true),
    said(begin, false),
    said(begin + errorEvent('no', 500), false),
    said(errorEvent('no', 500), false),
    said('data: {"half', false),
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(gzipSync(JSON.stringify(whole)).subarray(0, 40))
    },
    (response, received) => setTimeout(() => defaultAnswer(protocol)(response, received), 150),
    (response, received) => {
      if (!asksForStream(received)) defaultAnswer(protocol)(response, received)
      else {
        response.writeHead(200, STREAM_HEADERS)
        const left = [...events]
        const timer = setInterval(() => {
          const next = left.shift()
          if (next === undefined) response.end()
          else response.write(next)
        }, 15)
        response.once('close', () => clearInterval(timer))
      }
    },
    defaultAnswer(protocol),
  ]
}

function startChaos(random: () => number): Promise<RelayBench> {
  const all = ['fake/a', 'claude-host/b', 'gemini-host/c']
  return startForms({
    random,
    relay: {
      retry: { attempts: 3, base_ms: 5, total_ms: 1_500 },
      timeouts: { first_byte_ms: 200, idle_ms: 200, total_ms: 2_500 },
      breaker: { open_ms: 100, min_calls: 5 },
    },
    limits: { each_key: { concurrent: AT_ONCE + 64 } },
    models: {
      plain: { targets: all.map((target) => ({ target })) },
      tiers: { targets: all.map((target, priority) => ({ target, priority })) },
      hedged: {
        targets: all.map((target, priority) => ({ target, priority })),
        hedge: { after_ms: 40 },
      },
      cached: { targets: all.map((target) => ({ target })), cache: {} },
    },
  })
}

it('every call ends once, whatever providers and callers do', async () => {
  const random = seeded(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const bench = await startChaos(random)
  for (const [name, protocol] of [
    ['fake', 'openai'],
    ['claude-host', 'anthropic'],
    ['gemini-host', 'google'],
  ] as const) {
    const all = deeds(protocol)
    bench.providers[name]!.answer = (response, received) => {
      // half of the time nothing is wrong
      const deed = random() < 0.5 ? all.at(-1)! : pick(all)
      deed(response, received)
    }
  }
  const statuses = new Set<number>()
  const callOnce = async (number: number) => {
    const leaves = random() < 0.3 ? AbortSignal.timeout(Math.ceil(random() * 250)) : undefined
    const repeats = random() < 0.1 ? { 'idempotency-key': `k${number % 7}` } : {}
    const call = { model: pick(['plain', 'tiers', 'hedged', 'cached']), headers: repeats }
    try {
      const response = await callAs(bench, pick(ALL_FORMS), {
        ...call,
        ...(leaves !== undefined && { signal: leaves }),
      })
      statuses.add(response.status)
      await response.text()
    } catch {
      // he has left, or was cut off in the middle of an answer
    }
  }
  let next = 0
  const caller = async () => {
    while (next < CALLS) await callOnce(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, caller))
  await expectIdle(bench, AT_ONCE + 64)
  const entries = await bench.entries()
  const closes = entries.filter(({ kind }) => kind === 'close')
  const closed = new Set(closes.map(({ record }) => record.request_id))
  expect(closes).toHaveLength(closed.size)
  expect(closed).toEqual(new Set(entries.map(({ record }) => record.request_id)))
  expect(closes.filter(({ record }) => record.outcome === 'relay_error')).toEqual([])
  expect(bench.log()).not.toContain('"level":50')
  const decisions = closes.flatMap(({ record }) =>
    (record.attempts ?? []).map(({ decision }) => decision),
  )
  expect(new Set(decisions)).toEqual(
    new Set([
      ...['answered', 'retried', 'fell_back', 'gave_up', 'final'],
      ...['broke_off', 'hedge_lost', 'caller_left'],
    ]),
  )
  expect(statuses).toContain(200)
})
