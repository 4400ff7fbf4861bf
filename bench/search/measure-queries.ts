import { type Answered, ask, CALLS } from './elastic-http.ts'
import type { Query, QueryContext } from './queries.ts'

/** Who is asked. */
export interface Engine {
  readonly name: string
  readonly url: string
  /** Of the URL, with its question mark. */
  readonly parameters?: string
}

/** How often and how long one kind of query is measured. */
export interface Runs {
  readonly warmUp: number
  readonly count: number
  /** No further run begins later than this. */
  readonly mostMs: number
}

/** How long an engine took, milliseconds; or what it answered instead. */
export type Timing =
  | {
      readonly kind: 'measured'
      readonly firstMs: number
      readonly p50: number
      readonly p95: number
      readonly runs: number
      /** Hits of the last run, to see that the query did its work. */
      readonly found: string
    }
  | { readonly kind: 'refused'; readonly reason: string }

/** The timings of one query, in the order of the engines. */
export interface QueryTimings {
  readonly query: Query
  readonly timings: readonly Timing[]
}

/** Asks every engine the same in turn, so that what else the machine does hits all of them. */
export async function measureQueries(
  engines: readonly Engine[],
  queries: readonly Query[],
  context: QueryContext,
  runs: Runs,
): Promise<QueryTimings[]> {
  const all: QueryTimings[] = []
  for (const query of queries) {
    process.stderr.write(`  ${query.name}\n`)
    all.push({ query, timings: await measureQuery(engines, query, context, runs) })
  }
  return all
}

async function measureQuery(
  engines: readonly Engine[],
  query: Query,
  context: QueryContext,
  { warmUp, count, mostMs }: Runs,
): Promise<Timing[]> {
  const series = engines.map((engine) => new Series(engine))
  const untilMs = performance.now() + mostMs
  for (let run = 0; run < warmUp + count && performance.now() < untilMs; run++) {
    const body = JSON.stringify(query.body(run, context))
    for (const one of series) await one.run(body)
  }
  return series.map((one) => one.timing(warmUp))
}

/** The runs of one query on one engine. */
class Series {
  readonly #engine: Engine
  readonly #ms: number[] = []
  #last = ''
  #problem: string | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Runs it, unless an earlier run has failed. */
  async run(body: string): Promise<void> {
    if (this.#problem !== undefined) return
    try {
      const answered = await search(this.#engine, body)
      this.#problem = problemOf(answered)
      this.#ms.push(answered.ms)
      this.#last = answered.text
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error)
    }
  }

  /** The first runs are warm-up, unless there are no others. */
  timing(warmUp: number): Timing {
    if (this.#problem !== undefined) return { kind: 'refused', reason: this.#problem }
    const kept = this.#ms.length > warmUp ? this.#ms.slice(warmUp) : this.#ms
    const sorted = kept.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
    return {
      kind: 'measured',
      firstMs: this.#ms[0] ?? Number.NaN,
      p50: at(0.5),
      p95: at(0.95),
      runs: sorted.length,
      found: foundIn(this.#last),
    }
  }
}

/** Asks for a search of all calls. */
export function search({ url, parameters = '' }: Engine, body: string): Promise<Answered> {
  return ask(`${url}/${CALLS}/_search${parameters}`, { method: 'POST', body })
}

/** Why an answer is not a whole one. */
export function problemOf({ status, text }: Answered): string | undefined {
  if (status !== 200) {
    const reason = /"reason":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text
    return `${status}: ${reason.slice(0, 120)}`
  }
  if (/"timed_out":\s*true/.test(text)) return 'timed out'
  return undefined
}

function foundIn(text: string): string {
  const { hits } = JSON.parse(text) as {
    hits: { total?: { value: number; relation: string }; hits: readonly unknown[] }
  }
  const total = hits.total === undefined ? '?' : hits.total.value.toLocaleString('en')
  const sign = hits.total?.relation === 'gte' ? '>= ' : ''
  return hits.hits.length > 0 ? `${sign}${total}, ${hits.hits.length} given` : `${sign}${total}`
}
