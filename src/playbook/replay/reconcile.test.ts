import { expect, it } from 'vitest'
import type { CallRecord } from '../../record/index.ts'
import type { CallResult } from './call-result.ts'
import { type Accounts, reconcile } from './reconcile.ts'
import type { StoredRow } from './stored-rows.ts'

function result(number: number, changes: Partial<CallResult> = {}): CallResult {
  return {
    number,
    atMs: 0,
    traceId: `run-${number}`,
    model: 'gpt-4o',
    stream: false,
    asksUsage: false,
    promptTokens: 100,
    completionTokens: 10,
    userId: 'user_1',
    app: 'reader',
    ending: 'answered',
    status: 200,
    requestId: `req_${number}`,
    seenPromptTokens: 100,
    seenCompletionTokens: 10,
    startedMs: 0,
    durationMs: 1,
    ...changes,
  }
}

function record(number: number, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    request_id: `req_${number}`,
    trace_id: `run-${number}`,
    model: 'gpt-4o',
    outcome: 'ok',
    status_code: 200,
    prompt_tokens: 100,
    completion_tokens: 10,
    tokens_used: 110,
    cost_usd: 0.00035,
    ...changes,
  }
}

const COST_NANO_USD = 350_000

/** Accounts in which the store holds what the journal holds. */
function accounts(
  results: readonly CallResult[],
  closed: readonly CallRecord[],
  changes: Partial<Accounts> = {},
): Accounts {
  const rows = closed.map((each) => ({ ...each }) as StoredRow)
  const sum = (amount: (each: CallRecord) => number | undefined) =>
    closed.reduce((total, each) => total + (amount(each) ?? 0), 0)
  return {
    results,
    journal: { opened: new Set(closed.map(({ request_id = '' }) => request_id)), closed },
    rows,
    totals: new Map([
      [
        'gpt-4o',
        {
          rows: closed.length,
          tokens: sum(({ tokens_used }) => tokens_used),
          costNanoUsd: Math.round(sum(({ cost_usd }) => cost_usd) * 1e9),
        },
      ],
    ]),
    costNanoUsd: () => COST_NANO_USD,
    ...changes,
  }
}

it('is exact when each call is once in journal and store with its tokens and cost', () => {
  const found = reconcile(accounts([result(1), result(2)], [record(1), record(2)]))
  expect(found).toMatchObject({ exact: true, differences: [], unanswered: {} })
  expect(found.comparisons).toContainEqual({
    what: 'cost gpt-4o',
    unit: 'nano-USD',
    calls: 2 * COST_NANO_USD,
    journal: 2 * COST_NANO_USD,
    store: 2 * COST_NANO_USD,
  })
})

it('explains a call that was cut off by the record of it', () => {
  const cut = result(1, { ending: 'broken' })
  const lost = record(1, { outcome: 'lost', cost_usd: 0, tokens_used: 0 })
  expect(reconcile(accounts([cut], [lost]))).toMatchObject({
    exact: true,
    unanswered: { 'recorded as lost': 1 },
  })
})

it('explains a call no relay admitted by the absence of a record', () => {
  const { requestId: _, status: __, ...never } = result(1, { ending: 'unreached' })
  expect(reconcile(accounts([never], []))).toMatchObject({
    exact: true,
    unanswered: { 'never admitted': 1 },
  })
})

const one = [result(1)]
const CASES: readonly [string, Accounts, string][] = [
  ['is answered and not in the journal', accounts(one, []), 'req_1 was answered and is not in'],
  [
    'is closed twice',
    accounts(one, [record(1), record(1)], { rows: [record(1) as StoredRow] }),
    'req_1 is closed twice',
  ],
  [
    'is in the store twice',
    accounts(one, [record(1)], { rows: [record(1) as StoredRow, record(1) as StoredRow] }),
    'req_1 is in the store twice',
  ],
  [
    'is in the journal and not in the store',
    accounts(one, [record(1)], { rows: [] }),
    'req_1 is in the journal and not in the store',
  ],
  [
    'was never closed',
    accounts(one, [record(1)], {
      journal: { opened: new Set(['req_1', 'req_9']), closed: [record(1)] },
    }),
    'req_9 was opened and never closed',
  ],
  [
    'belongs to no call',
    accounts(one, [record(1), record(2)]),
    'req_2 belongs to no call (trace run-2)',
  ],
  [
    'is a second record of one call',
    accounts(one, [record(1), record(2, { trace_id: 'run-1' })]),
    'req_2 is a second record of call run-1',
  ],
  [
    'was answered with another status',
    accounts(one, [record(1, { status_code: 502 })]),
    'req_1 was answered 200, the record says 502',
  ],
  [
    'was answered with other tokens',
    accounts([result(1, { seenCompletionTokens: 11 })], [record(1)]),
    'req_1 was answered with 100+11 tokens, not 100+10',
  ],
  [
    'is recorded with other tokens',
    accounts(one, [record(1, { completion_tokens: 11 })]),
    'req_1 is recorded with 100+11 tokens, not 100+10',
  ],
  [
    'costs one nano-USD too much',
    accounts(one, [record(1, { cost_usd: 0.000350001 })]),
    'cost gpt-4o differs: 350000 by the calls, 350001 in the journal, 350001 in the store (nano-USD)',
  ],
  [
    'is summed wrongly by the store',
    accounts(one, [record(1)], {
      totals: new Map([['gpt-4o', { rows: 1, tokens: 111, costNanoUsd: COST_NANO_USD }]]),
    }),
    'tokens in all differs: 110 in the journal, 111 in the store (tokens)',
  ],
  [
    'began to be answered and left no record',
    accounts([result(1, { ending: 'broken' })], []),
    'req_1 began to be answered and is not in the journal',
  ],
]

it.each(CASES)('finds a call that %s', (_, given, sentence) => {
  const found = reconcile(given)
  expect(found.exact).toBe(false)
  expect(found.differences).toContainEqual(expect.stringContaining(sentence))
})
