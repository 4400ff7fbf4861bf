import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { WIRES } from './provider-answers.ts'
import {
  type RelayBench,
  STREAM_HEADERS,
  sendStream,
  startRelay,
  stopRelays,
} from './relay-fixture.ts'
import { failing } from './target-bench.ts'
import type { Answer } from './test-provider.ts'

afterEach(stopRelays)

const { events, errorEvent } = WIRES.google

/** Calls Gemini's stream as one list of JSON, which it is without `alt=sse`. */
function callList(bench: RelayBench): Promise<Response> {
  return bench.post('/v1beta/models/m:streamGenerateContent', {
    contents: [{ parts: [{ text: 'a' }] }],
  })
}

function startList(answer: Answer, kind: 'google' | 'openai' = 'google'): Promise<RelayBench> {
  return startRelay({
    relay: { retry: { attempts: 2, base_ms: 5 }, timeouts: { idle_ms: 300 } },
    providers: { host: { kind, answer } },
    models: { m: { target: 'host/m' } },
  })
}

function begin(then: (response: Parameters<Answer>[0]) => void): Answer {
  return (response) => {
    response.writeHead(200, STREAM_HEADERS)
    response.write(events[0], () => then(response))
  }
}

async function listOf(response: Response): Promise<readonly Readonly<Record<string, unknown>>[]> {
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  return (await response.json()) as readonly Readonly<Record<string, unknown>>[]
}

describe('a stream as a list', () => {
  it.each(['google', 'openai'] as const)(
    'holds all that a provider of %s has said',
    async (kind) => {
      const bench = await startList(
        (response) => sendStream(response, kind === 'google' ? events : WIRES.openai.events),
        kind,
      )
      const response = await callList(bench)
      const list = await listOf(response)
      expect(JSON.stringify(list)).toContain('bạn 你好')
      expect(list.length).toBeGreaterThanOrEqual(3)
      await expectClosed(bench, requestIdOf(response), { outcome: 'ok', output_tokens: 20 })
      await expectIdle(bench)
    },
  )

  it.each<readonly [string, Answer]>([
    ['ends before its first word', (response) => sendStream(response, [])],
    ['ends within its first event', (response) => sendStream(response, ['data: {"cand'])],
    ['begins with an error', (response) => sendStream(response, [errorEvent('no', 503)])],
    [
      'is an error without its blank line',
      (response) => sendStream(response, [errorEvent('no', 503).trim()]),
    ],
  ])('that %s is asked for again', async (_, fail) => {
    const bench = await startList(failing(1, fail, (response) => sendStream(response, events)))
    const response = await callList(bench)
    expect(await listOf(response)).toHaveLength(events.length)
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'ok',
      attempts: [{ decision: 'retried' }, { decision: 'answered' }],
    })
    await expectIdle(bench)
  })

  it.each<readonly [string, Answer, number]>([
    ['breaks off', begin((response) => response.socket?.resetAndDestroy()), 502],
    ['ends too early', begin((response) => response.end()), 502],
    ['ends within an event', begin((response) => response.end('data: {"half')), 502],
    ['falls silent', begin(() => undefined), 504],
    ['brings an error', begin((response) => response.end(errorEvent('no', 503))), 503],
    [
      'brings an error with a key in it',
      begin((response) => response.end(errorEvent('sk-abcdefghijkl', 503))),
      503,
    ],
  ])('that %s ends with an error for its last item', async (_, answer, code) => {
    const bench = await startList(answer)
    const response = await callList(bench)
    const list = await listOf(response)
    expect(list).toHaveLength(2)
    expect(list[1]).toMatchObject({ error: { code, message: expect.any(String) } })
    expect(JSON.stringify(list)).not.toContain('sk-abc')
    await expectClosed(bench, requestIdOf(response), { attempts: [{ decision: 'broke_off' }] })
    await expectIdle(bench)
  })
})
