import { illegalArgument } from '../search-failure.ts'

/** Computes from the values of the variables; conditions are 1 and 0. */
export type Arithmetic = (variables: Readonly<Record<string, number>>) => number

const MAX_LENGTH = 2_000
const MAX_DEPTH = 50

type Binary = (a: number, b: number) => number

/** Operators by strength, the weakest first. */
const LEVELS: readonly Readonly<Record<string, Binary>>[] = [
  { '||': (a, b) => flag(a !== 0 || b !== 0) },
  { '&&': (a, b) => flag(a !== 0 && b !== 0) },
  { '==': (a, b) => flag(a === b), '!=': (a, b) => flag(a !== b) },
  {
    '<=': (a, b) => flag(a <= b),
    '>=': (a, b) => flag(a >= b),
    '<': (a, b) => flag(a < b),
    '>': (a, b) => flag(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b },
]

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  max: Math.max,
  min: Math.min,
  pow: Math.pow,
  round: Math.round,
  sqrt: Math.sqrt,
}

function flag(value: boolean): number {
  return value ? 1 : 0
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[dDfFLl]?|\.\d+)|([A-Za-z_][A-Za-z0-9_]*)|(\|\||&&|[=!<>]=|[-+*/%<>!?:().,;]))/y

/**
 * Compiles the script of a bucket aggregation: arithmetic, comparisons, `? :` and functions of
 * `Math` over `params.NAME`. Statements, loops and everything else of Painless is refused.
 *
 * @throws SearchFailure naming what is not understood
 */
export function arithmetic(source: string): Arithmetic {
  if (source.length > MAX_LENGTH) {
    throw illegalArgument(`scripts longer than [${MAX_LENGTH}] characters are not supported`)
  }
  return new Parser(source).script()
}

class Parser {
  readonly #source: string
  readonly #tokens: readonly string[]
  #place = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokensOf(source)
  }

  script(): Arithmetic {
    if (this.#peek() === 'return') this.#place++
    const value = this.#choice()
    if (this.#peek() === ';') this.#place++
    if (this.#peek() !== undefined) throw this.#unexpected()
    return value
  }

  #choice(): Arithmetic {
    if (++this.#depth > MAX_DEPTH) throw unsupported(this.#source)
    const condition = this.#level(0)
    this.#depth--
    if (this.#peek() !== '?') return condition
    this.#place++
    const whenTrue = this.#choice()
    this.#expect(':')
    const whenFalse = this.#choice()
    return (given) => (condition(given) === 0 ? whenFalse(given) : whenTrue(given))
  }

  #level(strength: number): Arithmetic {
    const operators = LEVELS[strength]
    if (operators === undefined) return this.#unary()
    let left = this.#level(strength + 1)
    for (;;) {
      const token = this.#peek()
      const apply =
        token !== undefined && Object.hasOwn(operators, token) ? operators[token] : undefined
      if (apply === undefined) return left
      this.#place++
      const [first, second] = [left, this.#level(strength + 1)]
      left = (given) => apply(first(given), second(given))
    }
  }

  #unary(): Arithmetic {
    const token = this.#peek()
    if (token !== '-' && token !== '!' && token !== '+') return this.#value()
    if (++this.#depth > MAX_DEPTH) throw unsupported(this.#source)
    this.#place++
    const inner = this.#unary()
    this.#depth--
    if (token === '-') return (given) => -inner(given)
    return token === '!' ? (given) => flag(inner(given) === 0) : inner
  }

  #value(): Arithmetic {
    const token = this.#next()
    if (token === '(') {
      const inner = this.#choice()
      this.#expect(')')
      return inner
    }
    if (/^[.\d]/.test(token)) {
      const number = Number(token.replace(/[dDfFLl]$/, ''))
      return () => number
    }
    if (token === 'Math') return this.#call()
    if (token === 'params') this.#expect('.')
    const name = token === 'params' ? this.#next() : token
    if (name === 'true' || name === 'false') return () => flag(name === 'true')
    if (!/^[A-Za-z_]/.test(name)) throw this.#unexpected()
    return (given) => (Object.hasOwn(given, name) ? given[name]! : Number.NaN)
  }

  #call(): Arithmetic {
    this.#expect('.')
    const name = this.#next()
    const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (apply === undefined) throw unsupported(this.#source)
    this.#expect('(')
    const values: Arithmetic[] = [this.#choice()]
    while (this.#peek() === ',') {
      this.#place++
      values.push(this.#choice())
    }
    this.#expect(')')
    return (given) => apply(...values.map((value) => value(given)))
  }

  #peek(): string | undefined {
    return this.#tokens[this.#place]
  }

  #next(): string {
    const token = this.#tokens[this.#place++]
    if (token === undefined) throw unsupported(this.#source)
    return token
  }

  #expect(wanted: string): void {
    if (this.#next() !== wanted) throw this.#unexpected()
  }

  #unexpected() {
    return unsupported(this.#source)
  }
}

function tokensOf(source: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (source.slice(TOKEN.lastIndex).trim() !== '') {
    const found = TOKEN.exec(source)
    if (found === null) throw unsupported(source)
    tokens.push((found[1] ?? found[2] ?? found[3])!)
  }
  return tokens
}

function unsupported(source: string) {
  return illegalArgument(
    `compile error: scripts support arithmetic, comparisons, [? :] and [Math] over [params.NAME], found [${source.slice(0, 200)}]`,
  )
}
