import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/index.ts'
import type { PageEnd } from '../store/index.ts'
import type { ResolvedIndex } from './index-resolver.ts'
import type { IndexTarget, Search, SearchForm } from './search.ts'
import type { SearchAnswer } from './search-answer.ts'
import { illegalArgument, SearchFailure } from './search-failure.ts'
import { invalid } from './search-request.ts'
import type { DocumentHolds, SeenAsOf } from './searched-parts.ts'

export interface CursorsOptions {
  readonly search: Search
  readonly holds: DocumentHolds
  readonly clock: Clock
}

/** Elasticsearch's `search.max_open_scroll_context`. */
const MAX_OPEN = 500
/** Elasticsearch's `search.max_keep_alive`, milliseconds. */
const MAX_KEEP_ALIVE_MS = 86_400_000
const ID_BYTES = 24

/** A view of some indices as they were when it was opened. */
interface View {
  readonly indices: readonly ResolvedIndex[]
  readonly asOf: SeenAsOf
  readonly openedMs: number
  keepAliveMs: number
  expiresMs: number
}

interface Scroll extends View {
  readonly kind: 'scroll'
  readonly body: unknown
  readonly form: SearchForm
  behind: PageEnd | undefined
  /** Of the first page: they hold for all. */
  counted: Pick<SearchAnswer['hits'], 'total' | 'max_score'> | undefined
}

interface PointInTime extends View {
  readonly kind: 'pit'
}

/** Scrolls and points in time: views that stay as they are while documents change. */
export class Cursors {
  readonly #search: Search
  readonly #holds: DocumentHolds
  readonly #clock: Clock
  readonly #open = new Map<string, Scroll | PointInTime>()

  constructor({ search, holds, clock }: CursorsOptions) {
    this.#search = search
    this.#holds = holds
    this.#clock = clock
  }

  /** Number of views that are open. */
  get size(): number {
    this.#expire()
    return this.#open.size
  }

  /**
   * Runs a search whose further pages `next` gives.
   *
   * @throws SearchFailure for what a scroll cannot do
   */
  async scroll(target: IndexTarget, body: unknown, keepAliveMs: number, form: SearchForm) {
    const view = await this.#view(target, keepAliveMs)
    const scroll: Scroll = {
      ...view,
      kind: 'scroll',
      body,
      form,
      behind: undefined,
      counted: undefined,
    }
    const id = this.#keep(scroll)
    try {
      return await this.#page(id, scroll)
    } catch (error) {
      await this.close([id])
      throw error
    }
  }

  /**
   * The next page of a scroll.
   *
   * @throws SearchFailure for an id that is none, or has expired
   */
  async next(id: string, keepAliveMs: number | undefined) {
    const scroll = this.#find(id, 'scroll')
    if (keepAliveMs !== undefined) scroll.keepAliveMs = checkedKeepAlive(keepAliveMs)
    return this.#page(id, scroll)
  }

  /** Opens a point in time; answers its id. */
  async openPointInTime(target: IndexTarget, keepAliveMs: number): Promise<string> {
    return this.#keep({ ...(await this.#view(target, keepAliveMs)), kind: 'pit' })
  }

  /**
   * What a search at a point in time sees.
   *
   * @throws SearchFailure for an id that is none, or has expired
   */
  pointInTime(id: string, keepAliveMs: number | undefined): SearchForm {
    const view = this.#find(id, 'pit')
    if (keepAliveMs !== undefined) view.keepAliveMs = checkedKeepAlive(keepAliveMs)
    view.expiresMs = this.#clock.monotonicMs() + view.keepAliveMs
    return { indices: view.indices, asOf: view.asOf, view: 'pit' }
  }

