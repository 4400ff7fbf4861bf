/** A configuration of Logstash as a tree; only the forms that our pipeline may use. */
export interface LogstashConfig {
  readonly input: readonly Statement[]
  readonly filter: readonly Statement[]
  readonly output: readonly Statement[]
}

export type Statement = Plugin | Branch

export interface Plugin {
  readonly kind: 'plugin'
  readonly name: string
  readonly options: Readonly<Record<string, Value>>
}

/** `if`, `else if` and `else`, which has no condition. */
export interface Branch {
  readonly kind: 'branch'
  readonly cases: readonly {
    readonly condition: Condition | undefined
    readonly body: readonly Statement[]
  }[]
}

export type Value =
  | boolean
  | number
  | string
  | readonly Value[]
  | Plugin
  | { readonly kind: 'hash'; readonly entries: readonly (readonly [string, Value])[] }

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'exists'; readonly field: string }
  | { readonly kind: 'in'; readonly value: string; readonly field: string }
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: string
      readonly value: number | string
    }
  | { readonly kind: 'matches'; readonly field: string; readonly pattern: string }

const TOKEN =
  /\s+|#[^\n]*|(?<token>=>|==|=~|>=|<=|!=|\/(?:\\\/|[^/])*\/|"[^"]*"|(?:\[[^[\]," ]+\])+|[\w.-]+|[{}[\](),!<>])/y

/** Parses a configuration. @throws Error at what it does not understand */
export function parseLogstash(text: string): LogstashConfig {
  return new Parser(tokensOf(text)).config()
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) throw new Error(`not understood: ${text.slice(at, at + 40)}`)
    if (match.groups?.token !== undefined) tokens.push(match.groups.token)
  }
  return tokens
}

class Parser {
  readonly #tokens: readonly string[]
  #place = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  config(): LogstashConfig {
    const sections: Record<'filter' | 'input' | 'output', Statement[]> = {
      input: [],
      filter: [],
      output: [],
    }
    while (this.#place < this.#tokens.length) {
      const name = this.#next()
      if (name !== 'input' && name !== 'filter' && name !== 'output') {
        throw new Error(`not a section: ${name}`)
      }
      sections[name].push(...this.#block())
    }
    return sections
  }

  #next(expected?: string): string {
    const token = this.#tokens[this.#place++]
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`expected ${expected ?? 'more'}, found ${token} (token ${this.#place})`)
    }
    return token
  }

  #peek(): string | undefined {
    return this.#tokens[this.#place]
  }

  #block(): readonly Statement[] {
    this.#next('{')
    const statements: Statement[] = []
    while (this.#peek() !== '}') {
      statements.push(this.#peek() === 'if' ? this.#branch() : this.#plugin(this.#next()))
    }
    this.#next('}')
    return statements
  }

  #branch(): Branch {
    this.#next('if')
    const cases = [{ condition: this.#condition(), body: this.#block() }]
    const more: { condition: Condition | undefined; body: readonly Statement[] }[] = cases
    while (this.#peek() === 'else') {
      this.#next('else')
      const hasCondition = this.#peek() === 'if'
      if (hasCondition) this.#next('if')
      more.push({ condition: hasCondition ? this.#condition() : undefined, body: this.#block() })
      if (!hasCondition) break
    }
    return { kind: 'branch', cases: more }
  }

  #plugin(name: string): Plugin {
    this.#next('{')
    const options: [string, Value][] = []
    while (this.#peek() !== '}') {
      const option = this.#next()
      this.#next('=>')
      options.push([option, this.#value()])
    }
    this.#next('}')
    const names = options.map(([option]) => option)
    if (new Set(names).size !== names.length) throw new Error(`${name}: an option twice`)
    return { kind: 'plugin', name, options: Object.fromEntries(options) }
  }

  #value(): Value {
    const token = this.#next()
    if (token === '[') return this.#list()
    if (token === '{') return this.#hash()
    if (token.startsWith('"')) return unquoted(token)
    if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token)
    if (token === 'true' || token === 'false') return token === 'true'
    return this.#peek() === '{' ? this.#plugin(token) : token
  }

  #list(): readonly Value[] {
    const values: Value[] = []
    while (this.#peek() !== ']') {
      values.push(this.#value())
      if (this.#peek() !== ']') this.#next(',')
    }
    this.#next(']')
    return values
  }

  #hash(): Value {
    const entries: [string, Value][] = []
    while (this.#peek() !== '}') {
      const key = unquoted(this.#next())
      this.#next('=>')
      entries.push([key, this.#value()])
    }
    this.#next('}')
    return { kind: 'hash', entries }
  }

  /** One operator only, or the same again: Logstash gives `and` no precedence over `or`. */
  #condition(): Condition {
    let left = this.#term()
    const operator = this.#peek()
    while (this.#peek() === 'and' || this.#peek() === 'or') {
      const kind = this.#next()
      if (kind !== operator) throw new Error('and beside or without parentheses')
      left = { kind: kind === 'and' ? 'and' : 'or', left, right: this.#term() }
    }
    return left
  }

  #term(): Condition {
    const token = this.#next()
    if (token === '!') return { kind: 'not', inner: { kind: 'exists', field: this.#next() } }
    if (token.startsWith('"')) {
      this.#next('in')
      return { kind: 'in', value: unquoted(token), field: this.#next() }
    }
    if (!token.startsWith('[')) throw new Error(`not a field: ${token}`)
    const operator = this.#peek() ?? ''
    if (operator === '=~') {
      this.#next()
      return { kind: 'matches', field: token, pattern: this.#next().slice(1, -1) }
    }
    if (!['==', '!=', '<', '<=', '>', '>='].includes(operator))
      return { kind: 'exists', field: token }
    this.#next()
    const value = this.#value()
    if (typeof value !== 'number' && typeof value !== 'string') throw new Error('not a constant')
    return { kind: 'compare', field: token, operator, value }
  }
}

function unquoted(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1) : token
}
