import type { BoolEntry, Clause } from './clause.ts'
import { ClauseCount, checkDepth, checkLength } from './limits.ts'
import type { SimpleFlags } from './simple-flags.ts'

interface SimpleOptions {
  readonly operator: 'and' | 'or'
  readonly flags: SimpleFlags
  /** Tells whether nothing of a clause is left to look for: then it is passed over. */
  isEmpty(clause: Clause): boolean
}

/** What was read of a text, or of a group within it, so far. */
interface Group {
  readonly end: number
  top: Clause | undefined
  /** The operator that `top` joins its entries with; undefined while it is a single clause. */
  joinedBy: 'must' | 'should' | undefined
  entries: BoolEntry[]
  /** The operator in front of what comes next. */
  operator: 'must' | 'should' | undefined
  negations: number
}

const BLANKS = ' \t\n\r'
const MOST_EDITS = 2
const MOST_SLOP = 2_147_483_647

/**
 * Reads a text of `simple_query_string`. There is no wrong syntax: an operator that does not make
 * sense where it stands is passed over. Undefined for a text without clauses.
 *
 * @throws SearchFailure when the text is too long, too deeply nested or has too many clauses
 */
export function parseSimple(text: string, options: SimpleOptions): Clause | undefined {
  checkLength(text)
  if (text.trim() === '*') return { kind: 'all' }
  return new SimpleParser(text, options).parse()
}

class SimpleParser {
  readonly #text: string
  readonly #flags: SimpleFlags
  readonly #isEmpty: (clause: Clause) => boolean
  readonly #defaultOperator: 'must' | 'should'
  readonly #closing: ReadonlyMap<number, number>
  readonly #count = new ClauseCount()
  #at = 0

  constructor(text: string, { operator, flags, isEmpty }: SimpleOptions) {
    this.#text = text
    this.#isEmpty = isEmpty
    this.#flags = flags
    this.#defaultOperator = operator === 'and' ? 'must' : 'should'
    this.#closing = flags.precedence ? closingParentheses(text, flags.escape) : new Map()
  }

  parse(): Clause | undefined {
    return this.#group(this.#text.length, 0)
  }

