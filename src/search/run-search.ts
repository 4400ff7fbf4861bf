import { type Clock, isAppError } from '../kernel/index.ts'
import {
  type Counted,
  isFoundByText,
  type PageEnd,
  type PageEntry,
  partKey,
  type StoreReader,
  sql,
} from '../store/index.ts'
import { aggregationAnswer, emptyAnswer } from './aggregation-answer.ts'
import { runAggregations } from './aggregation-runner.ts'
import type { Json } from './aggregations/aggregation.ts'
import { checkSingleValues } from './collapse.ts'
import type { CompiledPage } from './compiled-page.ts'
import type { CompiledSearch } from './compiled-search.ts'
import { type Collected, collectFirst } from './hit-collection.ts'
import { pageEnd } from './hit-page-end.ts'
import { shortFloat } from './hit-value.ts'
import { readHits, scoreOf } from './hits.ts'
import { type Hit, type SearchAnswer, shardsAnswer, totalHits } from './search-answer.ts'

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
  given: CompiledSearch,
  { reader, clock, startMs, indices, typedKeys }: RunOptions,
): Promise<SearchedPage> {
  const limits = new TimeLimit()
  const collected = await limits.within(collectedOf(reader, given), () => undefined)
  const search = collected === undefined ? given : narrowedTo(given, collected)
  const page = pageOf(reader, search)
  const [hits, total, aggregations, maxScore] = await Promise.all([
    limits.within(hitsOf(reader, search, page), () => []),
    limits.within(totalOf(reader, search, page), () => ({ count: 0, isWhole: false })),
    limits.within(aggregated(reader, search, typedKeys), () =>
      emptyAnswer(search.tree, { typedKeys }),
    ),
    limits.within(maxScoreOf(reader, search, page), () => null),
  ])
  const { trackTotalHits } = search.request
  const answer: SearchAnswer = {
    took: Math.round(clock.monotonicMs() - startMs),
    timed_out: limits.reached,
    ...(collected !== undefined && { terminated_early: collected.isEarly }),
    _shards: shardsAnswer(indices),
    hits: {
      ...(trackTotalHits !== false && {
        total: total.isWhole
          ? totalHits(total.count, trackTotalHits)
          : { value: Math.max(total.count, hits.length), relation: 'gte' as const },
      }),
      max_score: maxScore,
      hits,
    },
    ...(search.tree.size > 0 && { aggregations }),
  }
  return { answer, end: limits.reached ? undefined : endOf(await page, search.page) }
}

/** The documents that a search which may end early is about; undefined for all. */
async function collectedOf(
  reader: StoreReader,
  { request, scopes, deadline }: CompiledSearch,
): Promise<Collected | undefined> {
  const { terminateAfter: count } = request
  return count === 0 ? undefined : collectFirst(reader, scopes, { count, deadline })
}

function narrowedTo(search: CompiledSearch, { narrow }: Collected): CompiledSearch {
  const { scopes, page } = search
  return { ...search, scopes: narrow(scopes), page: { ...page, scopes: narrow(page.scopes) } }
}

/** All entries up to the end of the page: the first of them has the best score. */
async function pageOf(
  reader: StoreReader,
  { request, page, deadline }: CompiledSearch,
): Promise<readonly PageEntry[]> {
  const { from, size } = request
  const { scopes, sort, tiesDescending, after, values, collapse } = page
  if (collapse !== undefined) await checkSingleValues(reader, collapse, { scopes, deadline })
  return reader.page({
    scopes,
    sort,
    tiesDescending,
    from: 0,
    size: size === 0 ? 0 : from + size,
    values,
    ...(after !== undefined && { after }),
    ...(collapse !== undefined && { collapse: collapse.key }),
    deadline,
  })
}

async function maxScoreOf(
  reader: StoreReader,
  { page, deadline }: CompiledSearch,
  entries: Promise<readonly PageEntry[]>,
): Promise<number | null> {
  const [first] = await entries
  const { maxScore, score, scopes } = page
  if (first === undefined || maxScore === 'none') return null
  if (maxScore === 'first') return scoreOf(first, score)
  const table = await reader.table(scopes, deadline)
  const [row] = await table.rows(sql`SELECT max(${maxScore.expression}) FROM records`)
  return shortFloat(Number(row?.[0]))
}

async function hitsOf(
  reader: StoreReader,
  { request, page, content, deadline }: CompiledSearch,
  entries: Promise<readonly PageEntry[]>,
): Promise<readonly Hit[]> {
  const wanted = (await entries).slice(request.from)
  return readHits(reader, { content, page, entries: wanted, deadline })
}

/** Time that texts may be read for to count hits that nobody asked to be counted. */
const UNASKED_TEXT_MS = 60

async function totalOf(
  reader: StoreReader,
  { request, page, deadline }: CompiledSearch,
  entries: Promise<readonly PageEntry[]>,
): Promise<Counted> {
  const { scopes } = page
  if (request.trackTotalHits === false) return { count: 0, isWhole: true }
  const isFound = scopes.some(({ filter }) => isFoundByText(filter))
  const isPlain = page.after === undefined && page.collapse === undefined
  if (isFound && isPlain && request.size > 0) {
    // what words and ids find is rare: often the page is all there is
    const { length } = await entries
    if (length < request.from + request.size) return { count: length, isWhole: true }
  }
  const wanted = { scopes, limit: request.trackTotalHits + 1, deadline }
  if (request.isTotalAsked) return { count: await reader.count(wanted), isWhole: true }
  return reader.countWithin(wanted, UNASKED_TEXT_MS)
}

async function aggregated(
  reader: StoreReader,
  { tree, scopes, everything, collector, deadline }: CompiledSearch,
  typedKeys: boolean,
): Promise<Json> {
  if (tree.size === 0) return {}
  const data = await runAggregations(tree, {
    matching: await reader.table(scopes, deadline),
    all: () => reader.table(everything, deadline),
  })
  const answer = aggregationAnswer(data, { typedKeys })
  await collector.read(reader, deadline)
  return answer
}

function endOf(entries: readonly PageEntry[], { types }: CompiledPage): PageEnd | undefined {
  const last = entries.at(-1)
  if (last === undefined) return undefined
  return { values: pageEnd(last.sort, types), at: { part: partKey(last.part), row: last.row } }
}

/** Notes that a part of a search ran out of time, and stands in for its answer. */
class TimeLimit {
  reached: boolean = false

  async within<T>(part: Promise<T>, instead: () => T): Promise<T> {
    try {
      return await part
    } catch (error) {
      if (!isAppError(error, 'SEARCH_TIMEOUT')) throw error
      this.reached = true
      return instead()
    }
  }
}
