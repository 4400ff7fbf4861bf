import { kqlFailure } from './kql-failure.ts'

/** A value or a field's name in KQL. */
export interface KqlLiteral {
  /** Without quotes and escapes; a `*` that has a meaning is a `*`. */
  readonly text: string
  /** As a pattern: what is no `*` with a meaning has a backslash where it would have one. */
  readonly pattern: string
  readonly hasWildcard: boolean
  readonly isQuoted: boolean
  /** UTF-16 units of the query before it and up to its end. */
  readonly from: number
  readonly to: number
}

const SPECIAL = '\\():<>"*{}'
const BLANKS = ' \t\r\n'
const BLANK_ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' }
const KEYWORDS = ['or', 'and', 'not'] as const
const LONGEST_KEYWORD = 3

export function isBlank(text: string, at: number): boolean {
  return at < text.length && BLANKS.includes(text[at]!)
}

export function afterBlanks(text: string, at: number): number {
  let place = at
  while (isBlank(text, place)) place++
  return place
}

/** Place behind a keyword at `at` and the blanks that must follow it; undefined when it is none. */
export function afterKeyword(text: string, at: number, keyword: string): number | undefined {
  const end = at + keyword.length
  if (text.slice(at, end).toLowerCase() !== keyword || !isBlank(text, end)) return undefined
  return afterBlanks(text, end)
}

/**
 * Reads a quoted text that begins at `at`.
 *
 * @throws SearchFailure `parsing_exception` when the closing quote is missing
 */
export function quotedLiteral(query: string, at: number): KqlLiteral {
  let text = ''
  let place = at + 1
  while (place < query.length && query[place] !== '"') {
    const next = query[place + 1] ?? ''
    const meant = BLANK_ESCAPES[next] ?? (next === '\\' || next === '"' ? next : undefined)
    const isEscape = query[place] === '\\' && meant !== undefined
    text += isEscape ? meant : query[place]
    place += isEscape ? 2 : 1
  }
  if (place >= query.length) throw kqlFailure(query, at, 'the quote that begins here has no end')
  return { text, pattern: text, hasWildcard: false, isQuoted: true, from: at, to: place + 1 }
}

/**
 * Reads words up to a character with a meaning, or a blank with a keyword behind it. Undefined
 * when there are none.
 *
 * @throws SearchFailure `parsing_exception` for a backslash before a character without meaning
 */
export function unquotedLiteral(query: string, at: number): KqlLiteral | undefined {
  let text = ''
  let pattern = ''
  let hasWildcard = false
  let place = at
  if (afterKeyword(query, at, 'not') !== undefined) return undefined
  while (place < query.length) {
    const character = query[place]!
    if (isBlank(query, place)) {
      const next = afterBlanks(query, place)
      if (KEYWORDS.some((keyword) => afterKeyword(query, next, keyword) !== undefined)) break
      text += query.slice(place, next)
      pattern += query.slice(place, next)
      place = next
    } else if (character === '\\') {
      const meant = escapeAt(query, place)
      text += meant.text
      pattern += escapedInPattern(meant.text)
      place += meant.units
    } else if (character === '*' || !SPECIAL.includes(character)) {
      hasWildcard ||= character === '*'
      text += character
      pattern += character === '*' ? '*' : escapedInPattern(character)
      place++
    } else break
  }
  if (place === at) return undefined
  const literal = { text: text.trim(), pattern: pattern.trim(), hasWildcard }
  return { ...literal, isQuoted: false, from: at, to: place }
}

function escapeAt(query: string, at: number) {
  const next = query[at + 1] ?? ''
  const blank = BLANK_ESCAPES[next]
  const letters = query.slice(at + 1, at + 1 + LONGEST_KEYWORD).toLowerCase()
  const keyword = KEYWORDS.find((word) => letters.startsWith(word))
  if (keyword !== undefined) {
    return { text: query.slice(at + 1, at + 1 + keyword.length), units: keyword.length + 1 }
  }
  if (blank !== undefined) return { text: blank, units: 2 }
  if (next !== '' && SPECIAL.includes(next)) return { text: next, units: 2 }
  throw kqlFailure(
    query,
    at,
    'a backslash must stand before one of \\ ( ) : < > " * { } or a word and, or, not',
  )
}

function escapedInPattern(text: string): string {
  return text.replace(/[*?\\]/g, '\\$&')
}
