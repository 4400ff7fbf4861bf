import type { CallRecord } from '../../record/index.ts'
import type { CallResult } from './call-result.ts'
import { nanoUsd, type StoredRow, type StoredTotals } from './stored-rows.ts'

/** One line of the comparison: the same thing counted on each side. */
export interface Comparison {
  readonly what: string
  readonly unit: 'calls' | 'tokens' | 'nano-USD'
  /** Absent where the callers cannot know it. */
  readonly calls?: number
  readonly journal: number
  readonly store: number
}

/** A call that was answered well: its tokens and cost are known beforehand. */
export interface Good {
  readonly result: CallResult
  readonly record: CallRecord | undefined
  readonly row: StoredRow | undefined
}

/** Price of a call in whole nano-USD; undefined when the model has none. */
export type Price = (
  model: string,
  promptTokens: number,
  completionTokens: number,
) => number | undefined

/** Counts the calls that got an answer. */
export function compareCalls(
  answered: readonly CallResult[],
  records: ReadonlyMap<string, CallRecord>,
  rows: ReadonlyMap<string, StoredRow>,
): Comparison[] {
  const line = (what: string, some: readonly CallResult[]): Comparison => ({
    what,
    unit: 'calls',
    calls: some.length,
    journal: some.filter(({ requestId }) => records.has(requestId ?? '')).length,
    store: some.filter(({ requestId }) => rows.has(requestId ?? '')).length,
  })
  return [
    line('calls answered', answered),
    line(
      'of them errors',
      answered.filter(({ status }) => status !== 200),
    ),
  ]
}

/** Tokens and cost by model of the calls that were answered well, each counted on its own. */
export function compareGood(good: readonly Good[], costNanoUsd: Price): Comparison[] {
  const models = [...new Set(good.map(({ result }) => result.model))].sort((a, b) =>
    a.localeCompare(b),
  )
  return models.flatMap((model): Comparison[] => {
    const calls = good.filter(({ result }) => result.model === model)
    const sum = (amount: (call: Good) => number | undefined) =>
      calls.reduce((total, call) => total + (amount(call) ?? 0), 0)
    return [
      {
        what: `tokens ${model}`,
        unit: 'tokens',
        calls: sum(({ result }) => result.promptTokens + result.completionTokens),
        journal: sum(({ record }) => record?.tokens_used),
        store: sum(({ row }) => (row?.prompt_tokens ?? 0) + (row?.completion_tokens ?? 0)),
      },
      {
        what: `cost ${model}`,
        unit: 'nano-USD',
        calls: sum(({ result }) =>
          costNanoUsd(model, result.promptTokens, result.completionTokens),
        ),
        journal: sum(({ record }) => nanoUsd(record?.cost_usd ?? 0)),
        store: sum(({ row }) => nanoUsd(row?.cost_usd ?? 0)),
      },
    ]
  })
}

/** All records of the run, failed ones too, against the sums the store makes itself. */
export function compareTotals(
  records: ReadonlyMap<string, CallRecord>,
  totals: ReadonlyMap<string, StoredTotals>,
): Comparison[] {
  const all = [...records.values()]
  const sums = [...totals.values()]
  const line = (
    what: string,
    unit: Comparison['unit'],
    journal: number,
    store: number,
  ): Comparison => ({ what, unit, journal, store })
  const add = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return [
    line('records in all', 'calls', all.length, add(sums.map(({ rows }) => rows))),
    line(
      'tokens in all',
      'tokens',
      add(all.map(({ tokens_used = 0 }) => tokens_used)),
      add(sums.map(({ tokens }) => tokens)),
    ),
    line(
      'cost in all',
      'nano-USD',
      add(all.map(({ cost_usd = 0 }) => nanoUsd(cost_usd))),
      add(sums.map(({ costNanoUsd }) => costNanoUsd)),
    ),
  ]
}
