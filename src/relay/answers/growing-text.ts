/** Additions after which the pieces are joined. */
const PIECES = 32

/** Joined text longer than this is put aside, so that it is not copied again and again. */
const LONG = 4_096

/**
 * Text that is put together from many small pieces over seconds. Strings that are only added to
 * each other stay a tree of all their pieces, which the collector has to carry along; here they
 * are joined every now and then.
 */
export class GrowingText {
  readonly #joined: string[] = []
  #tail = ''
  #pieces = 0

  add(piece: string): void {
    this.#tail += piece
    if (++this.#pieces < PIECES) return
    this.#pieces = 0
    // to look at a character makes the engine join the pieces
    this.#tail.charCodeAt(0)
    if (this.#tail.length < LONG) return
    this.#joined.push(this.#tail)
    this.#tail = ''
  }

  toString(): string {
    return this.#joined.length === 0 ? this.#tail : this.#joined.join('') + this.#tail
  }
}
