import { fold } from './fold.ts'
import { FOLDED } from './tokens.ts'

/** Entries kept; beyond them the vocabulary starts anew. A language's usual words are fewer. */
const ENTRIES = 1 << 16
const SLOTS = ENTRIES * 2

/** 16-bit places for the words' units and bytes. */
const PLACES = 1 << 21
/** Room that the longest word and its folded form take at most. */
const LONGEST = 1024
const NONE = -1

/** Fields of a slot, side by side so that a look-up touches one cache line. */
const STRIDE = 4
/** Hash of the word; 0 when the slot is free. */
const HASH = 0
/** Number of the text in which the word was met last. */
const SEEN = 1
/** Slot of the folded form, or `NONE`. */
const FOLD = 2
/** Where the word lies: its number of units, of bytes, then its units, then its bytes. */
const WORD = 3
const HEAD = 2

/**
 * Words met lately, each once with its UTF-8 bytes and its form without accents, found by their
 * UTF-16 units: a known word costs neither a string nor its encoding. It also tells which words
 * are new in a text.
 */
export class Vocabulary {
  readonly #slots = new Int32Array(SLOTS * STRIDE)
  readonly #words = new Uint16Array(PLACES)
  readonly #wordBytes = Buffer.from(this.#words.buffer)
  #entries = 0
  #used = 0
  #text = 0

  /** Begins a new text: every word is new in it. Slots stay valid until the next call. */
  begin(): void {
    if (this.#text === 0x7fff_ffff) this.#clear()
    this.#text++
  }

  /** Returns the slot of the word at `values[start..end)`, valid until the next call. */
  find(values: Uint16Array, start: number, end: number): number {
    if (this.#entries >= ENTRIES || this.#used > PLACES - LONGEST) this.#clear()
    return this.#slotOf(values, start, end, true)
  }

  /** Slot of the form without accents; negative when the word has none. */
  foldedOf(slot: number): number {
    return this.#slots[slot * STRIDE + FOLD]!
  }

  /** Tells whether the word is met for the first time in this text, and notes that it was. */
  isFirst(slot: number): boolean {
    const place = slot * STRIDE + SEEN
    if (this.#slots[place] === this.#text) return false
    this.#slots[place] = this.#text
    return true
  }

  /** Copies the word's bytes to `target` at `place`; returns the place behind them. */
  copy(slot: number, target: Uint8Array, place: number): number {
    const word = this.#slots[slot * STRIDE + WORD]!
    const length = this.#words[word + 1]!
    const bytes = this.#wordBytes
    const start = (word + HEAD + this.#words[word]!) * 2
    for (let index = 0; index < length; index++) target[place + index] = bytes[start + index]!
    return place + length
  }

  #slotOf(values: Uint16Array, start: number, end: number, folds: boolean): number {
    let hash = end - start
    for (let place = start; place < end; place++) {
      hash = Math.imul(hash ^ values[place]!, 0x5bd1e995)
      hash ^= hash >>> 15
    }
    if (hash === 0) hash = 1
    const slots = this.#slots
    let slot = hash & (SLOTS - 1)
    for (;;) {
      const found = slots[slot * STRIDE + HASH]
      if (found === 0) break
      if (found === hash && this.#isAt(slot, values, start, end)) return slot
      slot = (slot + 1) & (SLOTS - 1)
    }
    this.#insert(slot, hash, values.slice(start, end), folds)
    return slot
  }

  #isAt(slot: number, values: Uint16Array, start: number, end: number): boolean {
    const words = this.#words
    const word = this.#slots[slot * STRIDE + WORD]!
    const length = end - start
    if (words[word] !== length) return false
    for (let index = 0; index < length; index++) {
      if (words[word + HEAD + index] !== values[start + index]) return false
    }
    return true
  }

  #insert(slot: number, hash: number, units: Uint16Array, folds: boolean): void {
    const text = Buffer.from(units.buffer).toString('utf16le')
    const word = this.#used
    const bytesPlace = word + HEAD + units.length
    const bytes = this.#wordBytes.write(text, bytesPlace * 2)
    this.#words[word] = units.length
    this.#words[word + 1] = bytes
    this.#words.set(units, word + HEAD)
    this.#used = bytesPlace + Math.ceil(bytes / 2)
    this.#entries++
    const entry = slot * STRIDE
    this.#slots[entry + HASH] = hash
    this.#slots[entry + SEEN] = 0
    this.#slots[entry + FOLD] = NONE
    this.#slots[entry + WORD] = word
    if (folds) this.#slots[entry + FOLD] = this.#insertFolded(text)
  }

  #insertFolded(text: string): number {
    const form = fold(text)
    if (form === text) return NONE
    const token = new Uint16Array(FOLDED.length + form.length)
    Buffer.from(token.buffer).write(FOLDED + form, 'utf16le')
    return this.#slotOf(token, 0, token.length, false)
  }

  #clear(): void {
    this.#slots.fill(0)
    this.#entries = 0
    this.#used = 0
    this.#text = 1
  }
}
