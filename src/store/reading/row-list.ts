const FIRST_ROWS = 1024

/** Rows, ascending, decoded from a term of the word index; used again for the next term. */
export class RowList {
  #rows = new Float64Array(FIRST_ROWS)
  #length = 0

  /** Rows so far; valid until the list is changed. */
  get rows(): Float64Array {
    return this.#rows.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
  }

  /**
   * Adds the rows at `bytes[start..end)`: the first whole, each other as the distance from the one
   * before. Both are numbers of seven bits a byte, the highest first.
   */
  decode(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    const rows = this.#rows
    let length = this.#length
    let row = 0
    let isFirst = true
    let place = start
    while (place < end) {
      let byte = bytes[place++]!
      // a distance is never 0: such a byte says that the row was deleted and written again
      if (byte === 0 && !isFirst) continue
      isFirst = false
      let value = byte & 0x7f
      while (byte >= 0x80) {
        byte = bytes[place++]!
        value = value * 128 + (byte & 0x7f)
      }
      row += value
      rows[length++] = row
    }
    this.#length = length
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#rows.length) return
    const larger = new Float64Array(this.#rows.length * 2 + more)
    larger.set(this.rows)
    this.#rows = larger
  }
}
