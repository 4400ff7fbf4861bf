import type { Clock } from '../kernel/index.ts'

/** Records of refused keys per second: whoever has no key must not be able to fill the journal. */
const PER_SECOND = 500

/** Bounds how many calls without a valid key are recorded. */
export class RefusalLimit {
  readonly #clock: Clock
  #second = 0
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Tells whether one more may be recorded now. */
  take(): boolean {
    const second = Math.floor(this.#clock.monotonicMs() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#count = 0
    }
    return ++this.#count <= PER_SECOND
  }
}
