import type { CallRecord } from '../../record/index.ts'
import type { CallResult } from './call-result.ts'
import {
  type Comparison,
  compareCalls,
  compareGood,
  compareTotals,
  type Good,
  type Price,
} from './compare.ts'
import { Differences } from './differences.ts'
import type { JournalView } from './journal-tail.ts'
import { nanoUsd, type StoredRow, type StoredTotals } from './stored-rows.ts'
import { explainUnanswered } from './unanswered.ts'

/** The three accounts of the same calls, and what the calls should have cost. */
export interface Accounts {
  readonly results: readonly CallResult[]
  readonly journal: JournalView
  /** Rows of the store for the ids the journal has closed. */
  readonly rows: readonly StoredRow[]
  /** Sums by model as the store makes them. */
  readonly totals: ReadonlyMap<string, StoredTotals>
  readonly costNanoUsd: Price
}

/** The outcome of a reconciliation. */
export interface Reconciliation {
  /** True when all three accounts agree and every call is explained. */
  readonly exact: boolean
  readonly comparisons: readonly Comparison[]
  /** How calls that got no whole answer are explained by the journal, with their number. */
  readonly unanswered: Readonly<Record<string, number>>
  /** What is off, one sentence each. */
  readonly differences: readonly string[]
}

/**
 * Compares what the callers saw with the journal and with the store: each answered call exactly
 * once in both, each opened call closed, tokens and cost equal call by call and in sum.
 */
export function reconcile(accounts: Accounts): Reconciliation {
  const { results, journal, rows } = accounts
  const differences = new Differences()
  const records = onlyOnce(journal.closed, (id) => differences.add(id, 'is closed twice'))
  const rowsById = onlyOnce(rows, (id) => differences.add(id, 'is in the store twice'))

  checkOpened(journal.opened, records, differences)
  checkOwners(results, records, differences)
  checkRows(records, rowsById, differences)
  const answered = results.filter(({ ending }) => ending === 'answered')
  const good = answered.flatMap((result): Good[] => {
    const record = records.get(result.requestId ?? '')
    checkAnswered(result, record, differences)
    const row = rowsById.get(result.requestId ?? '')
    return isGood(result) ? [{ result, record, row }] : []
  })
  for (const call of good) checkTokens(call, differences)
  const comparisons = [
    ...compareCalls(answered, records, rowsById),
    ...compareGood(good, accounts.costNanoUsd),
    ...compareTotals(records, accounts.totals),
  ]
  for (const comparison of comparisons) checkEqual(comparison, differences)
  const unanswered = explainUnanswered(results, records, differences)
  return {
    exact: differences.sentences.length === 0,
    comparisons,
    unanswered,
    differences: differences.sentences,
  }
}

function onlyOnce<T extends { readonly request_id?: string | undefined }>(
  all: readonly T[],
  twice: (id: string) => void,
): ReadonlyMap<string, T> {
  const byId = new Map<string, T>()
  for (const each of all) {
    const id = each.request_id ?? ''
    if (byId.has(id)) twice(id)
    byId.set(id, each)
  }
  return byId
}

function checkOpened(
  opened: ReadonlySet<string>,
  records: ReadonlyMap<string, CallRecord>,
  differences: Differences,
): void {
  for (const id of opened) if (!records.has(id)) differences.add(id, 'was opened and never closed')
}

/** Each record belongs to one call, and no call has two. */
function checkOwners(
  results: readonly CallResult[],
  records: ReadonlyMap<string, CallRecord>,
  differences: Differences,
): void {
  const known = new Set(results.map(({ traceId }) => traceId))
  const seen = new Set<string>()
  for (const [id, { trace_id = '' }] of records) {
    if (!known.has(trace_id)) differences.add(id, `belongs to no call (trace ${trace_id})`)
    if (seen.has(trace_id)) differences.add(id, `is a second record of call ${trace_id}`)
    seen.add(trace_id)
  }
}

function checkAnswered(
  result: CallResult,
  record: CallRecord | undefined,
  differences: Differences,
): void {
  const { requestId, status, traceId } = result
  if (requestId === undefined) differences.add(traceId, 'was answered without x-request-id')
  else if (record === undefined)
    differences.add(requestId, 'was answered and is not in the journal')
  else if (record.status_code !== status) {
    differences.add(requestId, `was answered ${status}, the record says ${record.status_code}`)
  }
}

const COMPARED = ['model', 'outcome', 'status_code', 'prompt_tokens', 'completion_tokens'] as const

/** The store says of each record what the journal says. */
function checkRows(
  records: ReadonlyMap<string, CallRecord>,
  rows: ReadonlyMap<string, StoredRow>,
  differences: Differences,
): void {
  for (const [id, record] of records) {
    const row = rows.get(id)
    if (row === undefined) {
      differences.add(id, 'is in the journal and not in the store')
      continue
    }
    for (const field of COMPARED) {
      if (record[field] !== row[field]) {
        differences.add(
          id,
          `${field} is ${record[field]} in the journal, ${row[field]} in the store`,
        )
      }
    }
    if (nanoUsd(record.cost_usd ?? 0) !== nanoUsd(row.cost_usd ?? 0)) {
      differences.add(id, `costs ${record.cost_usd} in the journal, ${row.cost_usd} in the store`)
    }
  }
}

function isGood({ status, error, fault }: CallResult): boolean {
  return status === 200 && error === undefined && fault === undefined
}

function checkTokens({ result, record }: Good, differences: Differences): void {
  const { promptTokens, completionTokens, seenPromptTokens, seenCompletionTokens } = result
  const id = result.requestId ?? result.traceId
  const expected = `${promptTokens}+${completionTokens}`
  const recorded = `${record?.prompt_tokens}+${record?.completion_tokens}`
  const seen = `${seenPromptTokens}+${seenCompletionTokens}`
  if (recorded !== expected)
    differences.add(id, `is recorded with ${recorded} tokens, not ${expected}`)
  if (seenPromptTokens !== undefined && seen !== expected) {
    differences.add(id, `was answered with ${seen} tokens, not ${expected}`)
  }
}

function checkEqual(
  { what, unit, calls, journal, store }: Comparison,
  differences: Differences,
): void {
  if ((calls === undefined || calls === journal) && journal === store) return
  const counted = calls === undefined ? '' : `${calls} by the calls, `
  differences.add(
    what,
    `differs: ${counted}${journal} in the journal, ${store} in the store (${unit})`,
  )
}
