import { createHash } from 'node:crypto'
import { fold } from './fold.ts'
import type { TextField } from './mapping/mapped-field.ts'
import { after, nextSpan, type Span, type Units, unitsOf } from './word-breaks.ts'

/**
 * Letters in front of the tokens of a log's word index: the field that the token stands in. Marks
 * of a document index are numbers with a colon; no mark begins with another one.
 */
export const FIELD_MARKS = { prompt: 'p', response: 'r', error_message: 'e', labels: 'l' } as const

type LogText = Exclude<keyof typeof FIELD_MARKS, 'labels'>

/** Analyser of every text that names no other; `positions` and `queryTerms` are its two sides. */
export const DEFAULT_ANALYZER = 'default'

/** The analysed fields of logs. */
export const LOG_TEXTS: Readonly<Record<LogText, TextField>> = {
  prompt: logText('prompt'),
  response: logText('response'),
  error_message: logText('error_message'),
}

function logText(name: LogText): TextField {
  return {
    mark: FIELD_MARKS[name],
    paths: [name],
    analyzer: DEFAULT_ANALYZER,
    searchAnalyzer: DEFAULT_ANALYZER,
  }
}

/** In front of a word's form without marks (accents), beside the form as it was written. */
export const FOLDED = '~'

/** UTF-16 units of a token; of a longer word the beginning is indexed and searched. */
const TOKEN_UNITS = 64

/** UTF-16 units of a label's token; a longer one ends in a hash of the whole. */
const LABEL_UNITS = 256

/** A token to look for; with `prefix` every token that begins with `text`. */
export interface QueryToken {
  readonly text: string
  readonly prefix: boolean
}

/** A term of a query: any of `tokens` satisfies it. */
export interface QueryTerm {
  readonly tokens: readonly QueryToken[]
  /** Number of the word it belongs to: a run of Chinese characters is one word of many terms. */
  readonly word: number
  /** Distance from the first term of the query, in the units of `positions`. */
  readonly offset: number
}

/** Compatibility forms are unified (full-width letters, ligatures), marks composed, then lower case. */
function normalised(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for the ASCII range
  return (/^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKC')).toLowerCase()
}

/** A text in lower case without accents, in which every word stands as its form without them. */
export function foldedText(text: string): string {
  return fold(normalised(text))
}

function cut(text: string, start: number, end: number): string {
  return text.slice(start, Math.min(end, start + TOKEN_UNITS))
}

/** Calls `add` with the place of every word and of every pair of a run's characters, in order. */
export function eachToken(
  text: string,
  add: (units: Units, start: number, end: number) => boolean,
) {
  const units = unitsOf(normalised(text))
  const span: Span = { start: 0, end: 0, run: false }
  let more = true
  while (more && nextSpan(units, span)) {
    const { start, end } = span
    if (!span.run) more = add(units, start, Math.min(end, start + TOKEN_UNITS))
    else more = eachPair(units, start, end, add)
  }
}

function eachPair(
  units: Units,
  start: number,
  end: number,
  add: (units: Units, start: number, end: number) => boolean,
): boolean {
  let place = start
  let more = true
  while (more && place < end) {
    const second = after(units, place)
    more = add(units, place, second < end ? after(units, second) : end)
    place = second
  }
  return more
}

/**
 * Returns the tokens of `text` by position, to check a phrase: position `n` holds the forms of
 * the n-th word, or of the n-th character of a run (the pair that begins there).
 */
export function positions(text: string): readonly (readonly string[])[] {
  return positionsWith(text, true)
}

/** As `positions`, but without the forms that have no accents: in half of the time. */
export function writtenPositions(text: string): readonly (readonly string[])[] {
  return positionsWith(text, false)
}

function positionsWith(text: string, withFolded: boolean): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  const source = normalised(text)
  const units = unitsOf(source)
  const span: Span = { start: 0, end: 0, run: false }
  while (nextSpan(units, span)) {
    if (span.run) {
      eachPair(units, span.start, span.end, (_, start, end) => {
        found.push([source.slice(start, end)])
        return true
      })
    } else {
      const word = cut(source, span.start, span.end)
      const folded = withFolded ? fold(word) : word
      found.push(folded === word ? [word] : [word, FOLDED + folded])
    }
  }
  return found
}

/** Tells whether any run of characters without blanks in `text` satisfies `test`. */
export function anyRun(text: string, test: (run: string) => boolean): boolean {
  const source = normalised(text)
  const span: Span = { start: 0, end: 0, run: false }
  const runs: string[] = []
  const units = unitsOf(source)
  while (nextSpan(units, span)) if (span.run) runs.push(source.slice(span.start, span.end))
  return runs.some(test)
}

/**
 * Returns the terms of a query text in order. A word typed without accents also finds the words
 * that have them, and the other way round; a single character of a run finds every pair that
 * begins with it.
 */
export function queryTerms(text: string): readonly QueryTerm[] {
  const terms: QueryTerm[] = []
  const source = normalised(text)
  const units = unitsOf(source)
  const span: Span = { start: 0, end: 0, run: false }
  let offset = 0
  for (let word = 0; nextSpan(units, span); word++) {
    if (span.run) {
      const pairs = pairsOf(source, span)
      for (const [place, tokens] of pairs.terms.entries()) {
        terms.push({ tokens: [tokens], word, offset: offset + place })
      }
      offset += pairs.characters
    } else {
      terms.push({ tokens: wordTokens(cut(source, span.start, span.end)), word, offset })
      offset++
    }
  }
  return terms
}

function wordTokens(word: string): QueryToken[] {
  const folded = fold(word)
  const other = folded === word ? FOLDED + word : folded
  return [word, other].map((text) => ({ text, prefix: false }))
}

function pairsOf(source: string, { start, end }: Span) {
  const characters = [...source.slice(start, end)]
  if (characters.length === 1) {
    return { characters: 1, terms: [{ text: characters[0]!, prefix: true }] }
  }
  return {
    characters: characters.length,
    terms: characters
      .slice(1)
      .map((second, place) => ({ text: characters[place]! + second, prefix: false })),
  }
}

/** Returns the token of a label (without the field's letter): no two labels have the same. */
export function labelToken(key: string, value: string): string {
  const token = `${key.replace(/[\\=]/g, '\\$&')}=${value}`
  if (token.length <= LABEL_UNITS) return token
  const hash = createHash('sha256').update(token).digest('hex')
  return `${token.slice(0, LABEL_UNITS)}${hash}`
}
