import { type Clock, isAppError } from '../kernel/index.ts'
import {
  type DayPart,
  type Deadline,
  deadlineIn,
  type Filter,
  type FoundDocument,
  isFoundByText,
  type PageEntry,
  type StoreReader,
} from '../store/index.ts'
import { aggregationAnswer, emptyAnswer } from './aggregation-answer.ts'
import { runAggregations } from './aggregation-runner.ts'
import type { Json } from './aggregations/aggregation.ts'
import { BodyReader } from './body-reader.ts'
import { type CompiledAggregations, compileAggregations } from './compile-aggregations.ts'
import { compileQuery } from './compile-query.ts'
import { documentIds } from './equality.ts'
import { dayParts, type IndexEntry, resolveIndices } from './index-names.ts'
import { type Hit, type SearchAnswer, scoreOf, shardsAnswer, totalHits } from './search-answer.ts'
import { parseSearch, type SearchRequest } from './search-request.ts'
import { type CompiledSort, compileSort, NEWEST_FIRST, searchAfter } from './sort-keys.ts'

export interface SearchOptions {
  readonly reader: StoreReader
  readonly clock: Clock
  /** Time limit of one search, milliseconds. */
  readonly timeoutMs: number
}

/** Which indices are meant; see `resolveIndices`. */
export interface IndexTarget {
  readonly expression: string
  readonly ignoreUnavailable?: boolean
  readonly allowNoIndices?: boolean
}

/** A request after everything that can be wrong with it was checked. */
interface CompiledSearch {
  readonly request: SearchRequest
  readonly parts: readonly DayPart[]
  readonly filter: Filter
  readonly sort: CompiledSort | undefined
  readonly after: ReturnType<typeof searchAfter>
  readonly aggregations: CompiledAggregations
  readonly deadline: Deadline
}

/** Answers searches in Elasticsearch's query language from the embedded store. */
export class Search {
  readonly #reader: StoreReader
  readonly #clock: Clock
  readonly #timeoutMs: number

