import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { readError } from './caller-forms.ts'
import { sendStream, stopRelays } from './relay-fixture.ts'
import {
  answerWell,
  callsOf,
  providerCalled,
  refuse,
  resetConnection,
  startTargets,
} from './target-bench.ts'
import type { Answer } from './test-provider.ts'

afterEach(stopRelays)

const compressedError: Answer = (response) => {
  response.writeHead(500, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  response.end(gzipSync('{"error":{"message":"no"}}'))
}

it.each<readonly [string, Answer]>([
  ['an error', refuse(500)],
  ['an error that comes compressed', compressedError],
  ['a broken connection', resetConnection],
  ['a stream that ends too early', (response) => sendStream(response, ['data: {}\n\n'])],
  ['a provider that hangs', () => undefined],
])('a bug of the relay that shows with %s costs that call alone', async (_, answer) => {
  const bench = await startTargets(
    { one: { answer } },
    {
      relay: { retry: { attempts: 2 }, timeouts: { first_byte_ms: 200 } },
      limits: { each_key: { concurrent: 1 } },
      // a call asks for chance when it has to wait before its retry
      random: () => {
        throw new Error('a bug')
      },
    },
  )
  const response = await bench.chat({ model: 'm' })
  expect(response.status).toBe(500)
  expect(readError('openai', 500, await response.json()).code).toBe('relay_error')
  await expectClosed(bench, requestIdOf(response), {
    outcome: 'relay_error',
    status_code: 500,
    error_type: 'relay_bug',
    attempt_count: 1,
  })
  expect(bench.log()).toContain('a bug')
  await expectIdle(bench)
  // its place in the limit is free again
  providerCalled(bench, 'one').answer = answerWell
  expect((await bench.chat({ model: 'm' })).status).toBe(200)
})

it('a call that waits for its retry when the relay stops is closed as such', async () => {
  const bench = await startTargets(
    { one: { answer: refuse(503, { 'retry-after': '3' }) } },
    { relay: { retry: { attempts: 2 } } },
  )
  const call = bench.chat({ model: 'm' })
  await expect.poll(() => callsOf(bench, 'one')).toBe(1)
  await sleep(50)
  await bench.relay.close(50)
  const response = await call
  expect(response.status).toBe(503)
  expect(readError('openai', 503, await response.json()).code).toBe('relay_shutdown')
  await expectClosed(bench, requestIdOf(response), {
    outcome: 'relay_error',
    error_type: 'relay_shutdown',
    provider: 'one',
    attempts: [{ status: 503, decision: 'retried' }],
  })
})
