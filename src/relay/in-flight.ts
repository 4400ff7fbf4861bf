import type { Clock } from '../kernel/index.ts'

/** A call that is under way, as the relay's watch sees it. */
export interface WatchedCall {
  /** The watch's own note of where it keeps the call; -1 while it does not. */
  place: number
  /** On the monotonic clock; the watch calls `expire` once it has passed. */
  readonly deadlineMs: number
  expire(nowMs: number): void
  /** Makes the answer the last one on its connection. */
  closeConnection(): void
  /** Ends the call because the relay stops. */
  shutDown(): void
  /** The journal's entry of its admission; undefined before it and after the call's close. */
  readonly openEntry: Uint8Array | undefined
}

/** What is to be done once some calls have ended. */
interface Awaited {
  readonly calls: readonly WatchedCall[]
  readonly action: () => void
}

/** Deadlines are looked at this often: one timer for all calls costs less than one for each. */
const TICK_MS = 25

/**
 * All calls under way, and the watch over their deadlines. They lie in an array, not in a set: a
 * set leaves a chain of its outgrown tables behind, and one of them that has become old keeps
 * every call after it alive until the next full collection.
 */
export class InFlight {
  readonly #calls: WatchedCall[] = []
  readonly #clock: Clock
  #timer: NodeJS.Timeout | undefined
  #onEmpty: (() => void)[] = []
  #awaited: Awaited[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#calls.length
  }

  add(call: WatchedCall): void {
    if (call.place !== -1) return
    call.place = this.#calls.push(call) - 1
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS)
  }

  delete(call: WatchedCall): void {
    const { place } = call
    if (place === -1) return
    call.place = -1
    const last = this.#calls.pop()
    if (last !== undefined && last !== call) {
      this.#calls[place] = last
      last.place = place
    }
    if (this.#calls.length > 0) return
    for (const tell of this.#onEmpty.splice(0)) tell()
  }

  openEntries(): readonly Uint8Array[] {
    return this.#calls.map(({ openEntry }) => openEntry).filter((entry) => entry !== undefined)
  }

  closeConnections(): void {
    for (const call of [...this.#calls]) call.closeConnection()
  }

  shutDown(): void {
    for (const call of [...this.#calls]) call.shutDown()
  }

  /** Resolves once no call is under way, or after `limitMs`. */
  async whenEmpty(limitMs: number): Promise<void> {
    if (this.#calls.length === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.#onEmpty.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Calls `action` once all calls that are under way now have ended. */
  afterThese(action: () => void): void {
    if (this.#calls.length === 0) action()
    else this.#awaited.push({ calls: [...this.#calls], action })
  }

  #tick(): void {
    if (this.#awaited.length > 0) this.#lookAtAwaited()
    if (this.#calls.length === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    const nowMs = this.#clock.monotonicMs()
    // from the end: a call that ends meanwhile is replaced by one that was looked at
    for (let place = this.#calls.length - 1; place >= 0; place--) {
      const call = this.#calls[place]
      if (call !== undefined && call.deadlineMs <= nowMs) call.expire(nowMs)
    }
  }

  #lookAtAwaited(): void {
    const over = this.#awaited.filter(({ calls }) => calls.every(({ place }) => place === -1))
    if (over.length === 0) return
    this.#awaited = this.#awaited.filter((each) => !over.includes(each))
    for (const { action } of over) action()
  }
}
