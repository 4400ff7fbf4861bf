import { intervalTree } from './number-interval.ts'
import {
  ANY_CHARACTER,
  ANYTHING,
  type CharacterRange,
  character,
  EMPTY_TEXT,
  either,
  literal,
  otherRanges,
  type PatternTree,
  sequence,
} from './pattern-tree.ts'

/** Says what is wrong with a regular expression, in Lucene's words. */
export class RegexpProblem extends Error {}

const DIGITS: readonly CharacterRange[] = [[0x30, 0x39]]
const BLANKS: readonly CharacterRange[] = [
  [0x09, 0x0a],
  [0x0d, 0x0d],
  [0x20, 0x20],
]
const WORD_CHARACTERS: readonly CharacterRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]

/** Characters behind a backslash that stand for many. */
const CLASSES: ReadonlyMap<string, readonly CharacterRange[]> = new Map([
  ['d', DIGITS],
  ['D', otherRanges(DIGITS)],
  ['s', BLANKS],
  ['S', otherRanges(BLANKS)],
  ['w', WORD_CHARACTERS],
  ['W', otherRanges(WORD_CHARACTERS)],
])

const LARGEST_INTEGER = 2 ** 31 - 1

/**
 * Parses Lucene's regular expressions with all of its operators: `. ? + * | { } [ ] ( ) "`, and
 * `#` (nothing), `@` (anything), `&` (both), `<1-99>` (numbers), `~` (not).
 *
 * @throws RegexpProblem
 */
export function parseRegexp(pattern: string, ignoreCase: boolean): PatternTree {
  return new RegexpParser(pattern, ignoreCase).parse()
}

class RegexpParser {
  readonly #characters: readonly string[]
  readonly #ignoreCase: boolean
  #place = 0

  constructor(pattern: string, ignoreCase: boolean) {
    this.#characters = [...pattern]
    this.#ignoreCase = ignoreCase
  }

  parse(): PatternTree {
    if (this.#characters.length === 0) return EMPTY_TEXT
    const tree = this.#either()
    if (this.#more()) throw this.#problem('end-of-string expected')
    return tree
  }

  #either(): PatternTree {
    const parts = [this.#both()]
    while (this.#take('|')) parts.push(this.#both())
    return either(parts)
  }

  #both(): PatternTree {
    const parts = [this.#sequence()]
    while (this.#take('&')) parts.push(this.#sequence())
    return parts.length === 1 ? parts[0]! : { kind: 'both', parts }
  }

  #sequence(): PatternTree {
    const parts = [this.#repeat()]
    while (this.#more() && !this.#isAt(')|&')) parts.push(this.#repeat())
    return sequence(parts)
  }

  #repeat(): PatternTree {
    let part = this.#not()
    while (this.#isAt('?*+{')) {
      if (this.#take('?')) part = { kind: 'repeat', part, min: 0, max: 1 }
      else if (this.#take('*')) part = { kind: 'repeat', part, min: 0, max: Infinity }
      else if (this.#take('+')) part = { kind: 'repeat', part, min: 1, max: Infinity }
      else part = this.#counted(part)
    }
    return part
  }

  #counted(part: PatternTree): PatternTree {
    this.#take('{')
    const min = this.#integer()
    if (min === undefined) throw this.#problem('integer expected')
    const max = this.#take(',') ? (this.#integer() ?? Infinity) : min
    if (!this.#take('}')) throw this.#problem("expected '}'")
    return min > max ? { kind: 'nothing' } : { kind: 'repeat', part, min, max }
  }

  #integer(): number | undefined {
    const start = this.#place
    while (this.#isAt('0123456789')) this.#place++
    if (this.#place === start) return undefined
    const value = Number(this.#text(start))
    if (value > LARGEST_INTEGER) throw this.#problem('integer expected')
    return value
  }

  #not(): PatternTree {
    return this.#take('~') ? { kind: 'not', part: this.#not() } : this.#characterClass()
  }

  #characterClass(): PatternTree {
    if (!this.#take('[')) return this.#simple()
    const isNegated = this.#take('^')
    const ranges = [...this.#classMember()]
    while (this.#more() && !this.#isAt(']')) ranges.push(...this.#classMember())
    if (!this.#take(']')) throw this.#problem("expected ']'")
    return { kind: 'character', ranges: isNegated ? otherRanges(ranges) : ranges }
  }

  #classMember(): readonly CharacterRange[] {
    const known = this.#knownClass()
    if (known !== undefined) return known
    const first = this.#character()
    if (!this.#take('-')) return rangesOf(character(first, this.#ignoreCase))
    const last = this.#character()
    if (first > last) {
      throw new RegexpProblem(`invalid range: from (${first}) cannot be > to (${last})`)
    }
    return [[first, last]]
  }

  #simple(): PatternTree {
    if (this.#take('.')) return ANY_CHARACTER
    if (this.#take('#')) return { kind: 'nothing' }
    if (this.#take('@')) return ANYTHING
    if (this.#take('"')) return literal(this.#until('"'), this.#ignoreCase)
    if (this.#take('(')) return this.#group()
    if (this.#take('<')) return this.#interval()
    const ranges = this.#knownClass()
    if (ranges !== undefined) return { kind: 'character', ranges }
    return character(this.#character(), this.#ignoreCase)
  }

  #group(): PatternTree {
    if (this.#take(')')) return EMPTY_TEXT
    const tree = this.#either()
    if (!this.#take(')')) throw this.#problem("expected ')'")
    return tree
  }

  #interval(): PatternTree {
    const text = this.#until('>')
    if (!text.includes('-')) throw new RegexpProblem(`'${text}' not found`)
    const [, first, last] = /^(\d{1,10})-(\d{1,10})$/.exec(text) ?? []
    const isNumber = first !== undefined && last !== undefined
    if (!isNumber || Math.max(Number(first), Number(last)) > LARGEST_INTEGER) {
      throw new RegexpProblem(`interval syntax error at position ${this.#place - 1}`)
    }
    return intervalTree(first, last)
  }

  #until(end: '"' | '>'): string {
    const start = this.#place
    while (this.#more() && !this.#isAt(end)) this.#place++
    const text = this.#text(start)
    if (!this.#take(end)) throw this.#problem(`expected '${end}'`)
    return text
  }

  #knownClass(): readonly CharacterRange[] | undefined {
    if (!this.#isAt('\\')) return undefined
    const known = CLASSES.get(this.#characters[this.#place + 1] ?? '')
    if (known !== undefined) this.#place += 2
    return known
  }

  #character(): number {
    this.#take('\\')
    const one = this.#characters[this.#place++]
    if (one === undefined) throw new RegexpProblem('unexpected end-of-string')
    return one.codePointAt(0)!
  }

  #more(): boolean {
    return this.#place < this.#characters.length
  }

  #isAt(any: string): boolean {
    const one = this.#characters[this.#place]
    return one !== undefined && any.includes(one)
  }

  #take(one: string): boolean {
    if (this.#characters[this.#place] !== one) return false
    this.#place++
    return true
  }

  #text(start: number): string {
    return this.#characters.slice(start, this.#place).join('')
  }

  #problem(expected: string): RegexpProblem {
    return new RegexpProblem(`${expected} at position ${this.#place}`)
  }
}

function rangesOf(tree: PatternTree): readonly CharacterRange[] {
  return tree.kind === 'character' ? tree.ranges : []
}