  constructor({ reader, clock, timeoutMs }: SearchOptions) {
    this.#reader = reader
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Every index that the target names, newest day first. */
  async indices(target: IndexTarget): Promise<readonly IndexEntry[]> {
    const { days } = await this.#reader.catalog()
    return resolveIndices(target.expression, days, {
      ignoreUnavailable: target.ignoreUnavailable ?? false,
      allowNoIndices: target.allowNoIndices ?? true,
      nowMs: this.#clock.nowMs(),
    })
  }

  /**
   * Runs a search. When its time is up it answers what it has, with `timed_out`.
   *
   * @throws SearchFailure for a request that is wrong or not supported
   */
  async search(
    target: IndexTarget,
    body: unknown,
    form: { readonly typedKeys?: boolean } = {},
  ): Promise<SearchAnswer> {
    const startMs = this.#clock.monotonicMs()
    const indices = await this.indices(target)
    const search = this.#compile(indices, body)
    const options = { typedKeys: form.typedKeys ?? false }
    const { tree } = search.aggregations
    const limits = new TimeLimit()
    const page = this.#page(search)
    const [hits, total, aggregations] = await Promise.all([
      limits.within(this.#hits(search, page), []),
      limits.within(this.#total(search, page), 0),
      limits.within(this.#aggregate(search, options), emptyAnswer(tree, options)),
    ])
    const { trackTotalHits, query } = search.request
    return {
      took: Math.round(this.#clock.monotonicMs() - startMs),
      timed_out: limits.reached,
      _shards: shardsAnswer(indices.length),
      hits: {
        ...(trackTotalHits !== false && {
          total: limits.reached
            ? { value: Math.max(total, hits.length), relation: 'gte' as const }
            : totalHits(total, trackTotalHits),
        }),
        max_score: search.sort === undefined && hits.length > 0 ? scoreOf(query) : null,
        hits,
      },
      ...(tree.size > 0 && { aggregations }),
    }
  }

  /**
   * Counts the documents that a query matches.
   *
   * @throws SearchFailure; AppError SEARCH_TIMEOUT
   */
  async count(target: IndexTarget, body: unknown): Promise<Json> {
    const indices = await this.indices(target)
    const reader = new BodyReader(body ?? {}, 'count')
    const filter = compileQuery(reader.value('query'), this.#clock.nowMs())
    reader.end()
    const count = await this.#reader.count({
      parts: dayParts(indices),
      filter,
      limit: Number.POSITIVE_INFINITY,
      deadline: deadlineIn(this.#timeoutMs, this.#clock),
    })
    return { count, _shards: shardsAnswer(indices.length) }
  }

  /** Finds documents by `_id` within an index; those that do not exist are left out. */
  async documents(index: string, ids: readonly string[]): Promise<readonly FoundDocument[]> {
    const indices = await this.indices({ expression: index, ignoreUnavailable: true })
    if (indices.length === 0 || ids.length === 0) return []
    const deadline = deadlineIn(this.#timeoutMs, this.#clock)
    const entries = await this.#reader.page(dayParts(indices), {
      filter: documentIds(ids),
      sort: [],
      from: 0,
      size: ids.length * indices.length,
      deadline,
    })
    const found = await this.#reader.documents({
      keys: entries,
      wants: () => true,
      withTexts: true,
      deadline,
    })
    return found.filter((document) => document !== undefined)
  }

  #compile(indices: readonly IndexEntry[], body: unknown): CompiledSearch {
    const nowMs = this.#clock.nowMs()
    const request = parseSearch(body)
    const sort = compileSort(request.sort)
    const spans = indices.flatMap(({ day }) => day.prefixes)
    const span = {
      fromMs: Math.min(...spans.map(({ firstMs }) => firstMs)),
      toMs: Math.max(...spans.map(({ lastMs }) => lastMs)),
    }
    return {
      request,
      parts: dayParts(indices),
      filter: compileQuery(request.query, nowMs),
      sort,
      after: searchAfter(request.searchAfter, sort, nowMs),
      aggregations: compileAggregations(request.aggregations, nowMs, span),
      deadline: deadlineIn(
        Math.min(request.timeoutMs ?? this.#timeoutMs, this.#timeoutMs),
        this.#clock,
      ),
    }
  }

  #page({ request, parts, filter, sort, after, deadline }: CompiledSearch) {
    return this.#reader.page(parts, {
      filter,
      sort: sort?.keys ?? [NEWEST_FIRST],
      from: request.from,
      size: request.size,
      ...(after !== undefined && { after }),
      deadline,
    })
  }

  async #hits(
    { request, sort, deadline }: CompiledSearch,
    page: Promise<readonly PageEntry[]>,
  ): Promise<readonly Hit[]> {
    const entries = await page
    const { source: picked } = request
    const documents = await this.#reader.documents({
      keys: entries,
      wants: picked.wants,
      withTexts: picked.isWanted,
      deadline,
    })
    const score = sort === undefined ? scoreOf(request.query) : null
    return documents.flatMap((document, place): readonly Hit[] => {
      if (document === undefined) return []
      const { index, id, source } = document
      return [
        {
          _index: index,
          _id: id,
          _score: score,
          ...(request.version && { _version: 1 }),
          ...(request.seqNoPrimaryTerm && { _seq_no: 0, _primary_term: 1 }),
          ...(picked.isWanted && { _source: picked.apply(source) }),
          ...(sort !== undefined && { sort: entries[place]!.sort }),
        },
      ]
    })
  }

  async #total(search: CompiledSearch, page: Promise<readonly PageEntry[]>): Promise<number> {
    const { request, parts, filter, deadline } = search
    if (request.trackTotalHits === false) return 0
    if (isFoundByText(filter) && search.after === undefined && request.size > 0) {
      // what words and ids find is rare: often the page is all there is
      const { length } = await page
      if (length < request.size && (length > 0 || request.from === 0)) return request.from + length
    }
    const limit = request.trackTotalHits + 1
    return this.#reader.count({ parts, filter, limit, deadline })
  }

  async #aggregate(
    { aggregations: { tree, marks }, parts, filter, deadline }: CompiledSearch,
    options: { readonly typedKeys: boolean },
  ): Promise<Json> {
    if (tree.size === 0) return {}
    const table = await this.#reader.table({ parts, filter, marks, deadline })
    return aggregationAnswer(tree, await runAggregations(tree, table), options)
  }
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
