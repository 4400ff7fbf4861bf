const MINUTE_MS = 60_000

/** What a provider says was used must not shut a caller out for longer than this. */
const LONGEST_DEBT_MS = 3_600_000

/** Rounding must not refuse a caller who comes back at the very moment he was told. */
const TOLERANCE_MS = 0.001

/**
 * Counts one thing (requests, tokens) against a limit a minute. A minute's worth can be taken at
 * once; what was taken comes back evenly. Moments are milliseconds of the monotonic clock.
 */
export class Meter {
  #limit: number | undefined
  /** The moment at which everything will have come back: all that has to be kept. */
  #fullAtMs = 0

  /** Undefined while nothing is limited. */
  get limit(): number | undefined {
    return this.#limit
  }

  /** Changes the limit; what was used stays used. */
  setLimit(limit: number | undefined, nowMs: number): void {
    if (limit === this.#limit) return
    const used = (this.spentMs(nowMs) * (this.#limit ?? 0)) / MINUTE_MS
    this.#limit = limit
    this.#fullAtMs = 0
    this.take(used, nowMs)
  }

  /** Time until everything has come back. */
  spentMs(nowMs: number): number {
    return Math.max(0, this.#fullAtMs - nowMs)
  }

  /** How much can be taken now; in debt 0, without a limit infinite. */
  remaining(nowMs: number): number {
    if (this.#limit === undefined) return Number.POSITIVE_INFINITY
    const leftMs = Math.max(0, MINUTE_MS - this.spentMs(nowMs) + TOLERANCE_MS)
    return Math.min(this.#limit, (leftMs * this.#limit) / MINUTE_MS)
  }

  /** Time until `amount` can be taken: 0 for now, infinite when it is more than the limit. */
  waitMs(amount: number, nowMs: number): number {
    if (this.#limit === undefined) return 0
    if (amount > this.#limit) return Number.POSITIVE_INFINITY
    const missingMs = this.spentMs(nowMs) + (amount * MINUTE_MS) / this.#limit - MINUTE_MS
    return missingMs <= TOLERANCE_MS ? 0 : missingMs
  }

  /** Takes `amount`, even if it is not there; a negative one is given back. */
  take(amount: number, nowMs: number): void {
    if (this.#limit === undefined) return
    const fullAtMs = Math.max(this.#fullAtMs, nowMs) + (amount * MINUTE_MS) / this.#limit
    this.#fullAtMs = Math.min(fullAtMs, nowMs + MINUTE_MS + LONGEST_DEBT_MS)
  }
}
