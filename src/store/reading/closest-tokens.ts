/** Tokens beyond the wanted ones that are gathered before the farther ones are dropped. */
const SPARE = 1024

/** The tokens nearest to something: so many at most, of equally near ones the first. */
export class ClosestTokens {
  readonly #most: number
  /** Distances by token, its bytes as Latin-1. */
  #distances = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Adds the token at `bytes[0..length)`; one that was added before counts once. */
  add(bytes: Uint8Array, length: number, distance: number): void {
    const token = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1')
    this.#distances.set(token, distance)
    if (this.#distances.size > this.#most + SPARE) this.#trim()
  }

  all(): readonly Buffer[] {
    this.#trim()
    return Array.from(this.#distances.keys(), (token) => Buffer.from(token, 'latin1'))
  }

  #trim(): void {
    const ordered = [...this.#distances].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
    this.#distances = new Map(ordered.slice(0, this.#most))
  }
}
