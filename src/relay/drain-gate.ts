/**
 * How much is still read from a provider after its caller has left, to learn what the call cost.
 */
export const DRAIN_LIMITS = { calls: 64, bytes: 1024 * 1024, ms: 30_000 } as const

/** Counts the calls whose provider is being read without a caller. */
export class DrainGate {
  #calls = 0

  /** Takes a place; false when all are taken. */
  enter(): boolean {
    if (this.#calls >= DRAIN_LIMITS.calls) return false
    this.#calls++
    return true
  }

  leave(): void {
    this.#calls--
  }
}
