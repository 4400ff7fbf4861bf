import type { RowList } from './row-list.ts'
import { NumberReader, PAGE_HEAD, pageLayout } from './segment-format.ts'

export interface TokenVisitor {
  /** Told of every token, at `bytes[0..length)`; they change afterwards. Says what is wanted. */
  token(bytes: Uint8Array, length: number): 'skip' | 'take' | 'stop'
  /** Told the rows of a token that was taken; they change afterwards. */
  rows(rows: Float64Array): void
}

/** In front of every term of the main index. */
export const MAIN_INDEX = 0x30

const FIRST_BYTES = 1024

/** Walks the tokens with a certain beginning through the pages of a segment, in their order. */
export class SegmentScan {
  readonly #prefix: Uint8Array
  readonly #visitor: TokenVisitor
  readonly #list: RowList
  /** The term without the mark of the main index. */
  #token = new Uint8Array(FIRST_BYTES)
  #length = 0
  /** Whether rows are being gathered for the token; they may go on in the next page. */
  #taking: boolean = false

  constructor(prefix: Uint8Array, visitor: TokenVisitor, list: RowList) {
    this.#prefix = prefix
    this.#visitor = visitor
    this.#list = list
  }

  /** Reads the next page. Returns false when nothing behind it is wanted. */
  page(page: Uint8Array): boolean {
    const { terms, end } = pageLayout(page)
    if (this.#taking) this.#list.decode(page, PAGE_HEAD, terms[0] ?? end)
    for (let place = 0; place < terms.length; place++) {
      this.end()
      const rows = this.#readTerm(page, terms[place]!, place === 0)
      const verdict = this.#verdict()
      if (verdict === 'stop') return false
      if (verdict === 'skip') continue
      this.#taking = true
      this.#list.clear()
      this.#list.decode(page, rows, terms[place + 1] ?? end)
    }
    return true
  }

  /** Hands over the rows of the last token; called after the last page. */
  end(): void {
    if (!this.#taking) return
    this.#taking = false
    this.#visitor.rows(this.#list.rows)
  }

  /** A term shares its beginning with the one before, except for the first of a page. */
  #readTerm(page: Uint8Array, start: number, isFirst: boolean): number {
    const reader = new NumberReader(page, start)
    const shared = isFirst ? 0 : reader.next()
    const added = reader.next()
    let place = reader.place
    const end = place + added
    // the term's first byte is the mark
    let length = shared === 0 ? 0 : shared - 1
    if (shared === 0) place++
    if (length + added > this.#token.length) this.#grow(length + added)
    while (place < end) this.#token[length++] = page[place++]!
    this.#length = length
    return end
  }

  #verdict(): 'skip' | 'take' | 'stop' {
    const prefix = this.#prefix
    const token = this.#token
    const shorter = Math.min(prefix.length, this.#length)
    for (let place = 0; place < shorter; place++) {
      const difference = token[place]! - prefix[place]!
      if (difference !== 0) return difference < 0 ? 'skip' : 'stop'
    }
    if (this.#length < prefix.length) return 'skip'
    return this.#visitor.token(token, this.#length)
  }

  #grow(length: number): void {
    const larger = new Uint8Array(length * 2)
    larger.set(this.#token)
    this.#token = larger
  }
}