  /** Closes views; answers how many there were. */
  async close(ids: readonly string[]): Promise<number> {
    const found = ids.flatMap((id) => this.#open.get(id) ?? [])
    for (const id of ids) this.#open.delete(id)
    await Promise.all(found.map(({ asOf }) => this.#holds.release(asOf)))
    return found.length
  }

  closeAll(kind: 'scroll' | 'pit'): Promise<number> {
    return this.close([...this.#open].filter(([, view]) => view.kind === kind).map(([id]) => id))
  }

  async #view(target: IndexTarget, keepAliveMs: number): Promise<View> {
    this.#expire()
    if (this.#open.size >= MAX_OPEN) throw tooMany()
    const indices = await this.#search.resolve(target)
    const uuids = indices.flatMap((index) => (index.kind === 'documents' ? [index.meta.uuid] : []))
    const asOf = await this.#holds.hold(uuids)
    const ms = checkedKeepAlive(keepAliveMs)
    return {
      indices,
      asOf,
      openedMs: this.#clock.nowMs(),
      keepAliveMs: ms,
      expiresMs: this.#clock.monotonicMs() + ms,
    }
  }

  #keep(view: Scroll | PointInTime): string {
    const id = randomBytes(ID_BYTES).toString('base64url')
    this.#open.set(id, view)
    return id
  }

  async #page(id: string, scroll: Scroll) {
    const { indices, asOf, openedMs, behind, form, counted } = scroll
    scroll.expiresMs = this.#clock.monotonicMs() + scroll.keepAliveMs
    const isFirst = behind === undefined
    const { answer, end } = await this.#search.searchPage(
      { expression: '' },
      isFirst ? withTotal(scroll.body) : furtherBody(scroll.body),
      { ...form, indices, asOf, nowMs: openedMs, view: 'scroll', ...(!isFirst && { behind }) },
    )
    scroll.behind = end ?? behind
    const { hits: own, ...counts } = answer.hits
    if (isFirst) scroll.counted = counts
    const hits = { ...counts, ...counted, hits: own }
    return { _scroll_id: id, ...answer, hits }
  }

  #find<K extends 'scroll' | 'pit'>(
    id: string,
    kind: K,
  ): Extract<Scroll | PointInTime, { readonly kind: K }> {
    this.#expire()
    const view = this.#open.get(id)
    if (view?.kind === kind) {
      return view as Extract<Scroll | PointInTime, { readonly kind: K }>
    }
    if (!/^[A-Za-z0-9_-]{16,}={0,2}$/.test(id)) {
      throw illegalArgument(
        kind === 'pit' ? 'Cannot parse point in time id' : 'Cannot parse scroll id',
      )
    }
    throw missing(id)
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs()
    const ended = [...this.#open].filter(([, { expiresMs }]) => expiresMs < nowMs)
    if (ended.length > 0) void this.close(ended.map(([id]) => id))
  }
}

/** A scroll counts all hits, whatever the request says. */
function withTotal(body: unknown): unknown {
  const { track_total_hits: tracked } = Object(body) as { readonly track_total_hits?: unknown }
  if (tracked === false || tracked === 'false') {
    throw invalid('disabling [track_total_hits] is not allowed in a scroll context')
  }
  return { ...Object(body), track_total_hits: true }
}

/** Only the first page has the count and the aggregations. */
function furtherBody(body: unknown): unknown {
  const { aggs: _, aggregations: __, ...rest } = Object(body) as Record<string, unknown>
  return { ...rest, track_total_hits: false }
}

function checkedKeepAlive(ms: number): number {
  if (ms <= MAX_KEEP_ALIVE_MS) return ms
  throw illegalArgument(
    `Keep alive for request (${ms}ms) is too large. It must be less than (1d). This limit can be set by changing the [search.max_keep_alive] cluster level setting.`,
  )
}

function tooMany(): SearchFailure {
  return new SearchFailure({
    type: 'exception',
    reason: `Trying to create too many scroll contexts. Must be less than or equal to: [${MAX_OPEN}]. This limit can be set by changing the [search.max_open_scroll_context] setting.`,
    status: 429,
  })
}

function missing(id: string): SearchFailure {
  return new SearchFailure({
    type: 'search_context_missing_exception',
    reason: `No search context found for id [${id}]`,
    status: 404,
    onShard: true,
  })
}
