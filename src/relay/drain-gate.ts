/**
 * How much is still read from a provider after its caller has left, to learn what the call cost.
 */
export const DRAIN_LIMITS = { calls: 64, bytes: 1024 * 1024, ms: 30_000 } as const

/** Bounds the calls whose provider is being read without a caller. */
export class DrainGate {
  #calls = 0

  /** Takes a place for one call; undefined when all are taken. */
  enter(): Drain | undefined {
    if (this.#calls >= DRAIN_LIMITS.calls) return undefined
    this.#calls++
    return new Drain(() => this.#calls--)
  }
}

/** The place of one call whose provider is read without a caller. */
class Drain {
  readonly #leave: () => void
  #bytes = 0
  #ended: boolean = false

  constructor(leave: () => void) {
    this.#leave = leave
  }

  /** Counts what was read; false when it is more than may be read. */
  read(bytes: number): boolean {
    this.#bytes += bytes
    return this.#bytes <= DRAIN_LIMITS.bytes
  }

  /** Gives the place back; only the first time counts. */
  end(): void {
    if (!this.#ended) this.#leave()
    this.#ended = true
  }
}

export type { Drain }
