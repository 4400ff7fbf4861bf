import type { Clock } from '../kernel/index.ts'
import {
  type Done,
  expandWildcards,
  type IndexCatalogue,
  type IndexState,
  illegalArgument,
  type ResolvedIndex,
  type ResolveOptions,
  resolveIndex,
  SearchFailure,
} from '../search/index.ts'
import type { Indices } from './indices.ts'
import { type AnswerQuery, parameter } from './parameters.ts'

/** What of a resolution is not for the client to choose, and what it is when it does not. */
export type ResolveDefaults = Omit<ResolveOptions, 'nowMs'>

/** Finds indices by their names, of both kinds. Keeps what is set up until it changes. */
export class IndexCatalog {
  readonly indices: Indices
  readonly clock: Clock
  #state: IndexState | undefined

  constructor(indices: Indices, clock: Clock) {
    this.indices = indices
    this.clock = clock
  }

  /** Everything that is set up now. */
  async state(): Promise<IndexState> {
    const changed = await this.indices.state(this.#state?.version)
    // two may ask at once: what is newer stays
    if (changed !== undefined && changed.version >= (this.#state?.version ?? -1)) {
      this.#state = changed
    }
    const state = changed ?? this.#state
    if (state === undefined) throw new Error('the indices have no state')
    return state
  }

  async catalogue(): Promise<IndexCatalogue> {
    const [state, logIndices] = await Promise.all([this.state(), this.indices.logIndices()])
    return { state, logIndices }
  }

  /**
   * Finds the indices that a request names, by its parameters `ignore_unavailable`,
   * `allow_no_indices` and `expand_wildcards`. In the order of their names.
   *
   * @throws SearchFailure
   */
  async resolve(
    expression: string,
    query: AnswerQuery,
    defaults: ResolveDefaults = {},
  ): Promise<readonly ResolvedIndex[]> {
    return this.resolved(await this.catalogue(), expression, query, defaults)
  }

  /** The same in a catalogue that is at hand. */
  resolved(
    catalogue: IndexCatalogue,
    expression: string,
    query: AnswerQuery,
    defaults: ResolveDefaults = {},
  ): readonly ResolvedIndex[] {
    const nowMs = this.clock.nowMs()
    const options = { ...resolveOptions(query, defaults), nowMs }
    const found = resolveIndex(expression, catalogue, options)
    return [...found].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

function resolveOptions(query: AnswerQuery, defaults: ResolveDefaults): ResolveDefaults {
  const ignoreUnavailable = parameter.boolean(query, 'ignore_unavailable')
  const allowNoIndices = parameter.boolean(query, 'allow_no_indices')
  const expand = query.expand_wildcards
  return {
    ...defaults,
    ...(ignoreUnavailable !== undefined && { ignoreUnavailable }),
    ...(allowNoIndices !== undefined && { allowNoIndices }),
    ...(expand !== undefined && { expand: expandWildcards(expand) }),
  }
}

/**
 * The value of an outcome.
 *
 * @throws SearchFailure what it failed with
 */
export function accepted<T>(done: Done<T>): T {
  if (done.ok) return done.value
  throw new SearchFailure(done.failure)
}

/** Names of the document indices among those found. */
export function documentNames(found: readonly ResolvedIndex[]): readonly string[] {
  return found.filter(({ kind }) => kind === 'documents').map(({ name }) => name)
}

/**
 * Refuses log indices where only document indices will do.
 *
 * @throws SearchFailure naming the first one
 */
export function refuseLogIndices(found: readonly ResolvedIndex[], what: string): void {
  const log = found.find(({ kind }) => kind === 'log')
  if (log !== undefined) throw illegalArgument(`[${log.name}] is a log index: ${what}`)
}
