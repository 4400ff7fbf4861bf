import type { Analyzer } from './analysis/analyzer.ts'
import { tokenBytes } from './token-bytes.ts'
import { eachToken, FIELD_MARKS, labelToken } from './tokens.ts'
import { Vocabulary } from './vocabulary.ts'
import type { Units } from './word-breaks.ts'

/** Distinct tokens indexed of one text; words first seen after them are not found. */
const TEXT_TOKENS = 16_384

const FIRST_BYTES = 1 << 20
/** A token of the usual analyser is at most 64 units of three bytes, with the fold's mark. */
const TOKEN_BYTES = 256
const BLANK = 0x20

/** The tokens of some records as bytes, made for the word index. */
export interface WrittenWords {
  /** UTF-8 (see `token-bytes.ts`), tokens separated by blanks. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where the words of each record end; the first begin at 0. */
  readonly ends: readonly number[]
}

/**
 * Writes the distinct tokens of each text as the word index takes them: with the mark of their
 * field in front, separated by blanks, and the mark alone once for a text with any word. Words
 * follow Unicode's word rules (UAX #29), as Elasticsearch's standard analyser does; runs of
 * Chinese, Japanese kana, Thai, Lao, Khmer and Burmese give overlapping pairs of characters and
 * the last character alone. A word with accents is indexed as written and as `~` + folded form.
 */
export class WordWriter {
  readonly #vocabulary = new Vocabulary()
  #bytes = new Uint8Array(FIRST_BYTES)
  #length = 0
  #ends: number[] = []
  #mark: Uint8Array = Buffer.alloc(0)
  #tokens = 0
  readonly #add = (units: Units, start: number, end: number): boolean => {
    const slot = this.#vocabulary.find(units.values, start, end)
    this.#writeSlot(slot)
    const folded = this.#vocabulary.foldedOf(slot)
    if (folded >= 0) this.#writeSlot(folded)
    return this.#tokens < TEXT_TOKENS
  }

  /**
   * Adds the words of a text of the current record. Called again with the same mark it adds to
   * the field.
   *
   * @param mark of the field: ASCII, no blanks or capitals
   * @param analyzer makes the words; absent for the usual one
   */
  addField(mark: string, text: string, analyzer?: Pick<Analyzer, 'positions'>): void {
    this.#mark = Buffer.from(mark)
    this.#tokens = 0
    if (analyzer === undefined) {
      this.#vocabulary.begin()
      eachToken(text, this.#add)
    } else this.#addPositions(analyzer.positions(text))
    if (this.#tokens > 0) this.#write(EMPTY)
  }

  /** Adds a label of the current record. */
  addLabel(key: string, value: string): void {
    this.#mark = Buffer.from(FIELD_MARKS.labels)
    this.#write(tokenBytes(labelToken(key, value)))
  }

  /** Ends the current record. */
  endRecord(): void {
    this.#ends.push(this.#length)
  }

  /** Returns what was written since the last call. */
  take(): WrittenWords {
    const written = { bytes: this.#bytes.slice(0, this.#length), ends: this.#ends }
    this.#length = 0
    this.#ends = []
    return written
  }

  #addPositions(positions: readonly (readonly string[])[]): void {
    const forms = new Set<string>()
    for (const position of positions) {
      if (forms.size >= TEXT_TOKENS) break
      for (const form of position) forms.add(form)
    }
    for (const form of forms) this.#write(tokenBytes(form))
    this.#tokens = forms.size
  }

  #writeSlot(slot: number): void {
    if (!this.#vocabulary.isFirst(slot)) return
    this.#tokens++
    this.#begin(TOKEN_BYTES)
    this.#length = this.#vocabulary.copy(slot, this.#bytes, this.#length)
    this.#bytes[this.#length++] = BLANK
  }

  #write(token: Uint8Array): void {
    this.#begin(token.length + 1)
    this.#bytes.set(token, this.#length)
    this.#length += token.length
    this.#bytes[this.#length++] = BLANK
  }

  #begin(bytes: number): void {
    this.#reserve(bytes + this.#mark.length)
    for (let place = 0; place < this.#mark.length; place++) {
      this.#bytes[this.#length++] = this.#mark[place]!
    }
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = new Uint8Array(this.#bytes.length * 2 + bytes)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

const EMPTY = new Uint8Array()
