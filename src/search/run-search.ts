import { type Clock, isAppError } from '../kernel/index.ts'
import {
  isFoundByText,
  type PageEnd,
  type PageEntry,
  partKey,
  type StoreReader,
} from '../store/index.ts'
import { aggregationAnswer, emptyAnswer } from './aggregation-answer.ts'
import { runAggregations } from './aggregation-runner.ts'
import type { Json } from './aggregations/aggregation.ts'
import type { CompiledPage } from './compiled-page.ts'
import type { CompiledSearch } from './compiled-search.ts'
import { readHits } from './hits.ts'
import { type Hit, type SearchAnswer, shardsAnswer, totalHits } from './search-answer.ts'
import { pageEnd } from './sort-keys.ts'

/** An answer, and where a scroll goes on. */
export interface SearchedPage {
  readonly answer: SearchAnswer
  readonly end: PageEnd | undefined
}

export interface RunOptions {
  readonly reader: StoreReader
  readonly clock: Clock
  /** When the request came, by the monotonic clock. */
  readonly startMs: number
  /** Number of searched indices. */
  readonly indices: number
  readonly typedKeys: boolean
}

/** Runs a search. When its time is up it answers what it has, with `timed_out`. */
export async function runSearch(
  search: CompiledSearch,
  { reader, clock, startMs, indices, typedKeys }: RunOptions,
): Promise<SearchedPage> {
  const limits = new TimeLimit()
  const page = pageOf(reader, search)
  const [hits, total, aggregations] = await Promise.all([
    limits.within(hitsOf(reader, search, page), []),
    limits.within(totalOf(reader, search, page), 0),
    limits.within(aggregated(reader, search, typedKeys), emptyAnswer(search.tree, { typedKeys })),
  ])
  const { trackTotalHits } = search.request
  const answer: SearchAnswer = {
    took: Math.round(clock.monotonicMs() - startMs),
    timed_out: limits.reached,
    _shards: shardsAnswer(indices),
    hits: {
      ...(trackTotalHits !== false && {
        total: limits.reached
          ? { value: Math.max(total, hits.length), relation: 'gte' as const }
          : totalHits(total, trackTotalHits),
      }),
      max_score: maxScore(hits),
      hits,
    },
    ...(search.tree.size > 0 && { aggregations }),
  }
  return { answer, end: limits.reached ? undefined : endOf(await page, search.page) }
}

function pageOf(
  reader: StoreReader,
  { request, page, deadline }: CompiledSearch,
): Promise<readonly PageEntry[]> {
  const { from, size } = request
  const { scopes, sort, tiesDescending, after } = page
  const behind = after === undefined ? {} : { after }
  return reader.page({ scopes, sort, tiesDescending, from, size, ...behind, deadline })
}

async function hitsOf(
  reader: StoreReader,
  { request, page, deadline }: CompiledSearch,
  entries: Promise<readonly PageEntry[]>,
): Promise<readonly Hit[]> {
  return readHits(reader, { request, page, entries: await entries, deadline })
}

async function totalOf(
  reader: StoreReader,
  { request, scopes, page, deadline }: CompiledSearch,
  entries: Promise<readonly PageEntry[]>,
): Promise<number> {
  if (request.trackTotalHits === false) return 0
  const isFound = scopes.some(({ filter }) => isFoundByText(filter))
  if (isFound && page.after === undefined && request.size > 0) {
    // what words and ids find is rare: often the page is all there is
    const { length } = await entries
    if (length < request.size && (length > 0 || request.from === 0)) return request.from + length
  }
  return reader.count({ scopes, limit: request.trackTotalHits + 1, deadline })
}

async function aggregated(
  reader: StoreReader,
  { tree, scopes, everything, deadline }: CompiledSearch,
  typedKeys: boolean,
): Promise<Json> {
  if (tree.size === 0) return {}
  const data = await runAggregations(tree, {
    matching: await reader.table(scopes, deadline),
    all: () => reader.table(everything, deadline),
  })
  return aggregationAnswer(data, { typedKeys })
}

function endOf(entries: readonly PageEntry[], { types }: CompiledPage): PageEnd | undefined {
  const last = entries.at(-1)
  if (last === undefined) return undefined
  return { values: pageEnd(last.sort, types), at: { part: partKey(last.part), row: last.row } }
}

function maxScore(hits: readonly Hit[]): number | null {
  const scores = hits.map(({ _score }) => _score).filter((score) => score !== null)
  return scores.length === 0 ? null : Math.max(...scores)
}

/** Notes that a part of a search ran out of time, and stands in for its answer. */
class TimeLimit {
  reached: boolean = false

  async within<T>(part: Promise<T>, instead: T): Promise<T> {
    try {
      return await part
    } catch (error) {
      if (!isAppError(error, 'SEARCH_TIMEOUT')) throw error
      this.reached = true
      return instead
    }
  }
}
