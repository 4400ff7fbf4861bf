/** A regular expression as a tree. */
export type PatternNode =
  | { readonly kind: 'one'; readonly test: (codePoint: number) => boolean }
  | { readonly kind: 'all' | 'any'; readonly nodes: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly node: PatternNode
      readonly min: number
      /** Undefined: as often as it goes. */
      readonly max: number | undefined
      readonly isLazy: boolean
    }
  | { readonly kind: 'group'; readonly node: PatternNode; readonly number: number }
  | { readonly kind: 'at'; readonly place: 'start' | 'end' | 'word edge' | 'no word edge' }

/** Java's flags that are supported. */
export interface PatternFlags {
  readonly ignoreCase?: boolean
  readonly dotAll?: boolean
  readonly multiline?: boolean
}

/** What is wrong with a pattern. */
export class PatternError extends Error {}

const DEEPEST = 100
const MOST_REPEATS = 1_000

type Test = (codePoint: number) => boolean

const isDigit: Test = (code) => code >= 0x30 && code <= 0x39
const isSpace: Test = (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d)
export const isWord: Test = (code) =>
  isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f

const CLASSES: Readonly<Record<string, Test>> = { d: isDigit, s: isSpace, w: isWord }
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 }
const POSIX: Readonly<Record<string, RegExp>> = {
  Lower: /^[a-z]$/,
  Upper: /^[A-Z]$/,
  Alpha: /^[A-Za-z]$/,
  Digit: /^\d$/,
  Alnum: /^[A-Za-z0-9]$/,
  Punct: /^[!-/:-@[-`{-~]$/,
  Space: /^[\t-\r ]$/,
}

/**
 * Reads a regular expression in Java's form: what can be searched for in time that grows with the
 * text alone. Look-around, back references and possessive quantifiers are refused.
 *
 * @throws PatternError
 */
export function parsePattern(source: string, flags: PatternFlags): ParsedPattern {
  const parser = new Parser(source, flags)
  const node = parser.alternatives(0)
  if (!parser.isDone) throw new PatternError(`Unmatched closing ')' near index ${parser.place}`)
  return { node, groups: parser.groups }
}

export interface ParsedPattern {
  readonly node: PatternNode
  /** Number of groups that capture. */
  readonly groups: number
}

class Parser {
  groups = 0
  place = 0
  readonly #characters: readonly string[]
  readonly #flags: PatternFlags

  constructor(source: string, flags: PatternFlags) {
    this.#characters = [...source]
    this.#flags = flags
  }

  get isDone(): boolean {
    return this.place >= this.#characters.length
  }

  #peek(ahead = 0): string {
    return this.#characters[this.place + ahead] ?? ''
  }

  #take(): string {
    const character = this.#peek()
    if (character === '') throw new PatternError(`Unexpected end of pattern`)
    this.place++
    return character
  }

  alternatives(depth: number): PatternNode {
    if (depth > DEEPEST) throw new PatternError('groups are nested too deeply')
    const nodes = [this.#sequence(depth)]
    while (this.#peek() === '|') {
      this.place++
      nodes.push(this.#sequence(depth))
    }
    return nodes.length === 1 ? nodes[0]! : { kind: 'any', nodes }
  }

  #sequence(depth: number): PatternNode {
    const nodes: PatternNode[] = []
    while (!this.isDone && this.#peek() !== '|' && this.#peek() !== ')') {
      nodes.push(this.#repeated(this.#atom(depth)))
    }
    return { kind: 'all', nodes }
  }

  #repeated(node: PatternNode): PatternNode {
    const bounds = this.#bounds()
    if (bounds === undefined) return node
    const [min, max] = bounds
    if (this.#peek() === '+') throw new PatternError('possessive quantifiers are not supported')
    const isLazy = this.#peek() === '?'
    if (isLazy) this.place++
    return this.#repeated({ kind: 'repeat', node, min, max, isLazy })
  }

  #bounds(): readonly [number, number | undefined] | undefined {
    const character = this.#peek()
    if (character === '*' || character === '+' || character === '?') {
      this.place++
      return character === '*' ? [0, undefined] : character === '+' ? [1, undefined] : [0, 1]
    }
    if (character !== '{') return undefined
    const end = this.#characters.indexOf('}', this.place)
    const text = this.#characters.slice(this.place + 1, end < 0 ? this.place : end).join('')
    const found = /^(\d{1,9})(,(\d{1,9})?)?$/.exec(text)
    if (found === null) throw new PatternError('Illegal repetition')
    this.place = end + 1
    const min = Number(found[1])
    const max = found[2] === undefined ? min : found[3] === undefined ? undefined : Number(found[3])
    if (max !== undefined && max < min) throw new PatternError('Illegal repetition range')
    if (Math.max(min, max ?? 0) > MOST_REPEATS) throw new PatternError('repetition is too large')
    return [min, max]
  }

  #atom(depth: number): PatternNode {
    const character = this.#take()
    switch (character) {
      case '(':
        return this.#group(depth)
      case '[':
        return { kind: 'one', test: this.#set(depth) }
      case '.':
        return this.#flags.dotAll === true
          ? { kind: 'one', test: () => true }
          : { kind: 'one', test: (code) => code !== 10 && code !== 13 && code !== 0x85 }
      case '^':
        return { kind: 'at', place: 'start' }
      case '$':
        return { kind: 'at', place: 'end' }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        throw new PatternError(
          `Dangling meta character '${character}' near index ${this.place - 1}`,
        )
      default:
        return { kind: 'one', test: this.#literal(character) }
    }
  }

  #group(depth: number): PatternNode {
    let number: number | undefined
    if (this.#peek() !== '?') number = ++this.groups
    else if (this.#peek(1) === ':') this.place += 2
    else throw new PatternError('look-around, named groups and inline flags are not supported')
    const node = this.alternatives(depth + 1)
    if (this.#peek() !== ')') throw new PatternError(`Unclosed group near index ${this.place}`)
    this.place++
    return number === undefined ? node : { kind: 'group', node, number }
  }

  #escape(): PatternNode {
    const character = this.#peek()
    if (character === 'b' || character === 'B') {
      this.place++
      return { kind: 'at', place: character === 'b' ? 'word edge' : 'no word edge' }
    }
    if (character === 'A' || character === 'z') {
      throw new PatternError(`\\${character} is not supported`)
    }
    return { kind: 'one', test: this.#escaped() }
  }

  /** Reads what follows a backslash. */
  #escaped(): Test {
    const character = this.#take()
    const lower = character.toLowerCase()
    const known = CLASSES[lower]
    if (known !== undefined) return character === lower ? known : (code) => !known(code)
    if (lower === 'p') return this.#property(character === 'P')
    if (character === 'u' || character === 'x') return this.#hexadecimal(character === 'u' ? 4 : 2)
    const control = CONTROLS[character]
    if (control !== undefined) return (code) => code === control
    if (/[A-Za-z0-9]/.test(character)) throw new PatternError(`\\${character} is not supported`)
    return this.#literal(character)
  }

  #hexadecimal(digits: number): Test {
    const text = Array.from({ length: digits }, () => this.#take()).join('')
    if (!/^[0-9a-fA-F]+$/.test(text)) throw new PatternError('Illegal hexadecimal escape sequence')
    const wanted = Number.parseInt(text, 16)
    return (code) => code === wanted
  }

  #property(isNegated: boolean): Test {
    let name = this.#take()
    if (name === '{') {
      name = ''
      while (this.#peek() !== '}') name += this.#take()
      this.place++
    }
    const expression = propertyExpression(name)
    return (code) => expression.test(String.fromCodePoint(code)) !== isNegated
  }

  #set(depth: number): Test {
    if (depth > DEEPEST) throw new PatternError('sets are nested too deeply')
    const isNegated = this.#peek() === '^'
    if (isNegated) this.place++
    const tests: Test[] = []
    while (this.#peek() !== ']' || tests.length === 0) {
      if (this.#peek() === '&' && this.#peek(1) === '&') {
        throw new PatternError('intersections of sets are not supported')
      }
      tests.push(this.#member(depth))
    }
    this.place++
    return (code) => tests.some((test) => test(code)) !== isNegated
  }

  #member(depth: number): Test {
    const character = this.#take()
    if (character === '[') return this.#set(depth + 1)
    if (character === '\\' && !/[\\\]^[-]/.test(this.#peek())) return this.#escaped()
    const from = (character === '\\' ? this.#take() : character).codePointAt(0)!
    if (this.#peek() !== '-' || this.#peek(1) === ']') return this.#inCase((code) => code === from)
    this.place++
    const last = this.#take()
    const to = (last === '\\' ? this.#take() : last).codePointAt(0)!
    if (to < from) throw new PatternError('Illegal character range')
    return this.#inCase((code) => code >= from && code <= to)
  }

  #literal(character: string): Test {
    const wanted = character.codePointAt(0)!
    return this.#inCase((code) => code === wanted)
  }

  #inCase(test: Test): Test {
    return this.#flags.ignoreCase === true ? caseless(test) : test
  }
}

function caseless(test: Test): Test {
  return (code) => {
    if (test(code)) return true
    const text = String.fromCodePoint(code)
    const [lower, upper] = [text.toLowerCase(), text.toUpperCase()]
    return test(lower.codePointAt(0)!) || (upper.length <= 2 && test(upper.codePointAt(0)!))
  }
}

function propertyExpression(name: string): RegExp {
  const posix = POSIX[name]
  if (posix !== undefined) return posix
  if (!/^(?:Is)?[A-Za-z]+$/.test(name)) throw new PatternError(`\\p{${name}} is not supported`)
  const own = name.replace(/^Is/, '')
  for (const expression of [own, `Script=${own}`]) {
    try {
      return new RegExp(`^\\p{${expression}}$`, 'u')
    } catch {
      // not a property of that kind
    }
  }
  throw new PatternError(`Unknown character property name {${name}}`)
}
