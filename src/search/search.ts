import type { Clock } from '../kernel/index.ts'
import { deadlineIn, type FoundDocument, type PageEnd, type StoreReader } from '../store/index.ts'
import type { Json } from './aggregations/aggregation.ts'
import { BodyReader } from './body-reader.ts'
import { compileSearch, queryFor, scopeOf } from './compiled-search.ts'
import { fieldCapabilities } from './field-caps.ts'
import { type IndexEntry, logEntries } from './index-names.ts'
import {
  EXPAND_OPEN,
  type ExpandWildcards,
  type ResolvedIndex,
  resolveIndex,
} from './index-resolver.ts'
import { runSearch, type SearchedPage } from './run-search.ts'
import { type SearchAnswer, shardsAnswer } from './search-answer.ts'
import type { ViewKind } from './search-request.ts'
import { type IndexSource, type PartGroup, SearchedParts, type SeenAsOf } from './searched-parts.ts'

export interface SearchOptions {
  readonly reader: StoreReader
  readonly indices: IndexSource
  readonly clock: Clock
  /** Time limit of one search, milliseconds. */
  readonly timeoutMs: number
}

/** Which indices are meant; see `resolveIndex`. */
export interface IndexTarget {
  readonly expression: string
  readonly ignoreUnavailable?: boolean
  readonly allowNoIndices?: boolean
  readonly expand?: ExpandWildcards
}

/** How a search is carried out, besides what its body says. */
export interface SearchForm {
  /** Puts the type in front of each aggregation's name. */
  readonly typedKeys?: boolean
  /** What was resolved before, by a point in time or scroll; the target then says nothing. */
  readonly indices?: readonly ResolvedIndex[]
  /** The state that they hold. */
  readonly asOf?: SeenAsOf
  /** Where the page before ended, of a scroll. */
  readonly behind?: PageEnd
  /** The moment that `now` means, when it is not this one. */
  readonly nowMs?: number
  /** What keeps the view that is searched. */
  readonly view?: ViewKind
}

/** Answers searches in Elasticsearch's query language from the embedded store. */
export class Search {
  readonly #reader: StoreReader
  readonly #indices: IndexSource
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #parts = new SearchedParts()

  constructor({ reader, indices, clock, timeoutMs }: SearchOptions) {
    this.#reader = reader
    this.#indices = indices
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Every log index that the target names, newest day first. */
  async indices(target: IndexTarget): Promise<readonly IndexEntry[]> {
    const resolved = await this.resolve(target)
    return resolved.flatMap((index) => (index.kind === 'log' ? [index.entry] : []))
  }

  /**
   * Everything that the target names.
   *
   * @throws SearchFailure index_not_found_exception, index_closed_exception
   */
  async resolve(target: IndexTarget): Promise<readonly ResolvedIndex[]> {
    const [{ days }, state] = await Promise.all([this.#reader.catalog(), this.#indices.state()])
    return resolveIndex(
      target.expression,
      { logIndices: logEntries(days), state },
      {
        ignoreUnavailable: target.ignoreUnavailable ?? false,
        allowNoIndices: target.allowNoIndices ?? true,
        expand: target.expand ?? EXPAND_OPEN,
        nowMs: this.#clock.nowMs(),
      },
    )
  }

  /**
   * Runs a search. When its time is up it answers what it has, with `timed_out`.
   *
   * @throws SearchFailure for a request that is wrong or not supported
   */
  async search(target: IndexTarget, body: unknown, form: SearchForm = {}): Promise<SearchAnswer> {
    return (await this.searchPage(target, body, form)).answer
  }

  /** As `search`, for whoever goes on behind this page. */
  async searchPage(
    target: IndexTarget,
    body: unknown,
    form: SearchForm = {},
  ): Promise<SearchedPage> {
    const startMs = this.#clock.monotonicMs()
    const indices = form.indices ?? (await this.resolve(target))
    return this.#reading(indices, form.asOf, (groups) =>
      runSearch(this.#compile(groups, body, form), {
        reader: this.#reader,
        clock: this.#clock,
        startMs,
        indices: indices.length,
        typedKeys: form.typedKeys ?? false,
      }),
    )
  }

  /**
   * Counts the documents that a query matches.
   *
   * @throws SearchFailure; AppError SEARCH_TIMEOUT
   */
  async count(target: IndexTarget, body: unknown): Promise<Json> {
    const indices = await this.resolve(target)
    const reader = new BodyReader(body ?? {}, 'count')
    const query = reader.value('query')
    reader.end()
    const nowMs = this.#clock.nowMs()
    return this.#reading(indices, undefined, async (groups) => {
      const scopes = groups.map((group) =>
        scopeOf(group, queryFor(query, group.schema, nowMs), nowMs),
      )
      const deadline = deadlineIn(this.#timeoutMs, this.#clock)
      const count = await this.#reader.count({ scopes, limit: Number.POSITIVE_INFINITY, deadline })
      return { count, _shards: shardsAnswer(indices.length) }
    })
  }

