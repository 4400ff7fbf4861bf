import { positions, queryTerms } from '../tokens.ts'
import { after, nextSpan, type Span, type Units, unitsOf } from '../word-breaks.ts'
import type { Analyzer, Token } from './analyzer.ts'

/**
 * What texts get whose field names no analyzer: words of Unicode in lower case, beside the marked
 * form the one without accents, pairs of characters in scripts written without blanks.
 */
export const defaultAnalyzer: Analyzer = { name: 'default', tokens, positions, queryTerms }

function tokens(text: string): readonly Token[] {
  const places = tokenPlaces(text)
  return positions(text).map((forms, position) => ({
    text: forms[0] ?? '',
    forms,
    ...places[position]!,
    position,
  }))
}

interface Place {
  readonly start: number
  readonly end: number
  readonly type: string
}

/** Places of the tokens, in the order in which `positions` has them. */
function tokenPlaces(text: string): readonly Place[] {
  const { source, startOf, endOf } = aligned(text)
  const units = unitsOf(source)
  const span: Span = { start: 0, end: 0, run: false }
  const places: Place[] = []
  const add = (start: number, end: number, type: string) => {
    places.push({ start: startOf(start), end: endOf(end), type })
  }
  while (nextSpan(units, span)) {
    const { start, end, run } = span
    if (!run) add(start, end, wordType(source.slice(start, end)))
    else for (const [first, second] of pairs(units, start, end)) add(first, second, '<DOUBLE>')
  }
  return places
}

function wordType(word: string): string {
  return /^[\d.,]+$/.test(word) ? '<NUM>' : '<ALPHANUM>'
}

function pairs(units: Units, start: number, end: number): readonly (readonly [number, number])[] {
  const found: [number, number][] = []
  for (let place = start; place < end; ) {
    const second = after(units, place)
    found.push([place, second < end ? after(units, second) : end])
    place = second
  }
  return found
}

interface Aligned {
  readonly source: string
  /** Place in the text as it was given, of a place where a token begins. */
  startOf(place: number): number
  /** The same for a place after the end of a token. */
  endOf(place: number): number
}

const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu

/** The text as its tokens are read from, and where its places were before that. */
function aligned(text: string): Aligned {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for the ASCII range
  const unified = /^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKC')
  const source = unified.toLowerCase()
  if (unified === text && source.length === text.length) {
    return { source, startOf: (place) => place, endOf: (place) => place }
  }
  const starts: number[] = []
  const ends: number[] = []
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const { length } = cluster.normalize('NFKC').toLowerCase()
    const isSame = length === cluster.length
    for (let unit = 0; unit < length; unit++) {
      starts.push(isSame ? index + unit : index)
      ends.push(isSame ? index + unit + 1 : index + cluster.length)
    }
  }
  return {
    source,
    startOf: (place) => starts[place] ?? text.length,
    endOf: (place) => ends[place - 1] ?? text.length,
  }
}
