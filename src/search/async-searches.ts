import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/index.ts'
import type { SearchAnswer } from './search-answer.ts'
import { SearchFailure } from './search-failure.ts'

const ID_BYTES = 24
/** Elasticsearch keeps an async search for five days. */
export const DEFAULT_KEEP_ALIVE_MS = 432_000_000
/** Answers kept in memory; the oldest goes first. */
const MAX_KEPT = 100

/** How an async search stands. */
export interface AsyncState {
  readonly id: string | undefined
  readonly isRunning: boolean
  readonly startMs: number
  readonly expiresMs: number
  readonly completedMs: number | undefined
  readonly answer: SearchAnswer | undefined
  /** Why it failed, when it did. */
  readonly error: unknown
}

interface Kept {
  readonly startMs: number
  readonly done: Promise<unknown>
  keepAliveMs: number
  completedMs: number | undefined
  answer: SearchAnswer | undefined
  error: unknown
}

/** Searches whose answers are fetched later. They are short, so most are done at once. */
export class AsyncSearches {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Starts a search and waits for it up to `waitMs`. */
  async submit(
    run: () => Promise<SearchAnswer>,
    options: { readonly waitMs: number; readonly keepAliveMs: number; readonly keep: boolean },
  ): Promise<AsyncState> {
    const kept = this.#start(run, options.keepAliveMs)
    await Promise.race([kept.done, later(options.waitMs)])
    if (kept.completedMs !== undefined && !options.keep) return this.#state(undefined, kept)
    const id = randomBytes(ID_BYTES).toString('base64url')
    this.#keep(id, kept)
    return this.#state(id, kept)
  }

  /**
   * How a search stands; waits for it up to `waitMs`.
   *
   * @throws SearchFailure for an id that is none
   */
  async state(id: string, waitMs: number, keepAliveMs?: number): Promise<AsyncState> {
    const kept = this.#find(id)
    if (keepAliveMs !== undefined) kept.keepAliveMs = keepAliveMs
    if (waitMs > 0) await Promise.race([kept.done, later(waitMs)])
    return this.#state(id, kept)
  }

  /** @throws SearchFailure for an id that is none */
  delete(id: string): void {
    this.#find(id)
    this.#kept.delete(id)
  }

  #start(run: () => Promise<SearchAnswer>, keepAliveMs: number): Kept {
    const { promise, resolve } = Promise.withResolvers<void>()
    const kept: Kept = {
      startMs: this.#clock.nowMs(),
      done: promise,
      keepAliveMs,
      completedMs: undefined,
      answer: undefined,
      error: undefined,
    }
    run()
      .then(
        (answer) => {
          kept.answer = answer
        },
        (error: unknown) => {
          kept.error = error
        },
      )
      .finally(() => {
        kept.completedMs = this.#clock.nowMs()
        resolve()
      })
    return kept
  }

  #keep(id: string, kept: Kept): void {
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest)
    this.#kept.set(id, kept)
  }

  #find(id: string): Kept {
    const nowMs = this.#clock.nowMs()
    for (const [known, { startMs, keepAliveMs }] of this.#kept) {
      if (startMs + keepAliveMs < nowMs) this.#kept.delete(known)
    }
    const kept = this.#kept.get(id)
    if (kept !== undefined) return kept
    throw new SearchFailure({ type: 'resource_not_found_exception', reason: id, status: 404 })
  }

  #state(id: string | undefined, kept: Kept): AsyncState {
    return {
      id,
      isRunning: kept.completedMs === undefined,
      startMs: kept.startMs,
      expiresMs: kept.startMs + kept.keepAliveMs,
      completedMs: kept.completedMs,
      answer: kept.answer,
      error: kept.error,
    }
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
