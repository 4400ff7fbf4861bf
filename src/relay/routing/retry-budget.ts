import type { Clock, Config } from '../../kernel/index.ts'

/** Retries that are allowed whatever the number of calls, so that a quiet relay can retry. */
const FREE_PER_SECOND = 10

/** Most that can be saved up, a hundred retries: what a good time may set off at once. */
const MAX_SAVED_PERCENT = 10_000

/**
 * Keeps retries from multiplying the load on a provider that is in trouble: each call allows for
 * a share of a retry, and ten a second are free.
 */
export class RetryBudget {
  readonly #perCallPercent: number
  readonly #clock: Clock
  /** Of a retry; whole numbers, which add up exactly. */
  #savedPercent = 0
  #free = FREE_PER_SECOND
  #refilledMs: number

  constructor(settings: Pick<Config['relay']['retry'], 'budget_percent'>, clock: Clock) {
    this.#perCallPercent = settings.budget_percent
    this.#clock = clock
    this.#refilledMs = clock.monotonicMs()
  }

  /** A call makes its first attempt. */
  deposit(): void {
    this.#savedPercent = Math.min(MAX_SAVED_PERCENT, this.#savedPercent + this.#perCallPercent)
  }

  /** Takes one retry out of the budget; false when there is none left. */
  withdraw(): boolean {
    const nowMs = this.#clock.monotonicMs()
    const refill = ((nowMs - this.#refilledMs) * FREE_PER_SECOND) / 1_000
    this.#free = Math.min(FREE_PER_SECOND, this.#free + refill)
    this.#refilledMs = nowMs
    if (this.#free >= 1) this.#free -= 1
    else if (this.#savedPercent >= 100) this.#savedPercent -= 100
    else return false
    return true
  }
}
