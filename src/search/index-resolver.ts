import type { AliasMeta, DataStreamMeta, IndexMeta, IndexState } from '../store/index.ts'
import { withDates } from './date-math-name.ts'
import type { IndexEntry } from './index-names.ts'
import { logPlan } from './log-plan.ts'
import { fitsPattern } from './name-pattern.ts'
import { illegalArgument, indexNotFound, SearchFailure } from './search-failure.ts'

type Json = Readonly<Record<string, unknown>>

/** Kinds of indices that patterns stand for. */
export interface ExpandWildcards {
  readonly open: boolean
  readonly closed: boolean
  readonly hidden: boolean
}

export interface ResolveOptions {
  /** A name without index is passed over instead of refused; a closed index too. */
  readonly ignoreUnavailable?: boolean
  /** A pattern that fits nothing is well; default true. */
  readonly allowNoIndices?: boolean
  /** Default: open ones that are not hidden. */
  readonly expand?: ExpandWildcards
  /** `refuse` (the default) for whatever needs the documents. */
  readonly closed?: 'refuse' | 'keep'
  /** `refuse` where only an index itself can be meant, such as when it is deleted. */
  readonly aliases?: 'follow' | 'refuse'
  readonly nowMs: number
}

/** Everything that can be named. */
export interface IndexCatalogue {
  readonly logIndices: readonly IndexEntry[]
  readonly state: IndexState
}

/** How a request reached an index. */
interface Reached {
  readonly name: string
  /** Of the aliases it was reached by, joined by `or`; empty when also reached without a filter. */
  readonly filters: readonly Json[]
  /** Search routing of those aliases. */
  readonly routing: readonly string[]
}

/** An index that an expression names. */
export type ResolvedIndex = Reached &
  (
    | { readonly kind: 'log'; readonly entry: IndexEntry }
    | { readonly kind: 'documents'; readonly meta: IndexMeta }
  )

export const EXPAND_OPEN: ExpandWildcards = { open: true, closed: false, hidden: false }
export const EXPAND_ALL: ExpandWildcards = { open: true, closed: true, hidden: true }

/** Something with a name: an index, an alias, a data stream, or the prefix of log indices. */
interface Named {
  readonly name: string
  readonly kind: 'index' | 'alias' | 'data_stream' | 'prefix'
  readonly isHidden: boolean
  readonly indices: readonly { readonly index: string; readonly alias?: AliasMeta }[]
}

/**
 * Finds the indices that an expression names: names, aliases, data streams, prefixes of log
 * indices, `*` patterns, `-exclusions` behind a pattern, date math `<name-{now/d}>`, comma lists;
 * empty and `_all` are all. Log indices come first, newest day first.
 *
 * @throws SearchFailure index_not_found_exception, index_closed_exception, invalid_index_name_exception
 */
export function resolveIndex(
  expression: string,
  catalogue: IndexCatalogue,
  options: ResolveOptions,
): readonly ResolvedIndex[] {
  const resolver = new Resolver(catalogue, options)
  if (expression === '' || expression === '_all') resolver.everything()
  else resolver.list(expression.split(','))
  return resolver.found(expression)
}

/** State of one resolution. */
class Resolver {
  readonly #catalogue: IndexCatalogue
  readonly #options: ResolveOptions
  readonly #expand: ExpandWildcards
  readonly #names: ReadonlyMap<string, Named>
  readonly #metas: ReadonlyMap<string, IndexMeta>
  /** By index: the aliases that led to it, undefined for a way without alias. */
  readonly #reached = new Map<string, (AliasMeta | undefined)[]>()

  constructor(catalogue: IndexCatalogue, options: ResolveOptions) {
    this.#catalogue = catalogue
    this.#options = options
    this.#expand = options.expand ?? EXPAND_OPEN
    this.#names = namesOf(catalogue)
    this.#metas = new Map(catalogue.state.indices.map((meta) => [meta.name, meta]))
  }

