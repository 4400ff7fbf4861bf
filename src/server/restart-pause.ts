import type { Clock } from '../kernel/index.ts'

const PAUSES_MS = [0, 250, 500, 1_000, 2_000, 5_000] as const

/** A child that was ready for so long had a good start: the next pause is the shortest again. */
const STEADY_MS = 5_000

/** Says how long to wait before a child that ended is started again. */
export class RestartPause {
  readonly #clock: Clock
  #endings = 0
  #readyMs: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notes that the child is ready for work. */
  ready(): void {
    this.#readyMs = this.#clock.monotonicMs()
  }

  /** Notes that the child ended and returns the pause before its next start, in milliseconds. */
  ended(): number {
    const steady =
      this.#readyMs !== undefined && this.#clock.monotonicMs() - this.#readyMs >= STEADY_MS
    this.#readyMs = undefined
    this.#endings = steady ? 0 : this.#endings
    const pause = PAUSES_MS[Math.min(this.#endings, PAUSES_MS.length - 1)]!
    this.#endings++
    return pause
  }
}
