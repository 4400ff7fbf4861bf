import type { Clock } from '../../kernel/index.ts'

interface Entry<T> {
  readonly value: T
  readonly bytes: number
  readonly untilMs: number
}

/** One entry must not push out all others. */
const LARGEST_SHARE = 1 / 4

/** Values by key with an end to each, bounded in bytes: the least recently used goes first. */
export class ByteBoundedMap<T> {
  readonly #maxBytes: number
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry<T>>()
  #bytes = 0

  constructor(maxBytes: number, clock: Clock) {
    this.#maxBytes = maxBytes
    this.#clock = clock
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#entries.size
  }

  /** Finds a value whose time is not up, and makes it the most recently used. */
  get(key: string): T | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (this.#clock.monotonicMs() >= entry.untilMs) {
      this.#bytes -= entry.bytes
      return undefined
    }
    this.#entries.set(key, entry)
    return entry.value
  }

  /** Keeps a value in the place of any other; false when it is too large to be kept. */
  set(key: string, value: T, bytes: number, ttlMs: number): boolean {
    this.delete(key)
    if (bytes > this.#maxBytes * LARGEST_SHARE) return false
    this.#entries.set(key, { value, bytes, untilMs: this.#clock.monotonicMs() + ttlMs })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.delete(oldest)
    }
    return true
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }
}
