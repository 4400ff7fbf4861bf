import { eachToken, FIELD_MARKS, labelToken, type WordField } from './tokens.ts'
import { Vocabulary } from './vocabulary.ts'
import type { Units } from './word-breaks.ts'

/** Distinct tokens indexed of one field of one record; words first seen after them are not found. */
const FIELD_TOKENS = 16_384

const FIRST_BYTES = 1 << 20
/** A token is at most 64 units of three bytes, with its mark, the fold's and a blank. */
const TOKEN_BYTES = 256
const BLANK = 0x20

/** The tokens of some records as bytes, made for the word index. */
export interface WrittenWords {
  /** UTF-8, tokens separated by blanks. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where the words of each record end; the first begin at 0. */
  readonly ends: readonly number[]
}

/**
 * Writes the distinct tokens of each field as the word index takes them: with the letter of
 * their field in front, separated by blanks. Words follow Unicode's word rules (UAX #29), as
 * Elasticsearch's standard analyser does; runs of Chinese, Japanese kana, Thai, Lao, Khmer and
 * Burmese give overlapping pairs of characters and the last character alone. A word with accents
 * is indexed as written and as `~` + folded form.
 */
export class WordWriter {
  readonly #vocabulary = new Vocabulary()
  #bytes = new Uint8Array(FIRST_BYTES)
  #length = 0
  #ends: number[] = []
  #mark = 0
  #tokens = 0
  readonly #add = (units: Units, start: number, end: number): boolean => {
    const slot = this.#vocabulary.find(units.values, start, end)
    this.#write(slot)
    const folded = this.#vocabulary.foldedOf(slot)
    if (folded >= 0) this.#write(folded)
    return this.#tokens < FIELD_TOKENS
  }

  /** Adds the words of a field of the current record. */
  addField(field: WordField, text: string): void {
    this.#vocabulary.begin()
    this.#mark = FIELD_MARKS[field].charCodeAt(0)
    this.#tokens = 0
    eachToken(text, this.#add)
  }

  /** Adds a label of the current record. */
  addLabel(key: string, value: string): void {
    const token = Buffer.from(`${FIELD_MARKS.labels}${labelToken(key, value)} `)
    this.#reserve(token.length)
    this.#bytes.set(token, this.#length)
    this.#length += token.length
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

  #write(slot: number): void {
    if (!this.#vocabulary.isFirst(slot)) return
    this.#tokens++
    this.#reserve(TOKEN_BYTES)
    this.#bytes[this.#length++] = this.#mark
    this.#length = this.#vocabulary.copy(slot, this.#bytes, this.#length)
    this.#bytes[this.#length++] = BLANK
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = new Uint8Array(this.#bytes.length * 2 + bytes)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
