const FIRST_BYTES = 4_096

/**
 * Collects what is sent to a caller, so that it can be given again, up to `maxBytes`. The pieces
 * are copied: they are slices of larger reads that would otherwise stay in memory.
 */
export class AnswerRecorder {
  readonly #maxBytes: number
  #bytes: Buffer | undefined
  #length = 0
  #overflowed: boolean = false
  #endedWell: boolean = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether the call ended well and everything that was sent is here. */
  get complete(): boolean {
    return this.#endedWell && !this.#overflowed
  }

  add(piece: Uint8Array | string): void {
    if (this.#overflowed) return
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    const length = this.#length + bytes.length
    if (length > this.#maxBytes) {
      this.#overflowed = true
      this.#bytes = undefined
      return
    }
    this.#room(length).set(bytes, this.#length)
    this.#length = length
  }

  /** The call ended well; anything else leaves the answer incomplete. */
  end(): void {
    this.#endedWell = true
  }

  /** The whole answer; undefined unless it is complete. */
  body(): Buffer | undefined {
    if (!this.complete) return undefined
    return this.#bytes?.subarray(0, this.#length) ?? Buffer.alloc(0)
  }

  #room(length: number): Buffer {
    const present = this.#bytes
    if (present !== undefined && present.length >= length) return present
    const doubled = Math.max(length, FIRST_BYTES, (present?.length ?? 0) * 2)
    const larger = Buffer.allocUnsafeSlow(Math.min(doubled, this.#maxBytes))
    present?.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
    return larger
  }
}
