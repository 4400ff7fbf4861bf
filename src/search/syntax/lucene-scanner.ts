import { luceneFailure } from './lucene-failure.ts'

export type TokenKind =
  | 'and'
  | 'or'
  | 'not'
  | 'plus'
  | 'minus'
  /** A `+`, `-` or `!` with a blank behind it: a word, not an operator. */
  | 'bareOperator'
  | 'open'
  | 'close'
  | 'colon'
  | 'star'
  | 'boost'
  | 'number'
  | 'quoted'
  | 'term'
  | 'prefix'
  | 'wildcard'
  | 'regexp'
  | 'slop'
  | 'rangeStart'
  | 'rangeEnd'
  | 'to'
  | 'bound'
  | 'quotedBound'
  | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As it was written, escapes and quotes included. */
  readonly text: string
  /** UTF-16 units before it. */
  readonly at: number
}

const BLANKS = ' \t\n\r\u3000'
/** Characters that end a word, unless a backslash is before them. */
const ENDS_WORD = `${BLANKS}!():^[]"{}~/`

const WORD_OPERATORS: ReadonlyMap<string, TokenKind> = new Map([
  ['AND', 'and'],
  ['&&', 'and'],
  ['OR', 'or'],
  ['||', 'or'],
  ['NOT', 'not'],
])

const SIGNS: ReadonlyMap<string, TokenKind> = new Map([
  ['+', 'plus'],
  ['-', 'minus'],
  ['!', 'not'],
])

const MARKS: ReadonlyMap<string, TokenKind> = new Map([
  ['(', 'open'],
  [')', 'close'],
  [':', 'colon'],
])

/**
 * Cuts a text in Lucene's query syntax into tokens, the last one of kind `end`. Takes time linear
 * in its length.
 *
 * @throws SearchFailure `query_shard_exception` where no token begins or one has no end
 */
export function scanLucene(text: string): readonly Token[] {
  return new Scanner(text).scan()
}

class Scanner {
  readonly #text: string
  readonly #tokens: Token[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  scan(): readonly Token[] {
    while (this.#skipBlanks()) this.#next()
    this.#tokens.push({ kind: 'end', text: '', at: this.#text.length })
    return this.#tokens
  }

  #skipBlanks(): boolean {
    while (this.#at < this.#text.length && this.#isBlank(this.#at)) this.#at++
    return this.#at < this.#text.length
  }

  #isBlank(place: number): boolean {
    return BLANKS.includes(this.#text.charAt(place))
  }

  #add(kind: TokenKind, end: number): void {
    this.#tokens.push({ kind, text: this.#text.slice(this.#at, end), at: this.#at })
    this.#at = end
  }

  #next(): void {
    const character = this.#text.charAt(this.#at)
    const sign = SIGNS.get(character)
    const mark = MARKS.get(character)
    if (sign !== undefined) this.#sign(sign)
    else if (mark !== undefined) this.#add(mark, this.#at + 1)
    else if (character === '"') this.#quoted()
    else if (character === '/') this.#regexp()
    else if (character === '^') this.#boost()
    else if (character === '~') this.#add('slop', this.#wordEnd(this.#at + 1, `${ENDS_WORD}*?`).end)
    else if (character === '[' || character === '{') this.#range()
    else if (character === ']' || character === '}') throw this.#unexpected()
    else this.#word()
  }

  #sign(kind: TokenKind): void {
    const next = this.#at + 1
    if (next < this.#text.length && this.#isBlank(next)) this.#add('bareOperator', next + 1)
    else this.#add(kind, next)
  }

  #quoted(): void {
    let end = this.#at + 1
    while (end < this.#text.length && this.#text[end] !== '"') {
      end += this.#text[end] === '\\' ? 2 : 1
    }
    if (end >= this.#text.length) throw this.#endless('a quoted text')
    this.#add('quoted', end + 1)
  }

  /** Ends at the first slash without a backslash before it, else at the last one that has one. */
  #regexp(): void {
    let end = this.#text.indexOf('/', this.#at + 1)
    let last = end
    while (end > 0 && this.#text[end - 1] === '\\') {
      last = end
      end = this.#text.indexOf('/', end + 1)
    }
    const found = end > 0 ? end : last
    if (found < 0) throw this.#endless('a regular expression')
    this.#add('regexp', found + 1)
  }

  #boost(): void {
    this.#add('boost', this.#at + 1)
    const digits = /\d+(?:\.\d+)?/y
    digits.lastIndex = this.#at
    const found = digits.exec(this.#text)
    if (found === null) throw this.#unexpected('a number')
    this.#add('number', this.#at + found[0].length)
  }

  #range(): void {
    this.#add('rangeStart', this.#at + 1)
    while (this.#skipBlanks()) {
      const character = this.#text.charAt(this.#at)
      if (character === ']' || character === '}') {
        this.#add('rangeEnd', this.#at + 1)
        return
      }
      this.#bound(character)
    }
  }

  #bound(first: string): void {
    let end = this.#at
    while (end < this.#text.length && !this.#isBlank(end) && !']}'.includes(this.#text[end]!)) end++
    const quote = first === '"' ? this.#boundQuoteEnd() : -1
    if (quote >= end) this.#add('quotedBound', quote)
    else this.#add(this.#text.slice(this.#at, end) === 'TO' ? 'to' : 'bound', end)
  }

  /** Place behind the quote that closes a bound; -1 without one. */
  #boundQuoteEnd(): number {
    let place = this.#at + 1
    while (place < this.#text.length && this.#text[place] !== '"') {
      place += this.#text[place] === '\\' ? 2 : 1
    }
    return place < this.#text.length && place > this.#at + 1 ? place + 1 : -1
  }

  #word(): void {
    const { end, wildcards, endsWithStar } = this.#wordEnd(this.#at)
    const written = this.#text.slice(this.#at, end)
    if (written === '*') this.#add('star', end)
    else if (wildcards === 0) this.#add(WORD_OPERATORS.get(written) ?? 'term', end)
    else this.#add(wildcards === 1 && endsWithStar ? 'prefix' : 'wildcard', end)
  }

  #wordEnd(start: number, stops = ENDS_WORD) {
    let end = start
    let wildcards = 0
    let endsWithStar = false
    while (end < this.#text.length && !stops.includes(this.#text[end]!)) {
      const character = this.#text[end]!
      endsWithStar = character === '*'
      if (endsWithStar || character === '?') wildcards++
      end += character === '\\' ? 2 : 1
    }
    if (end > this.#text.length) throw this.#endless('an escape with a backslash')
    return { end, wildcards, endsWithStar }
  }

  #endless(what: string) {
    return luceneFailure(this.#text, `${what} begins at column ${this.#at} and has no end`)
  }

  #unexpected(expected = 'a word, a phrase or an operator') {
    const found = this.#text.charAt(this.#at)
    const what = found === '' ? 'the end' : `"${found}"`
    return luceneFailure(this.#text, `expected ${expected} at column ${this.#at}, found ${what}`)
  }
}
