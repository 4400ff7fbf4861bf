/** Places at which a text may be cut. */
export interface Breaks {
  /** The last place before `offset`; 0 at the beginning. */
  before(offset: number): number
  /** The first place behind `offset`; the length at the end. */
  behind(offset: number): number
}

/** Rules are those of Unicode, for English where languages differ. */
const SEGMENTERS = {
  sentence: new Intl.Segmenter('en', { granularity: 'sentence' }),
  word: new Intl.Segmenter('en', { granularity: 'word' }),
} as const

/** Places between the sentences, or the words and what is between them, of a text. */
export function breaksOf(text: string, unit: 'sentence' | 'word'): Breaks {
  const segments = SEGMENTERS[unit].segment(text)
  return {
    before(offset) {
      if (offset <= 0) return 0
      return segments.containing(Math.min(offset, text.length) - 1)?.index ?? 0
    },
    behind(offset) {
      const found = offset < 0 ? undefined : segments.containing(offset)
      return found === undefined ? text.length : found.index + found.segment.length
    },
  }
}

/** Start and end of the piece of text around a match. */
export interface Window {
  readonly start: number
  readonly end: number
}

/**
 * Cuts a text into windows of whole sentences, as many as have room in `size` characters. A
 * sentence that is longer is cut between words, around the match. Has to be asked in the order of
 * the matches.
 */
export class SentenceWindows {
  readonly #sentences: Breaks
  readonly #words: Breaks
  readonly #length: number
  readonly #size: number
  /** The sentences of the window before, and the piece of them that was given. */
  #whole: Window = { start: 0, end: 0 }
  #given: Window = { start: 0, end: 0 }

  constructor(text: string, size: number) {
    this.#sentences = breaksOf(text, 'sentence')
    this.#words = breaksOf(text, 'word')
    this.#length = text.length
    this.#size = size
  }

  /** The window around a match that begins at `offset`. */
  around(offset: number): Window {
    const inner = this.#isWithin(offset)
      ? { start: this.#given.end, end: this.#whole.end }
      : this.#sentencesAt(offset)
    this.#given = inner.end - inner.start > this.#size ? this.#cut(inner, offset) : inner
    return this.#given
  }

  #isWithin(offset: number): boolean {
    const { start, end } = this.#whole
    return offset >= start && offset < end && end > 0
  }

  #sentencesAt(offset: number): Window {
    const start = this.#sentences.before(offset + 1)
    let end = this.#sentences.behind(offset)
    while (end < this.#length && end - start < this.#size) {
      const next = this.#sentences.behind(end)
      if (next - start > this.#size) break
      end = next
    }
    this.#whole = { start, end }
    return this.#whole
  }

  /** Words are taken in on the left first, then on the right with the room that is left. */
  #cut({ start, end }: Window, offset: number): Window {
    const size = this.#size
    const at = offset + 1
    const from = at - size > start ? Math.max(start, this.#words.before(at - size)) : start
    const left = Math.max(0, size - (at - from))
    const to = at + left < end ? Math.min(end, this.#words.behind(at + left)) : end
    return { start: from, end: to }
  }
}
