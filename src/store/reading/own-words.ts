/** A term of a phrase where it stands in a text. */
export interface PlacedTerm {
  readonly offset: number
  /** Positions of the words that satisfy it, ascending; terms that ask for the same share one. */
  readonly places: readonly number[]
}

/**
 * Tells whether each term can have a word of its own, among those from its `next` on with which
 * the phrase would begin at `last` or before.
 */
export function haveOwnWords(
  terms: readonly PlacedTerm[],
  next: readonly number[],
  last: number,
  check: () => void,
): boolean {
  const words = new OwnWords(terms, next, last, check)
  return terms.every((_, term) => words.give(term))
}

/** Words given to terms; a term may change its word for another's sake. */
class OwnWords {
  readonly #terms: readonly PlacedTerm[]
  readonly #next: readonly number[]
  readonly #last: number
  readonly #check: () => void
  readonly #owners = new Map<number, number>()
  readonly #words: (number | undefined)[] = []

  constructor(
    terms: readonly PlacedTerm[],
    next: readonly number[],
    last: number,
    check: () => void,
  ) {
    this.#terms = terms
    this.#next = next
    this.#last = last
    this.#check = check
  }

  /** Looks for a free word along the words of others, in breadth (an augmenting path). */
  give(wanting: number): boolean {
    const cameFrom = new Map<number, number>()
    const waiting = [wanting]
    for (let at = 0; at < waiting.length; at++) {
      this.#check()
      const term = waiting[at]!
      const { places, offset } = this.#terms[term]!
      for (let place = this.#next[term]!; place < places.length; place++) {
        const word = places[place]!
        if (word - offset > this.#last) break
        if (cameFrom.has(word)) continue
        cameFrom.set(word, term)
        const owner = this.#owners.get(word)
        if (owner === undefined) {
          this.#handOver(word, cameFrom)
          return true
        }
        waiting.push(owner)
      }
    }
    return false
  }

  /** Each term on the path takes the word that it found and leaves its own to the one before. */
  #handOver(free: number, cameFrom: ReadonlyMap<number, number>): void {
    let word: number | undefined = free
    while (word !== undefined) {
      const term: number = cameFrom.get(word)!
      const before: number | undefined = this.#words[term]
      this.#owners.set(word, term)
      this.#words[term] = word
      word = before
    }
  }
}
