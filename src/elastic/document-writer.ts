import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Clock, isAppError, type Logger, messageOf } from '../kernel/index.ts'
import type { IncomingDocument } from '../record/index.ts'
import { type FailureDetails, type Search, SearchFailure } from '../search/index.ts'
import type { Intake } from './intake.ts'
import { writeTarget } from './write-target.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export interface WriteRequest {
  /** `create` refuses an id that exists; `index` takes the same document again. */
  readonly action: 'create' | 'index'
  readonly index: string
  /** Undefined when the client leaves the choice of the id to us. */
  readonly id: string | undefined
  readonly source: JsonObject
}

/** What became of one document. `noop`: this very document was there already. */
export type WriteOutcome =
  | { readonly kind: 'created' | 'noop'; readonly index: string; readonly id: string }
  | {
      readonly kind: 'failed'
      readonly index: string
      readonly id: string | undefined
      readonly failure: FailureDetails
    }

export interface DocumentWriterOptions {
  readonly search: Pick<Search, 'documents'>
  readonly intake: Intake
  readonly clock: Clock
  readonly logger: Logger
}

/** Random bytes of an id; base64 makes 20 URL-safe characters of them. */
const ID_BYTES = 15

interface Placed {
  readonly request: WriteRequest
  readonly index: string
  readonly id: string
}

/**
 * Writes documents to the append-only log indices. An id is taken once and for all: it counts
 * from the moment it is written, before a search can find it.
 */
export class DocumentWriter {
  readonly #search: Pick<Search, 'documents'>
  readonly #intake: Intake
  readonly #clock: Clock
  readonly #logger: Logger
  /** Documents of explicit ids that a search cannot find yet, by `index/id`. */
  readonly #pending = new Map<string, { readonly source: JsonObject; visible: Promise<void> }>()
  /** The last request that looks its ids up; they do so one after the other. */
  #looking: Promise<unknown> = Promise.resolve()

  constructor({ search, intake, clock, logger }: DocumentWriterOptions) {
    this.#search = search
    this.#intake = intake
    this.#clock = clock
    this.#logger = logger
  }

  /** Waits until a document that was just written can be found; at once when there is none. */
  async settled(index: string, id: string): Promise<void> {
    const end = `/${id}`
    for (const [key, { visible }] of this.#pending) {
      if (key.endsWith(end) && key.startsWith(index)) await visible
    }
  }