  everything(): void {
    if (this.#expandsNothing()) return
    for (const named of this.#matching('*')) this.#add(named)
  }

  list(parts: readonly string[]): void {
    let sawPattern = false
    for (const part of parts) {
      const isExclusion = sawPattern && part.startsWith('-')
      const name = withDates(isExclusion ? part.slice(1) : part, this.#options.nowMs)
      if (!isExclusion) checkName(name)
      const isPattern = name.includes('*') && !this.#expandsNothing()
      sawPattern ||= isPattern
      if (isExclusion) this.#exclude(name, isPattern)
      else if (isPattern) this.#pattern(name)
      else this.#name(name)
    }
  }

  found(expression: string): readonly ResolvedIndex[] {
    const { logIndices, state } = this.#catalogue
    const logs = logIndices
      .filter(({ name }) => this.#reached.has(name))
      .map((entry) => ({ kind: 'log' as const, entry, ...this.#ways(entry.name) }))
    const documents = state.indices
      .filter(({ name }) => this.#reached.has(name))
      .filter((meta) => this.#isUsable(meta))
      .map((meta) => ({ kind: 'documents' as const, meta, ...this.#ways(meta.name) }))
    const all = [...logs, ...documents]
    if (all.length === 0 && this.#options.allowNoIndices === false) throw indexNotFound(expression)
    return all
  }

  #isUsable(meta: IndexMeta): boolean {
    if (meta.isOpen || this.#options.closed === 'keep') return true
    if (this.#options.ignoreUnavailable === true) return false
    throw new SearchFailure({
      type: 'index_closed_exception',
      reason: 'closed',
      status: 400,
      index: meta.name,
      indexUuid: meta.uuid,
    })
  }

  #expandsNothing(): boolean {
    return !this.#expand.open && !this.#expand.closed
  }

  #name(name: string): void {
    const named = this.#names.get(name)
    if (named === undefined || this.#isRefused(named)) {
      if (this.#options.ignoreUnavailable !== true) throw missing(name, named)
      return
    }
    for (const { index, alias } of named.indices) this.#reach(index, alias)
  }

  /** Data streams count as missing where only indices are meant, as Elasticsearch has it. */
  #isRefused({ kind }: Named): boolean {
    return this.#options.aliases === 'refuse' && kind !== 'index'
  }

  #pattern(pattern: string): void {
    const fitting = this.#matching(pattern)
    const before = this.#reached.size
    let isEmpty = true
    for (const named of fitting) isEmpty = !this.#add(named) && isEmpty
    const isNothing = isEmpty && this.#reached.size === before
    if (isNothing && this.#options.allowNoIndices === false) throw indexNotFound(pattern)
  }

  #exclude(name: string, isPattern: boolean): void {
    const exact = this.#names.get(name)
    const named = isPattern ? this.#matching(name) : exact === undefined ? [] : [exact]
    for (const { kind, indices } of named) {
      // of a name that is no pattern only the index itself is taken out
      if (!isPattern && kind !== 'index' && kind !== 'prefix') continue
      for (const { index } of indices) this.#reached.delete(index)
    }
  }

  #matching(pattern: string): readonly Named[] {
    return [...this.#names.values()].filter(
      (named) =>
        named.kind !== 'prefix' &&
        !this.#isRefused(named) &&
        fitsPattern(named.name, pattern) &&
        (!named.isHidden ||
          this.#expand.hidden ||
          // a pattern that begins with a dot asks for the hidden names that do
          (pattern.startsWith('.') && named.name.startsWith('.'))),
    )
  }

  /** Adds what a pattern stands for; whether that is anything. */
  #add(named: Named): boolean {
    let isAny = false
    for (const { index, alias } of named.indices) {
      const isOpen = this.#metas.get(index)?.isOpen ?? true
      if (!(isOpen ? this.#expand.open : this.#expand.closed)) continue
      this.#reach(index, alias)
      isAny = true
    }
    return isAny
  }

  #reach(index: string, alias: AliasMeta | undefined): void {
    const ways = this.#reached.get(index)
    if (ways === undefined) this.#reached.set(index, [alias])
    else ways.push(alias)
  }

  #ways(name: string): Reached {
    const ways = this.#reached.get(name) ?? []
    const isFiltered = ways.every((alias) => alias?.filter !== undefined)
    const isRouted = ways.every((alias) => alias?.search_routing !== undefined)
    return {
      name,
      filters: isFiltered
        ? ways.map((alias) => alias?.filter).filter((filter) => filter !== undefined)
        : [],
      routing: isRouted ? ways.flatMap((alias) => alias?.search_routing?.split(',') ?? []) : [],
    }
  }
}

function namesOf({ logIndices, state }: IndexCatalogue): ReadonlyMap<string, Named> {
  const names = new Map<string, Named>()
  // in the order of weight: what comes later stands over what has the same name
  for (const [prefix, entries] of Map.groupBy(logIndices, (entry) => entry.prefix)) {
    const indices = entries.map(({ name }) => ({ index: name }))
    names.set(prefix, { name: prefix, kind: 'prefix', isHidden: false, indices })
  }
  for (const alias of aliasesOf(logIndices, state)) names.set(alias.name, alias)
  for (const stream of state.dataStreams) names.set(stream.name, streamName(stream))
  for (const { name } of logIndices) {
    names.set(name, { name, kind: 'index', isHidden: false, indices: [{ index: name }] })
  }
  for (const { name, settings } of state.indices) {
    const isHidden = settings['index.hidden'] === 'true'
    names.set(name, { name, kind: 'index', isHidden, indices: [{ index: name }] })
  }
  return names
}

function streamName({ name, isHidden, indices }: DataStreamMeta): Named {
  return {
    name,
    kind: 'data_stream',
    isHidden,
    indices: indices.map((index) => ({ index })),
  }
}

function aliasesOf(logs: readonly IndexEntry[], state: IndexState): readonly Named[] {
  const all = [
    ...logs.map(({ name }) => ({ index: name, aliases: logPlan(name, state).aliases })),
    ...state.indices.map(({ name, aliases }) => ({ index: name, aliases })),
  ].flatMap(({ index, aliases }) =>
    Object.entries(aliases).map(([name, alias]) => ({ name, index, alias })),
  )
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, indices]) => ({
    name,
    kind: 'alias',
    isHidden: indices.every(({ alias }) => alias.is_hidden === true),
    indices,
  }))
}

function missing(name: string, named: Named | undefined): SearchFailure {
  if (named?.kind === 'alias' || named?.kind === 'prefix') {
    return illegalArgument(
      `The provided expression [${name}] matches an alias, specify the corresponding concrete indices instead.`,
    )
  }
  if (!name.startsWith('-')) return indexNotFound(name)
  const { details } = indexNotFound(name)
  const hint =
    'and if you intended to exclude this index, ensure that you use wildcards that include it before explicitly excluding it'
  return new SearchFailure({ ...details, reason: `${details.reason} ${hint}` })
}

function checkName(name: string): void {
  if (name.startsWith('_')) {
    throw new SearchFailure({
      type: 'invalid_index_name_exception',
      reason: `Invalid index name [${name}], must not start with '_'.`,
      status: 400,
      index: name,
    })
  }
  const [cluster, index] = name.split(':')
  if (index === undefined) return
  throw new SearchFailure({
    type: 'no_such_remote_cluster_exception',
    reason: `no such remote cluster: [${cluster}]`,
    status: 404,
  })
}

/**
 * Reads the parameter `expand_wildcards`: `open`, `closed`, `hidden`, `none`, `all`, with commas.
 *
 * @throws SearchFailure for another value
 */
export function expandWildcards(text: string): ExpandWildcards {
  let expand = { open: false, closed: false, hidden: false }
  for (const value of text.split(',').filter((part) => part !== '')) {
    if (value === 'open' || value === 'closed' || value === 'hidden') {
      expand = { ...expand, [value]: true }
    } else if (value === 'all') expand = { open: true, closed: true, hidden: true }
    else if (value === 'none') expand = { open: false, closed: false, hidden: false }
    else throw illegalArgument(`No valid expand wildcard value [${value}]`)
  }
  return expand
}
