import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../kernel/index.ts'
import type { CallResult, Reply, SendCall } from './call-result.ts'
import { type PlannedCall, plannedCall, type ReplayPlan } from './plan.ts'

export interface CallsProgress {
  readonly total: number
  readonly done: number
  /** Calls that did not end with a complete answer of status 200. */
  readonly failed: number
}

/** A relay that is being restarted is waited for this long; a call that was never sent is safe. */
const UNREACHED_LIMIT_MS = 30_000
const UNREACHED_PAUSE_MS = 50

/**
 * Makes the calls of the plan at their moments, at most `concurrency` at once, and returns what
 * became of each, in the order of the plan. A call for which no connection could be made is tried
 * again; one that was sent never is.
 */
export async function makeCalls(
  plan: ReplayPlan,
  send: SendCall,
  options: {
    readonly concurrency: number
    readonly clock: Clock
    readonly onProgress: (progress: CallsProgress) => void
  },
): Promise<readonly CallResult[]> {
  const { clock, concurrency, onProgress } = options
  const results: CallResult[] = []
  const startMs = clock.monotonicMs()
  let next = 0
  let failed = 0

  async function work(): Promise<void> {
    while (next < plan.calls) {
      const call = plannedCall(plan, next++)
      const waitMs = startMs + call.atMs - clock.monotonicMs()
      if (waitMs >= 1) await sleep(waitMs)
      const result = await makeCall(call, send, clock)
      results[call.number] = result
      if (result.ending !== 'answered' || result.status !== 200) failed++
      onProgress({ total: plan.calls, done: ++done, failed })
    }
  }

  let done = 0
  await Promise.all(Array.from({ length: Math.min(concurrency, plan.calls) }, work))
  return results
}

async function makeCall(call: PlannedCall, send: SendCall, clock: Clock): Promise<CallResult> {
  const startedMs = clock.nowMs()
  const beganMs = clock.monotonicMs()
  let reply: Reply = await send(call)
  while (reply.ending === 'unreached' && clock.monotonicMs() - beganMs < UNREACHED_LIMIT_MS) {
    await sleep(UNREACHED_PAUSE_MS)
    reply = await send(call)
  }
  return { ...call, ...reply, startedMs, durationMs: clock.monotonicMs() - beganMs }
}