  /**
   * Writes the documents; on return those that were accepted are on disk and, with `refresh`, can
   * be found by a search.
   */
  async write(
    requests: readonly WriteRequest[],
    options: { readonly refresh: boolean },
  ): Promise<readonly WriteOutcome[]> {
    const receivedMs = this.#clock.nowMs()
    const placed = requests.map((request) => place(request, receivedMs))
    const outcomes: (WriteOutcome | undefined)[] = placed.map((item) =>
      'failure' in item ? item : undefined,
    )
    const accepted: { readonly at: number; readonly item: Placed }[] = []
    await this.#alone(placed, (known) => {
      for (const [at, item] of placed.entries()) {
        if ('failure' in item) continue
        outcomes[at] = this.#conflict(item, known)
        if (outcomes[at] !== undefined) continue
        accepted.push({ at, item })
        if (item.request.id !== undefined) this.#reserve(item)
      }
    })
    const failure = await this.#append(
      accepted.map(({ item }) => item),
      receivedMs,
      options.refresh,
    )
    for (const { at, item } of accepted) {
      const { index, id } = item
      outcomes[at] = failure
        ? { kind: 'failed', index, id, failure }
        : { kind: 'created', index, id }
    }
    return outcomes.filter((outcome) => outcome !== undefined)
  }

  /**
   * Looks up the documents of explicit ids, by `index/id`, and reserves in `reserve` what is free,
   * one request at a time: between both nobody else can take an id.
   */
  async #alone(
    placed: readonly (Placed | WriteOutcome)[],
    reserve: (known: ReadonlyMap<string, JsonObject>) => void,
  ): Promise<void> {
    const explicit = placed.filter((item) => 'request' in item && item.request.id !== undefined)
    if (explicit.length === 0) return reserve(new Map())
    const turn = this.#looking.then(async () => {
      reserve(await this.#known(explicit.filter((item) => 'request' in item)))
    })
    this.#looking = turn.catch(() => undefined)
    await turn
  }

  async #known(explicit: readonly Placed[]): Promise<ReadonlyMap<string, JsonObject>> {
    const found = new Map<string, JsonObject>()
    // first those not visible yet: they may become so, and be forgotten, during the search
    for (const item of explicit) {
      const pending = this.#pending.get(keyOf(item))
      if (pending !== undefined) found.set(keyOf(item), pending.source)
    }
    await this.#intake.ready()
    for (const [index, items] of Map.groupBy(explicit, (item) => item.index)) {
      const ids = [...new Set(items.map(({ id }) => id))]
      for (const { id, source } of await this.#search.documents(index, ids)) {
        found.set(keyOf({ index, id }), source)
      }
    }
    return found
  }

  #conflict(item: Placed, known: ReadonlyMap<string, JsonObject>): WriteOutcome | undefined {
    const { request, index, id } = item
    if (request.id === undefined) return undefined
    const existing = known.get(keyOf(item)) ?? this.#pending.get(keyOf(item))?.source
    if (existing === undefined) return undefined
    if (request.action === 'index' && holds(existing, request.source)) {
      return { kind: 'noop', index, id }
    }
    const what =
      request.action === 'create'
        ? 'document already exists (current version [1])'
        : 'log indices are append-only and the document exists with other content (current version [1])'
    return {
      kind: 'failed',
      index,
      id,
      failure: {
        type: 'version_conflict_engine_exception',
        reason: `[${id}]: version conflict, ${what}`,
        status: 409,
        index,
      },
    }
  }

  #reserve(item: Placed): void {
    this.#pending.set(keyOf(item), { source: item.request.source, visible: Promise.resolve() })
  }

  async #append(
    accepted: readonly Placed[],
    receivedMs: number,
    refresh: boolean,
  ): Promise<FailureDetails | undefined> {
    if (accepted.length === 0) return undefined
    const documents = accepted.map(
      ({ index, id, request }): IncomingDocument => ({
        index,
        id,
        received_ms: receivedMs,
        source: request.source,
      }),
    )
    try {
      const position = await this.#intake.append(documents)
      const visible = this.#forgetWhenVisible(accepted, position)
      if (refresh) await visible
      return undefined
    } catch (error) {
      for (const item of accepted) this.#pending.delete(keyOf(item))
      return writeFailure(error)
    }
  }

  #forgetWhenVisible(accepted: readonly Placed[], position: number): Promise<void> {
    const visible = this.#intake.visible(position).then(
      () => {
        for (const item of accepted) this.#pending.delete(keyOf(item))
      },
      // the ids stay reserved: the documents are on disk and will show up after a restart
      (error: unknown) => {
        this.#logger.warn({ err: error }, 'documents written were not seen in the store')
      },
    )
    for (const item of accepted) {
      const pending = this.#pending.get(keyOf(item))
      if (pending !== undefined) pending.visible = visible
    }
    return visible
  }
}

function place(
  request: WriteRequest,
  receivedMs: number,
): Placed | Extract<WriteOutcome, { kind: 'failed' }> {
  const id = request.id ?? randomBytes(ID_BYTES).toString('base64url')
  const { index } = request
  try {
    checkId(id)
    return { request, id, index: writeTarget(index, request.source, receivedMs) }
  } catch (error) {
    if (!(error instanceof SearchFailure)) throw error
    return { kind: 'failed', index, id: request.id, failure: error.details }
  }
}

/** Elasticsearch's limit. */
const MAX_ID_BYTES = 512

function checkId(id: string): void {
  const bytes = Buffer.byteLength(id)
  if (id !== '' && bytes <= MAX_ID_BYTES) return
  throw new SearchFailure({
    type: 'illegal_argument_exception',
    reason:
      id === ''
        ? 'if _id is specified it must not be empty'
        : `id is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${bytes}`,
    status: 400,
  })
}

function keyOf({ index, id }: { readonly index: string; readonly id: string }): string {
  return `${index}/${id}`
}

/** Tells whether a stored document is the one sent: it has all of it, and what was derived. */
function holds(stored: JsonObject, sent: JsonObject): boolean {
  return Object.entries(sent).every(([key, value]) => isDeepStrictEqual(stored[key], value))
}

/** Clients try 429 and 503 again. */
function writeFailure(error: unknown): FailureDetails {
  if (!isAppError(error)) throw error
  return {
    type: 'es_rejected_execution_exception',
    reason: messageOf(error),
    status: error.status === 503 ? 429 : error.status,
  }
}