  #group(end: number, depth: number): Clause | undefined {
    checkDepth(depth)
    const group: Group = {
      end,
      top: undefined,
      joinedBy: undefined,
      entries: [],
      operator: undefined,
      negations: 0,
    }
    while (this.#at < end) {
      if (this.#text[this.#at] === '-' && this.#flags.not) {
        group.negations++
        this.#at++
      } else {
        this.#next(group, depth)
        group.negations = 0
      }
    }
    return topOf(group)
  }

  #next(group: Group, depth: number): void {
    const character = this.#text[this.#at]!
    const { and, or, phrase, precedence, whitespace } = this.#flags
    if (character === '(' && precedence) this.#parentheses(group, depth)
    else if (character === ')' && precedence) this.#at++
    else if (character === '"' && phrase) this.#phrase(group)
    else if (character === '+' && and) this.#operator(group, 'must')
    else if (character === '|' && or) this.#operator(group, 'should')
    else if (BLANKS.includes(character) && whitespace) this.#at++
    else this.#word(group)
  }

  #operator(group: Group, operator: 'must' | 'should'): void {
    if (group.top !== undefined) group.operator ??= operator
    this.#at++
  }

  #parentheses(group: Group, depth: number): void {
    const start = this.#at + 1
    const end = this.#closing.get(this.#at)
    this.#at = start
    if (end === undefined || end >= group.end) return
    if (end === start) group.operator = undefined
    else this.#add(group, this.#group(end, depth + 1))
    this.#at = end + 1
  }

  #phrase(group: Group): void {
    const start = this.#at + 1
    const { text, end } = this.#quoted(start, group.end)
    this.#at = start
    if (end >= group.end) return
    this.#at = end + 1
    if (end === start) {
      group.operator = undefined
      return
    }
    this.#add(group, { kind: 'phrase', field: undefined, text, slop: this.#phraseSlop(group.end) })
  }

  #phraseSlop(limit: number): number {
    if (!this.#flags.near || this.#at >= limit || this.#text[this.#at] !== '~') return 0
    const slop = this.#at + 1 < limit ? this.#slop(limit) : 0
    // as Elasticsearch does it: the character behind the number, mostly a blank, is passed over
    this.#at++
    return slop
  }

  /** Text up to the closing quote; `end` is the limit when there is none. */
  #quoted(start: number, limit: number) {
    let text = ''
    let end = start
    while (end < limit && this.#text[end] !== '"') {
      if (this.#text[end] === '\\' && this.#flags.escape) end++
      if (end < limit) text += this.#text[end]
      end++
    }
    return { text, end: Math.min(end, limit) }
  }

  #word(group: Group): void {
    let text = ''
    let isPrefix = false
    while (this.#at < group.end) {
      const character = this.#text[this.#at]!
      if (character === '\\' && this.#flags.escape) {
        isPrefix = false
        this.#at++
        if (this.#at < group.end) text += this.#text[this.#at++]
        continue
      }
      if (this.#endsWord(character)) break
      if (text !== '' && character === '~' && this.#flags.fuzzy) {
        this.#add(group, fuzzy(text, this.#slop(group.end)))
        return
      }
      isPrefix = text !== '' && character === '*' && this.#flags.prefix
      text += character
      this.#at++
    }
    if (text === '') return
    const field = undefined
    if (isPrefix) this.#add(group, { kind: 'prefix', field, text: text.slice(0, -1) })
    else this.#add(group, { kind: 'words', field, text })
  }

  #endsWord(character: string): boolean {
    const { and, or, phrase, precedence, whitespace } = this.#flags
    return (
      (character === '"' && phrase) ||
      (character === '|' && or) ||
      (character === '+' && and) ||
      ((character === '(' || character === ')') && precedence) ||
      (BLANKS.includes(character) && whitespace)
    )
  }

  /** The number behind the `~` at this place, which the text may end with; 0 when it is none. */
  #slop(limit: number): number {
    const start = ++this.#at
    while (this.#at < limit && !this.#endsWord(this.#text[this.#at]!)) this.#at++
    const written = this.#text.slice(start, this.#at)
    if (written === '') return MOST_EDITS
    return /^\d{1,10}$/.test(written) ? Math.min(Number(written), MOST_SLOP) : 0
  }

  #add(group: Group, found: Clause | undefined): void {
    if (found === undefined || this.#isEmpty(found)) return
    this.#count.add()
    const clause = group.negations % 2 === 1 ? negated(found) : found
    if (group.top === undefined) {
      group.top = clause
    } else {
      const operator = group.operator ?? this.#defaultOperator
      if (group.joinedBy !== operator) {
        group.entries = [{ occur: operator, clause: topOf(group)! }]
        group.joinedBy = operator
      }
      group.entries.push({ occur: operator, clause })
    }
    group.operator = undefined
  }
}

function topOf({ top, joinedBy, entries }: Group): Clause | undefined {
  return joinedBy === undefined ? top : { kind: 'bool', entries }
}

function negated(clause: Clause): Clause {
  return {
    kind: 'bool',
    entries: [
      { occur: 'must_not', clause },
      { occur: 'should', clause: { kind: 'all' } },
    ],
  }
}

function fuzzy(text: string, edits: number): Clause {
  const fuzziness = Math.min(edits, MOST_EDITS)
  const field = undefined
  return fuzziness === 0
    ? { kind: 'words', field, text }
    : { kind: 'fuzzy', field, text, fuzziness }
}

/** Place of the parenthesis that closes the one at each place. */
function closingParentheses(text: string, hasEscapes: boolean): ReadonlyMap<number, number> {
  const closing = new Map<number, number>()
  const open: number[] = []
  for (let place = 0; place < text.length; place++) {
    const character = text[place]
    if (character === '\\' && hasEscapes) place++
    else if (character === '(') open.push(place)
    else if (character === ')') {
      const start = open.pop()
      if (start !== undefined) closing.set(start, place)
    }
  }
  return closing
}
