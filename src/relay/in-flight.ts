import type { Clock } from '../kernel/index.ts'

/** A call that is under way, as the relay's watch sees it. */
export interface WatchedCall {
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

/** Deadlines are looked at this often: one timer for all calls costs less than one for each. */
const TICK_MS = 25

/** All calls under way, and the watch over their deadlines. */
export class InFlight {
  readonly #calls = new Set<WatchedCall>()
  readonly #clock: Clock
  #timer: NodeJS.Timeout | undefined
  #onEmpty: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#calls.size
  }

  add(call: WatchedCall): void {
    this.#calls.add(call)
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS)
  }

  delete(call: WatchedCall): void {
    this.#calls.delete(call)
    if (this.#calls.size > 0) return
    for (const tell of this.#onEmpty.splice(0)) tell()
  }

  openEntries(): readonly Uint8Array[] {
    return Array.from(this.#calls, ({ openEntry }) => openEntry).filter(
      (entry) => entry !== undefined,
    )
  }

  closeConnections(): void {
    for (const call of this.#calls) call.closeConnection()
  }

  shutDown(): void {
    for (const call of [...this.#calls]) call.shutDown()
  }

  /** Resolves once no call is under way, or after `limitMs`. */
  async whenEmpty(limitMs: number): Promise<void> {
    if (this.#calls.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.#onEmpty.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #tick(): void {
    if (this.#calls.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    const nowMs = this.#clock.monotonicMs()
    for (const call of this.#calls) {
      if (call.deadlineMs <= nowMs) call.expire(nowMs)
    }
  }
}
