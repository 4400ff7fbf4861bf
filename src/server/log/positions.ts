/**
 * Positions that threads share, one per journal: how far the text store has committed. Backed by
 * shared memory, so that no message is needed to see a new one.
 */
export class Positions {
  readonly buffer: SharedArrayBuffer
  readonly #values: BigInt64Array

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#values = new BigInt64Array(buffer)
  }

  /** Makes positions for so many journals, all 0. */
  static create(journals: number): Positions {
    return new Positions(new SharedArrayBuffer(journals * BigInt64Array.BYTES_PER_ELEMENT))
  }

  get(journal: number): number {
    return Number(Atomics.load(this.#values, journal))
  }

  /** Moves on and wakes who waits; never moves back. */
  advance(journal: number, position: number): void {
    if (position <= this.get(journal)) return
    Atomics.store(this.#values, journal, BigInt(position))
    // Who waits does so for any journal, at the first.
    Atomics.notify(this.#values, 0)
  }

  /** Resolves when a position moves, after `timeoutMs` at the latest. */
  async changed(timeoutMs: number): Promise<void> {
    const found = Atomics.load(this.#values, 0)
    const waited = Atomics.waitAsync(this.#values, 0, found, timeoutMs)
    if (waited.async) await waited.value
  }

  /** All positions, in the order of the journals. */
  all(): readonly number[] {
    return Array.from(this.#values, (_, journal) => this.get(journal))
  }
}
