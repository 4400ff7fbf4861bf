import { FOLDED, positions, type QueryTerm, writtenPositions } from '../tokens.ts'
import { haveOwnWords, type PlacedTerm } from './own-words.ts'

/** Forms of the words of a text by position. */
export type Positions = readonly (readonly string[])[]

/** Positions that are looked at between two checks. */
const CHECKED_POSITIONS = 4096

/**
 * Tells whether the terms stand in `text` at their distances from one another, moved by `slop`
 * places in all at most (a change of order counts two). No word stands for two terms.
 *
 * @param positionsOf of the field's analyser; absent for the usual one
 * @param check called now and then; ends the work by throwing
 */
export function hasPhrase(
  text: string,
  terms: readonly QueryTerm[],
  slop: number,
  positionsOf: (text: string) => Positions = usualPositions(terms),
  check: () => void = () => undefined,
): boolean {
  if (terms.length === 0) return false
  const placed = placedTerms(positionsOf(text), terms, check)
  if (placed.some(({ places }) => places.length === 0)) return false
  return slop === 0 ? hasExact(placed, check) : hasSloppy(placed, slop, check)
}

/** Taking words' accents off is half of the work, and for nothing when no term asks for it. */
function usualPositions(terms: readonly QueryTerm[]): (text: string) => Positions {
  const withFolded = terms.some(({ tokens }) => tokens.some(({ text }) => text.startsWith(FOLDED)))
  return withFolded ? positions : writtenPositions
}

function placedTerms(
  words: Positions,
  terms: readonly QueryTerm[],
  check: () => void,
): readonly PlacedTerm[] {
  const lists = new Map<string, number[]>()
  const exact = new Map<string, number[][]>()
  const prefixes: (readonly [string, number[]])[] = []
  const placed = terms.map(({ tokens, offset }) => {
    const key = JSON.stringify(tokens)
    const known = lists.get(key)
    if (known !== undefined) return { offset, places: known }
    const places: number[] = []
    lists.set(key, places)
    for (const { text, prefix } of tokens) {
      if (prefix) prefixes.push([text, places])
      else if (exact.has(text)) exact.get(text)!.push(places)
      else exact.set(text, [places])
    }
    return { offset, places }
  })
  for (let position = 0; position < words.length; position++) {
    if (position % CHECKED_POSITIONS === 0) check()
    for (const form of words[position]!) {
      const found = exact.get(form)
      if (found !== undefined) for (const places of found) add(places, position)
      for (const [text, places] of prefixes) if (form.startsWith(text)) add(places, position)
    }
  }
  return placed
}

function add(places: number[], position: number): void {
  if (places.at(-1) !== position) places.push(position)
}

function hasExact(terms: readonly PlacedTerm[], check: () => void): boolean {
  const rarest = terms.reduce((a, b) => (b.places.length < a.places.length ? b : a))
  const sets = new Map(terms.map(({ places }) => [places, new Set<number>()]))
  for (const [places, set] of sets) for (const place of places) set.add(place)
  return rarest.places.some((place) => {
    check()
    const start = place - rarest.offset
    return terms.every(({ places, offset }) => sets.get(places)!.has(start + offset))
  })
}

/**
 * Each term that stands in a place says where the phrase would begin: all have to say so within
 * `slop` places, each with a word of its own.
 */
function hasSloppy(terms: readonly PlacedTerm[], slop: number, check: () => void): boolean {
  const next = terms.map(() => 0)
  const sharesWords = !areApart(terms)
  for (let first = Number.NEGATIVE_INFINITY; ; ) {
    check()
    let least = first
    for (const [term, { places, offset }] of terms.entries()) {
      while (places[next[term]!]! - offset < first) next[term]!++
      const place = places[next[term]!]
      if (place === undefined) return false
      least = Math.max(least, place - offset - slop)
    }
    if (least > first) first = least
    else if (!sharesWords || haveOwnWords(terms, next, first + slop, check)) return true
    else first++
  }
}

/** Tells whether no word can stand for two terms. */
function areApart(terms: readonly PlacedTerm[]): boolean {
  const words = new Set<number>()
  for (const { places } of terms) {
    for (const place of places) {
      if (words.has(place)) return false
      words.add(place)
    }
  }
  return true
}
