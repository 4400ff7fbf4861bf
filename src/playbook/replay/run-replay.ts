import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../kernel/index.ts'
import type { CallResult } from './call-result.ts'
import type { Price } from './compare.ts'
import { type EntrySource, JournalTail } from './journal-tail.ts'
import { type CallsProgress, makeCalls } from './make-calls.ts'
import type { ReplayPlan } from './plan.ts'
import { type Reconciliation, reconcile } from './reconcile.ts'
import { type RelayAccess, rawSender } from './send-raw.ts'
import { StoredRows } from './stored-rows.ts'

/** Where a replay goes and what it checks itself against. */
export interface ReplayTarget extends RelayAccess {
  /** Address of the Elasticsearch API. */
  readonly search: string
  /** The relay's journal from now on. */
  readonly journal: EntrySource
  readonly costNanoUsd: Price
}

export interface ReplayOptions {
  readonly concurrency: number
  /** Calls through the official `openai` SDK instead of plain HTTP. */
  readonly sdk: boolean
  readonly clock: Clock
  readonly onProgress: (progress: CallsProgress) => void
}

export interface ReplayOutcome {
  readonly run: string
  /** Wall time of the calls, without the reconciliation. */
  readonly seconds: number
  /** The replay's own list, in the order of the plan. */
  readonly results: readonly CallResult[]
  readonly reconciliation: Reconciliation
}

/** Longest wait for records of calls that have ended: to be closed, and to be searchable. */
const SETTLE_MS = 60_000
const SETTLE_PAUSE_MS = 100

/** Without news for so long, what is open stays open: the differences will name it. */
const JOURNAL_QUIET_MS = 15_000

/** Makes the calls of the plan and compares them with the journal and the store. */
export async function runReplay(
  plan: ReplayPlan,
  target: ReplayTarget,
  options: ReplayOptions,
): Promise<ReplayOutcome> {
  const { clock } = options
  const tail = new JournalTail(target.journal, plan.run)
  const startMs = clock.monotonicMs()
  const results = await makeAllCalls(plan, target, options)
  const seconds = (clock.monotonicMs() - startMs) / 1_000

  await waitUntil(clock, JOURNAL_QUIET_MS, () => isSettled(tail, results))
  await tail.end()
  const journal = tail.view
  const stored = new StoredRows(target.search, plan.run)
  await waitUntil(clock, SETTLE_MS, async () => {
    const count = await stored.count().catch(() => -1)
    return count >= journal.closed.length
  })
  const ids = [...new Set(journal.closed.map(({ request_id = '' }) => request_id))]
  const reconciliation = reconcile({
    results,
    journal,
    rows: await stored.rows(ids),
    totals: await stored.totals(),
    costNanoUsd: target.costNanoUsd,
  })
  return { run: plan.run, seconds, results, reconciliation }
}

async function makeAllCalls(
  plan: ReplayPlan,
  target: ReplayTarget,
  options: ReplayOptions,
): Promise<readonly CallResult[]> {
  if (options.sdk) {
    // loaded only when it is asked for: it takes longer than all the rest of the command line
    const { sdkSender } = await import('./send-sdk.ts')
    return makeCalls(plan, sdkSender(plan, target), options)
  }
  const raw = rawSender(plan, target, options.concurrency)
  try {
    return await makeCalls(plan, raw.send, options)
  } finally {
    await raw.close()
  }
}

/** Every answered call has its record, and nothing that was opened is open any more. */
function isSettled(tail: JournalTail, results: readonly CallResult[]): boolean {
  const { opened, closed } = tail.view
  const ids = new Set(closed.map(({ request_id }) => request_id))
  return (
    results.every(
      ({ ending, requestId }) =>
        ending !== 'answered' || requestId === undefined || ids.has(requestId),
    ) && [...opened].every((id) => ids.has(id))
  )
}

async function waitUntil(
  clock: Clock,
  limitMs: number,
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  const untilMs = clock.monotonicMs() + limitMs
  while (!(await isTrue()) && clock.monotonicMs() < untilMs) await sleep(SETTLE_PAUSE_MS)
}
