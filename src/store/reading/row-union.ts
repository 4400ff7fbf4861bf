/** Rows of a piece; a power of two. */
const PIECE_ROWS = 65_536
const WORDS = PIECE_ROWS / 32

/** The rows of any number of lists, each once. */
export class RowUnion {
  readonly #pieces = new Map<number, Uint32Array>()

  add(rows: Float64Array): void {
    let number = Number.NaN
    let piece: Uint32Array | undefined
    for (let place = 0; place < rows.length; place++) {
      const row = rows[place]!
      const own = Math.floor(row / PIECE_ROWS)
      if (own !== number || piece === undefined) {
        number = own
        piece = this.#piece(own)
      }
      const bit = row - own * PIECE_ROWS
      piece[bit >>> 5]! |= 1 << (bit & 31)
    }
  }

  /** All rows, ascending. */
  rows(): Float64Array {
    const rows = new Float64Array(this.#count())
    let length = 0
    for (const number of [...this.#pieces.keys()].sort((a, b) => a - b)) {
      const piece = this.#pieces.get(number)!
      for (let place = 0; place < WORDS; place++) {
        let word = piece[place]!
        while (word !== 0) {
          const bit = 31 - Math.clz32(word & -word)
          rows[length++] = number * PIECE_ROWS + place * 32 + bit
          word &= word - 1
        }
      }
    }
    return rows
  }

  #piece(number: number): Uint32Array {
    const known = this.#pieces.get(number)
    if (known !== undefined) return known
    const made = new Uint32Array(WORDS)
    this.#pieces.set(number, made)
    return made
  }

  #count(): number {
    let count = 0
    for (const piece of this.#pieces.values()) {
      for (let place = 0; place < WORDS; place++) count += bits(piece[place]!)
    }
    return count
  }
}

function bits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Rows that are in any of the lists, ascending. */
export function unionOf(lists: readonly Float64Array[]): Float64Array {
  const filled = lists.filter((rows) => rows.length > 0)
  if (filled.length === 0) return NO_ROWS
  if (filled.length === 1) return filled[0]!
  const union = new RowUnion()
  for (const rows of filled) union.add(rows)
  return union.rows()
}

/** Rows that are in both lists, ascending. */
export function intersection(a: Float64Array, b: Float64Array): Float64Array {
  const rows = new Float64Array(Math.min(a.length, b.length))
  let length = 0
  let left = 0
  let right = 0
  while (left < a.length && right < b.length) {
    const difference = a[left]! - b[right]!
    if (difference === 0) rows[length++] = a[left]!
    if (difference <= 0) left++
    if (difference >= 0) right++
  }
  return rows.subarray(0, length)
}

/** Rows of `a` that are not in `b`, ascending. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  const rows = new Float64Array(a.length)
  let length = 0
  let right = 0
  for (const row of a) {
    while (right < b.length && b[right]! < row) right++
    if (b[right] !== row) rows[length++] = row
  }
  return rows.subarray(0, length)
}

export const NO_ROWS = new Float64Array()
