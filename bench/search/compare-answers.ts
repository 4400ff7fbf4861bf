import { setTimeout as sleep } from 'node:timers/promises'
import { type Engine, problemOf, search } from './measure-queries.ts'
import type { Query, QueryContext } from './queries.ts'

/** Percentiles of Elasticsearch are estimates. */
const PERCENTILE_TOLERANCE = 0.05
/** Sums are of doubles there. */
const SUM_TOLERANCE = 1e-6

/** A query of the last hour may lose a record between two questions. */
const TRIES = 3
const PAUSE_MS = 300

/** Bodies that a kind of query is compared with. */
const BODIES = 3

/** Whether two engines answered a query alike. */
export interface Comparison {
  readonly name: string
  /** Undefined when they did. */
  readonly difference: string | undefined
}

type Json = Readonly<Record<string, unknown>>

/** Asks two engines of the same documents the same and compares totals, counts and sums. */
export async function compareAnswers(
  engines: readonly [Engine, Engine],
  queries: readonly Query[],
  context: QueryContext,
): Promise<Comparison[]> {
  const all: Comparison[] = []
  for (const query of queries) {
    let difference: string | undefined
    for (let run = 0; run < BODIES && difference === undefined; run++) {
      const body = { ...query.body(run, context), track_total_hits: true }
      difference = await differenceOf(engines, JSON.stringify(body))
    }
    all.push({ name: query.name, difference })
  }
  return all
}

async function differenceOf(
  [one, other]: readonly [Engine, Engine],
  body: string,
): Promise<string | undefined> {
  let difference: string | undefined
  for (let tries = 0; tries < TRIES; tries++) {
    const answers = await Promise.all([search(one, body), search(other, body)])
    const problem = answers.map((answer) => problemOf(answer)).find((found) => found !== undefined)
    if (problem !== undefined) return `not compared, ${problem}`
    const [a, b] = answers.map(({ text }) => comparable(JSON.parse(text) as Json))
    difference = firstDifference(a, b, '')
    if (difference === undefined) return undefined
    await sleep(PAUSE_MS)
  }
  return difference
}

/** What has to be equal in an answer. */
function comparable({ hits, aggregations }: Json): Json {
  const { total, hits: given } = hits as { total: Json; hits: readonly Json[] }
  return { total: total.value, given: given.length, aggregations }
}

function firstDifference(one: unknown, other: unknown, path: string): string | undefined {
  if (typeof one === 'number' && typeof other === 'number') {
    const tolerance = path.includes('.values.') ? PERCENTILE_TOLERANCE : SUM_TOLERANCE
    const apart = Math.abs(one - other) / Math.max(1e-9, Math.abs(one), Math.abs(other))
    return apart <= tolerance ? undefined : `${path}: ${one} and ${other}`
  }
  if (isObject(one) && isObject(other)) {
    if (isEstimate(one) || isEstimate(other)) return undefined
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const difference = firstDifference(one[key], other[key], `${path}.${key}`)
      if (difference !== undefined) return difference
    }
    return undefined
  }
  return one === other ? undefined : `${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`
}

/** Counts of the most frequent values that say themselves that they may be wrong. */
function isEstimate({ doc_count_error_upper_bound: error }: Json): boolean {
  return typeof error === 'number' && error > 0
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}
