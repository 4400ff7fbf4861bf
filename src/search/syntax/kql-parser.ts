import type { Clause, RangeBound } from './clause.ts'
import { kqlFailure } from './kql-failure.ts'
import {
  afterBlanks,
  afterKeyword,
  isBlank,
  type KqlLiteral,
  quotedLiteral,
  unquotedLiteral,
} from './kql-literal.ts'
import { EXISTS_HINT, luceneHint, luceneSignHint } from './kql-lucene-hint.ts'
import { valueClause } from './kql-value.ts'
import { ClauseCount, checkDepth, checkLength } from './limits.ts'

/**
 * Reads a text in KQL; an empty one is about everything.
 *
 * @throws SearchFailure `parsing_exception` saying what was expected where
 */
export function parseKqlClause(text: string): Clause {
  checkLength(text)
  return new KqlParser(text).parse()
}

/** What is around a clause: how deep, and in which nested object. */
interface Surroundings {
  readonly depth: number
  readonly path: string | undefined
}

type ReadOperand = (surroundings: Surroundings) => Clause

class KqlParser {
  readonly #text: string
  readonly #count = new ClauseCount()
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): Clause {
    this.#skipBlanks()
    if (this.#at === this.#text.length) return { kind: 'all' }
    const clause = this.#or((inner) => this.#operand(inner), { depth: 0, path: undefined })
    this.#skipBlanks()
    if (this.#at < this.#text.length) throw this.#unexpected('"and", "or" or the end')
    return clause
  }

  #skipBlanks(): void {
    this.#at = afterBlanks(this.#text, this.#at)
  }

  #or(operand: ReadOperand, surroundings: Surroundings): Clause {
    const clauses = [this.#and(operand, surroundings)]
    while (this.#joinedBy('or')) clauses.push(this.#and(operand, surroundings))
    return joined('should', clauses)
  }

  #and(operand: ReadOperand, surroundings: Surroundings): Clause {
    const clauses = [this.#not(operand, surroundings)]
    while (this.#joinedBy('and')) clauses.push(this.#not(operand, surroundings))
    return joined('must', clauses)
  }

  #not(operand: ReadOperand, surroundings: Surroundings): Clause {
    const after = afterKeyword(this.#text, this.#at, 'not')
    if (after === undefined) return operand(surroundings)
    this.#at = after
    return { kind: 'bool', entries: [{ occur: 'must_not', clause: operand(surroundings) }] }
  }

  /** A keyword needs a blank on both sides. */
  #joinedBy(keyword: 'and' | 'or'): boolean {
    const start = afterBlanks(this.#text, this.#at)
    const after = start === this.#at ? undefined : afterKeyword(this.#text, start, keyword)
    if (after === undefined) return false
    this.#at = after
    return true
  }

  #operand(surroundings: Surroundings): Clause {
    if (this.#text[this.#at] === '(') {
      return this.#group(')', surroundings, (inner) => this.#operand(inner))
    }
    return this.#expression(surroundings)
  }

  #group(end: ')' | '}', { depth, path }: Surroundings, operand: ReadOperand): Clause {
    checkDepth(depth + 1)
    this.#at++
    this.#skipBlanks()
    const clause = this.#or(operand, { depth: depth + 1, path })
    this.#skipBlanks()
    if (this.#text[this.#at] !== end) throw this.#unexpected(`"and", "or" or "${end}"`)
    this.#at++
    return clause
  }

  #expression(surroundings: Surroundings): Clause {
    const literal = this.#literal('a field name or a value')
    const start = afterBlanks(this.#text, literal.to)
    const sign = this.#text[start]
    if (sign === ':') {
      this.#at = afterBlanks(this.#text, start + 1)
      return this.#ofField(literal, surroundings)
    }
    if (sign === '<' || sign === '>') {
      this.#at = start
      return this.#range(this.#fieldName(literal, surroundings.path))
    }
    this.#checkLucene(literal, false)
    this.#count.add()
    const { path } = surroundings
    return valueClause(this.#text, literal, path === undefined ? undefined : `${path}.*`)
  }

  #ofField(literal: KqlLiteral, { depth, path }: Surroundings): Clause {
    const field = this.#fieldName(literal, path)
    if (this.#text[this.#at] === '{') {
      const hint = luceneSignHint(this.#text.slice(this.#at, this.#at + HINT_UNITS))
      if (hint !== undefined) throw kqlFailure(this.#text, this.#at, hint)
      const inside = { depth, path: field }
      const clause = this.#group('}', inside, (inner) => this.#operand(inner))
      return { kind: 'nested', path: field, clause }
    }
    return this.#values(field, { depth, path })
  }

  #values(field: string, surroundings: Surroundings): Clause {
    if (this.#text[this.#at] === '(') {
      return this.#group(')', surroundings, (inner) => this.#values(field, inner))
    }
    const literal = this.#literal('a value')
    this.#checkLucene(literal, true)
    this.#count.add()
    return valueClause(this.#text, literal, field)
  }

  #range(field: string): Clause {
    const sign = this.#text[this.#at]
    this.#at++
    const isInclusive = this.#text[this.#at] === '='
    if (isInclusive) this.#at++
    this.#skipBlanks()
    const literal = this.#literal('a value to compare with')
    if (literal.hasWildcard) {
      throw kqlFailure(this.#text, literal.from, 'a value to compare with cannot hold "*"')
    }
    this.#count.add()
    const bound: RangeBound = { value: literal.text, isInclusive }
    return sign === '>'
      ? { kind: 'range', field, lower: bound, upper: undefined }
      : { kind: 'range', field, lower: undefined, upper: bound }
  }

  #fieldName({ text, from }: KqlLiteral, path: string | undefined): string {
    if (text === '_exists_') throw kqlFailure(this.#text, from, EXISTS_HINT)
    return path === undefined ? text : `${path}.${text}`
  }

  #literal(expected: string): KqlLiteral {
    const literal =
      this.#text[this.#at] === '"'
        ? quotedLiteral(this.#text, this.#at)
        : unquotedLiteral(this.#text, this.#at)
    if (literal === undefined) throw this.#unexpected(expected)
    this.#at = literal.isQuoted ? literal.to : trimmedEnd(this.#text, literal)
    return literal
  }

  #checkLucene(literal: KqlLiteral, namesField: boolean): void {
    if (literal.isQuoted) return
    const written = this.#text.slice(literal.from, this.#at)
    const hint = luceneHint(written, namesField)
    if (hint !== undefined) throw kqlFailure(this.#text, literal.from, hint)
  }

  #unexpected(expected: string) {
    const found = this.#text.slice(this.#at, this.#at + HINT_UNITS)
    const hint = luceneSignHint(found)
    const what = found === '' ? 'the end' : `"${found.split(/\s/, 1)[0]}"`
    const advice = hint ?? this.#adviceAt(found)
    const problem = `expected ${expected} but found ${what}`
    return kqlFailure(
      this.#text,
      this.#at,
      advice === undefined ? problem : `${problem}; ${advice}`,
    )
  }

  #adviceAt(found: string): string | undefined {
    if (found.startsWith(':')) return 'a value that holds ":" must be quoted'
    if (/^not\s/i.test(found)) return 'write "and not" or "or not"'
    return /^(?:and|or)\s/i.test(found) ? 'an operator stands between two clauses' : undefined
  }
}

/** UTF-16 units that are looked at for an advice. */
const HINT_UNITS = 200

/** Blanks behind the words belong to what follows: a keyword needs one before it. */
function trimmedEnd(text: string, { from, to }: KqlLiteral): number {
  let end = to
  while (end > from && isBlank(text, end - 1)) end--
  return end
}

function joined(occur: 'must' | 'should', clauses: readonly Clause[]): Clause {
  const [only, second] = clauses
  if (only !== undefined && second === undefined) return only
  return { kind: 'bool', entries: clauses.map((clause) => ({ occur, clause })) }
}
