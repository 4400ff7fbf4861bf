import { type Clock, type Logger, messageOf } from '../kernel/index.ts'
import type { UsagePeriod, UsageRow, UsageSource, UsageStats } from '../relay/index.ts'
import { readInstance } from './instance.ts'

export interface UsageSourceOptions {
  /** Data folder, in which the server notes where its parts are found. */
  readonly data: string
  readonly clock: Clock
  readonly logger: Logger
}

/** The log is asked while a caller waits; longer than this and it counts as not there. */
const ANSWER_MS = 5_000

const DAY_MS = 86_400_000

/**
 * Models shown of one day, those with the most calls: callers make up names, and all days together
 * must stay within the buckets of one search.
 */
const MODELS_A_DAY = 150

/** Stands for calls whose model was never read; no model has this name. */
const NO_MODEL = ''

/** Calls that did not end well: an error status, or broken after a good status was sent. */
const FAILED = {
  bool: {
    should: [
      { range: { status_code: { gte: 400 } } },
      { terms: { outcome: ['upstream_error', 'timeout', 'relay_error', 'lost'] } },
    ],
    minimum_should_match: 1,
  },
}

const TOTALS = {
  errors: { filter: FAILED },
  total_tokens: { sum: { field: 'tokens_used' } },
  cost: { sum: { field: 'cost_usd' } },
}

const ROW = {
  ...TOTALS,
  prompt_tokens: { sum: { field: 'prompt_tokens' } },
  completion_tokens: { sum: { field: 'completion_tokens' } },
}

const PERIOD = {
  ...TOTALS,
  latency: { percentiles: { field: 'latency_ms', percents: [50, 95] } },
}

interface Sum {
  readonly value: number
}

interface Totals {
  readonly doc_count: number
  readonly errors: { readonly doc_count: number }
  readonly total_tokens: Sum
  readonly cost: Sum
}

interface RowBucket extends Totals {
  readonly key: string
  readonly prompt_tokens: Sum
  readonly completion_tokens: Sum
}

interface UsageAnswer {
  readonly days: {
    readonly buckets: readonly {
      /** Beginning of the day, milliseconds since 1970 UTC. */
      readonly key: number
      readonly models: { readonly buckets: readonly RowBucket[] }
    }[]
  }
}

interface PeriodBucket extends Totals {
  readonly latency: { readonly values: Readonly<Record<'50.0' | '95.0', number | null>> }
}

/** Makes what answers `/v1/usage` by asking the log of a server for the records of a key. */
export function createUsageSource(options: UsageSourceOptions): UsageSource {
  const { clock } = options
  return {
    async usage(keyId, fromMs, toMs) {
      const aggregations = {
        days: {
          date_histogram: { field: '@timestamp', calendar_interval: 'day', min_doc_count: 1 },
          aggs: {
            models: {
              terms: { field: 'model', size: MODELS_A_DAY, missing: NO_MODEL },
              aggs: ROW,
            },
          },
        },
      }
      const query = recordsOf(keyId, fromMs, toMs)
      return ask<UsageAnswer, readonly UsageRow[]>(options, query, aggregations, rowsOf)
    },
    async stats(keyId) {
      const nowMs = clock.nowMs()
      const today = nowMs - (nowMs % DAY_MS)
      const since = (days: number) => ({
        filter: within(today - (days - 1) * DAY_MS, today + DAY_MS),
        aggs: PERIOD,
      })
      const aggregations = { today: since(1), last_7_days: since(7), last_30_days: since(30) }
      const query = recordsOf(keyId, today - 29 * DAY_MS, today + DAY_MS)
      return ask<Record<keyof UsageStats, PeriodBucket>, UsageStats>(
        options,
        query,
        aggregations,
        statsOf,
      )
    },
  }
}

function recordsOf(keyId: string, fromMs: number, toMs: number) {
  return { bool: { filter: [{ term: { key_id: keyId } }, within(fromMs, toMs)] } }
}

function within(fromMs: number, toMs: number) {
  const range = { gte: new Date(fromMs).toISOString(), lt: new Date(toMs).toISOString() }
  return { range: { '@timestamp': range } }
}

/** Asks the log and reads what it answers; undefined when there is no whole answer in time. */
async function ask<Aggregations, T>(
  { data, logger }: UsageSourceOptions,
  query: object,
  aggs: object,
  read: (aggregations: Aggregations) => T,
): Promise<T | undefined> {
  try {
    const url = readInstance(data)?.search
    if (url === undefined) return undefined
    const response = await fetch(`${url}/holysheep-requests-*/_search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ size: 0, timeout: `${ANSWER_MS}ms`, query, aggs }),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
    const answer = (await response.json()) as { timed_out: boolean; aggregations: Aggregations }
    return answer.timed_out ? undefined : read(answer.aggregations)
  } catch (error) {
    logger.warn({ error: messageOf(error) }, 'the log could not be asked for the usage of a key')
    return undefined
  }
}

function rowsOf({ days }: UsageAnswer): readonly UsageRow[] {
  return days.buckets.flatMap(({ key: dayMs, models }) => {
    const date = new Date(dayMs).toISOString().slice(0, 10)
    return models.buckets.map((bucket) => ({
      date,
      model: bucket.key === NO_MODEL ? null : bucket.key,
      requests: bucket.doc_count,
      errors: bucket.errors.doc_count,
      prompt_tokens: bucket.prompt_tokens.value,
      completion_tokens: bucket.completion_tokens.value,
      total_tokens: bucket.total_tokens.value,
      cost_usd: bucket.cost.value,
    }))
  })
}

function statsOf(periods: Readonly<Record<keyof UsageStats, PeriodBucket>>): UsageStats {
  return {
    today: periodOf(periods.today),
    last_7_days: periodOf(periods.last_7_days),
    last_30_days: periodOf(periods.last_30_days),
  }
}

function periodOf({ doc_count, errors, total_tokens, cost, latency }: PeriodBucket): UsagePeriod {
  return {
    requests: doc_count,
    errors: errors.doc_count,
    total_tokens: total_tokens.value,
    cost_usd: cost.value,
    latency_p50_ms: microseconds(latency.values['50.0']),
    latency_p95_ms: microseconds(latency.values['95.0']),
  }
}

/** Milliseconds to three places, as they stand in records. */
function microseconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000
}