  /** The fields of the searched indices that the patterns stand for. */
  async fieldCapabilities(target: IndexTarget, patterns: readonly string[]): Promise<Json> {
    const indices = await this.resolve(target)
    const logs = indices.filter(({ kind }) => kind === 'log').map(({ name }) => name)
    const documents = indices.flatMap((index) =>
      index.kind === 'documents'
        ? [{ schema: this.#parts.schemaOf(index.meta), indices: [index.name] }]
        : [],
    )
    const [first] = logs.length === 0 ? [] : this.#parts.groups(indices, new Map(), new Map())
    const own = first === undefined ? [] : [{ schema: first.schema, indices: logs }]
    return {
      indices: indices.map(({ name }) => name).sort(),
      fields: fieldCapabilities([...own, ...documents], patterns),
    }
  }

  /**
   * Compiles a search without running it.
   *
   * @throws SearchFailure for what is wrong with it
   */
  async check(target: IndexTarget, body: unknown): Promise<void> {
    const indices = await this.resolve(target)
    await this.#reading(indices, undefined, async (groups) => this.#compile(groups, body, {}))
  }

  /** Finds records of logs by `_id`; those that do not exist are left out. */
  async documents(index: string, ids: readonly string[]): Promise<readonly FoundDocument[]> {
    const entries = await this.indices({ expression: index, ignoreUnavailable: true })
    if (entries.length === 0 || ids.length === 0) return []
    const nowMs = this.#clock.nowMs()
    const deadline = deadlineIn(this.#timeoutMs, this.#clock)
    const resolved = entries.map((entry) => ({
      kind: 'log' as const,
      entry,
      name: entry.name,
      filters: [],
      routing: [],
    }))
    const groups = this.#parts.groups(resolved, new Map(), new Map())
    const wanted = { ids: { values: ids } }
    const keys = await this.#reader.page({
      scopes: groups.map((group) => scopeOf(group, queryFor(wanted, group.schema, nowMs), nowMs)),
      sort: [],
      tiesDescending: true,
      from: 0,
      size: ids.length * entries.length,
      deadline,
    })
    const found = await this.#reader.documents({
      keys,
      wants: () => true,
      withTexts: true,
      deadline,
    })
    return found.filter((document) => document !== undefined)
  }

  #compile(groups: readonly PartGroup[], body: unknown, form: SearchForm) {
    return compileSearch(groups, body, {
      clock: this.#clock,
      timeoutMs: this.#timeoutMs,
      nowMs: form.nowMs ?? this.#clock.nowMs(),
      behind: form.behind,
      view: form.view,
    })
  }

  /**
   * Reads documents as they are now until `work` is done: one that is replaced meanwhile would
   * otherwise be missing between its two versions.
   */
  async #reading<T>(
    indices: readonly ResolvedIndex[],
    asOf: SeenAsOf | undefined,
    work: (groups: readonly PartGroup[]) => Promise<T>,
  ): Promise<T> {
    const uuids = indices.flatMap((index) => (index.kind === 'documents' ? [index.meta.uuid] : []))
    if (uuids.length === 0) return work(this.#parts.groups(indices, new Map(), new Map()))
    const seen = asOf ?? (await this.#indices.hold(uuids))
    try {
      return await work(this.#parts.groups(indices, await this.#indices.tables(), seen))
    } finally {
      if (asOf === undefined) await this.#indices.release(seen)
    }
  }
}
