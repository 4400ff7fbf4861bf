import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { systemClock } from '../../kernel/index.ts'
import type { Reply } from './call-result.ts'
import { makeCalls } from './make-calls.ts'
import type { ReplayPlan } from './plan.ts'

const plan: ReplayPlan = {
  run: 'run',
  trace: [0, 20, 40, 60].map((atMs) => ({ atMs, promptTokens: 1, completionTokens: 1 })),
  passages: [{ context: '', question: 'Why?' }],
  calls: 4,
  speed: 1,
  streamShare: 0,
  errorShare: 0,
  seed: 1,
}
const ANSWERED: Reply = { ending: 'answered', status: 200, requestId: 'req_1' }

function options(changes: object = {}) {
  return { concurrency: 10, clock: systemClock, onProgress: () => {}, ...changes }
}

it('makes each call once, at its moment, and keeps the order of the plan', async () => {
  const startMs = performance.now()
  const moments: number[] = []
  const results = await makeCalls(
    plan,
    async ({ number }) => {
      moments[number] = performance.now() - startMs
      await sleep((4 - number) * 10)
      return ANSWERED
    },
    options(),
  )
  expect(results.map(({ number }) => number)).toEqual([0, 1, 2, 3])
  for (const [number, moment] of moments.entries()) {
    expect(moment).toBeGreaterThanOrEqual(number * 20 - 2)
  }
})

it('never makes more calls at once than allowed', async () => {
  let now = 0
  let most = 0
  await makeCalls(
    { ...plan, calls: 12, speed: 1_000 },
    async () => {
      most = Math.max(most, ++now)
      await sleep(5)
      now--
      return ANSWERED
    },
    options({ concurrency: 3 }),
  )
  expect(most).toBe(3)
})

it('tries a call that reached nobody again, and no other', async () => {
  const sent: number[] = []
  const results = await makeCalls(
    { ...plan, calls: 2 },
    async ({ number }): Promise<Reply> => {
      sent.push(number)
      if (number === 1) return { ending: 'broken', error: 'ECONNRESET' }
      return sent.filter((each) => each === 0).length < 3 ? { ending: 'unreached' } : ANSWERED
    },
    options(),
  )
  expect(sent.filter((number) => number === 0)).toHaveLength(3)
  expect(sent.filter((number) => number === 1)).toHaveLength(1)
  expect(results.map(({ ending }) => ending)).toEqual(['answered', 'broken'])
})

it('tells how far it is and how many calls failed', async () => {
  const told: unknown[] = []
  await makeCalls(
    { ...plan, calls: 2 },
    async ({ number }) => ({ ...ANSWERED, status: number === 0 ? 429 : 200 }),
    options({ onProgress: (progress: unknown) => told.push(progress) }),
  )
  expect(told.at(-1)).toEqual({ total: 2, done: 2, failed: 1 })
})
