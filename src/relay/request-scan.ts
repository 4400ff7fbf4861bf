/** Bytes `[start, end)` of a value in a body. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Where the values that the relay looks at stand in a request body. */
export interface RequestSpans {
  /** Position after the outermost `{`. */
  readonly inside: number
  readonly model: Span | undefined
  readonly stream: Span | undefined
  readonly stream_options: Span | undefined
  readonly user: Span | undefined
  readonly safety_identifier: Span | undefined
  readonly metadata: Span | undefined
}

export type ScanResult =
  | { readonly ok: true; readonly spans: RequestSpans }
  | { readonly ok: false; readonly problem: string; readonly position: number }

/** Deeper bodies are refused: no provider's protocol nests like that, parsers behind us may crash. */
const MAX_DEPTH = 256

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const ZERO = 0x30

/** 1 for the bytes that a run of plain string characters ends at: controls, quote, backslash. */
const ENDS_RUN = new Uint8Array(256).fill(1, 0, 0x20)
ENDS_RUN[QUOTE] = 1
ENDS_RUN[BACKSLASH] = 1

/** 1 for what may follow a backslash, 2 for the `u` of four hex digits. */
const ESCAPED = new Uint8Array(256)
for (const character of '"\\/bfnrt') ESCAPED[character.charCodeAt(0)] = 1
ESCAPED[0x75] = 2

/** In larger bodies the rest of a long run is jumped over natively, controls in it unchecked. */
const CHECK_ALL_BYTES = 16 * 1024
const RUN_BYTES = 48

/** A small integer past every body, so that positions stay small integers. */
const NEVER = 0x3fff_ffff

type Watched = Exclude<keyof RequestSpans, 'inside'>
const WATCHED: ReadonlySet<string> = new Set<Watched>([
  'model',
  'stream',
  'stream_options',
  'user',
  'safety_identifier',
  'metadata',
])

/**
 * Checks that `body` is one JSON object and finds the top-level values the relay needs, without
 * building anything: a tenth of what parsing costs on large bodies. `body` has to be valid UTF-8.
 * A watched name that stands twice is a problem: we would read one and the provider the other.
 */
export function scanRequest(body: Uint8Array): ScanResult {
  const scanner = new Scanner(body)
  try {
    return { ok: true, spans: scanner.request() }
  } catch (error) {
    if (!(error instanceof ScanProblem)) throw error
    return { ok: false, problem: error.message, position: error.position }
  }
}

class ScanProblem extends Error {
  readonly position: number

  constructor(problem: string, position: number) {
    super(problem)
    this.position = position
  }
}

class Scanner {
  readonly #body: Uint8Array
  readonly #jumps: boolean
  #at = 0
  /** Position of a backslash that was looked for natively; valid while not passed. */
  #backslash = -1

  constructor(body: Uint8Array) {
    this.#body = body
    this.#jumps = body.length > CHECK_ALL_BYTES
  }

  request(): RequestSpans {
    this.#space()
    if (this.#body[this.#at] !== OPEN_BRACE) this.#fail('a JSON object was expected')
    this.#at++
    const found: Record<Watched, Span | undefined> & { inside: number } = {
      inside: this.#at,
      model: undefined,
      stream: undefined,
      stream_options: undefined,
      user: undefined,
      safety_identifier: undefined,
      metadata: undefined,
    }
    this.#members(1, (name, start) => {
      if (found[name] !== undefined) this.#fail(`"${name}" stands twice`, start)
      found[name] = { start, end: this.#at }
    })
    this.#space()
    if (this.#at < this.#body.length) this.#fail('text after the end of the JSON object')
    return found
  }

  #fail(problem: string, position = this.#at): never {
    const ended = position >= this.#body.length
    throw new ScanProblem(ended ? 'the body ends before the JSON is complete' : problem, position)
  }

  #space(): void {
    const body = this.#body
    let at = this.#at
    for (let byte = body[at]; byte !== undefined && byte <= 0x20; byte = body[++at]) {
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    }
    this.#at = at
  }

  /** Reads members up to and with the closing brace; tells `watch` where watched values start. */
  #members(depth: number, watch?: (name: Watched, start: number) => void): void {
    this.#space()
    if (this.#body[this.#at] === CLOSE_BRACE) {
      this.#at++
      return
    }
    for (;;) {
      this.#space()
      if (this.#body[this.#at] !== QUOTE)
        this.#fail('a property name in double quotes was expected')
      const nameStart = this.#at
      this.#string()
      const name = watch === undefined ? undefined : watchedName(this.#body, nameStart, this.#at)
      this.#space()
      if (this.#body[this.#at] !== COLON) this.#fail('":" was expected after a property name')
      this.#at++
      this.#space()
      const start = this.#at
      this.#value(depth)
      if (name !== undefined) watch?.(name, start)
      if (this.#closes(CLOSE_BRACE)) return
    }
  }

  #elements(depth: number): void {
    this.#space()
    if (this.#body[this.#at] === CLOSE_BRACKET) {
      this.#at++
      return
    }
    for (;;) {
      this.#space()
      this.#value(depth)
      if (this.#closes(CLOSE_BRACKET)) return
    }
  }

  /** Steps over a comma (false) or the closing character (true). */
  #closes(closing: number): boolean {
    this.#space()
    const byte = this.#body[this.#at]
    if (byte !== COMMA && byte !== closing) {
      this.#fail(`"," or "${String.fromCharCode(closing)}" was expected`)
    }
    this.#at++
    return byte === closing
  }

  #value(depth: number): void {
    const byte = this.#body[this.#at]
    if (byte === QUOTE) this.#string()
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth >= MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`)
      this.#at++
      if (byte === OPEN_BRACE) this.#members(depth + 1)
      else this.#elements(depth + 1)
    } else if (byte === 0x74) this.#literal('true')
    else if (byte === 0x66) this.#literal('false')
    else if (byte === 0x6e) this.#literal('null')
    else this.#number()
  }

  #literal(word: string): void {
    for (let place = 0; place < word.length; place++) {
      if (this.#body[this.#at + place] !== word.charCodeAt(place)) {
        this.#fail('a JSON value was expected', this.#at + place)
      }
    }
    this.#at += word.length
  }

  #string(): void {
    const body = this.#body
    let at = this.#at + 1
    for (;;) {
      const jumpAt = this.#jumps ? at + RUN_BYTES : NEVER
      while (ENDS_RUN[body[at]!] === 0) {
        if (++at >= jumpAt) {
          at = this.#runEnd(at)
          break
        }
      }
      const byte = body[at]
      if (byte === BACKSLASH) {
        const kind = ESCAPED[body[at + 1]!]
        if (kind === 1) at += 2
        else at = this.#hexEscape(at + 1, kind)
      } else if (byte === QUOTE) break
      else this.#fail('a control character in a string has to be escaped', at)
    }
    this.#at = at + 1
  }

  #runEnd(at: number): number {
    const quote = this.#body.indexOf(QUOTE, at)
    if (quote === -1) return this.#body.length
    if (this.#backslash < at) {
      const next = this.#body.indexOf(BACKSLASH, at)
      this.#backslash = next === -1 ? NEVER : next
    }
    return Math.min(quote, this.#backslash)
  }

  /** Checks the four digits after the `u` at `at` and returns the position after them. */
  #hexEscape(at: number, kind: number | undefined): number {
    if (kind !== 2) this.#fail('not a JSON escape', at)
    for (let place = at + 1; place <= at + 4; place++) {
      if (!isHexDigit(this.#body[place])) this.#fail('"\\u" needs four hex digits', place)
    }
    return at + 5
  }

  #number(): void {
    if (this.#body[this.#at] === MINUS) this.#at++
    if (this.#body[this.#at] === ZERO) this.#at++
    else this.#digits('a JSON value was expected')
    if (this.#body[this.#at] === POINT) {
      this.#at++
      this.#digits('a digit was expected')
    }
    const exponent = this.#body[this.#at]
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = this.#body[++this.#at]
      if (sign === PLUS || sign === MINUS) this.#at++
      this.#digits('a digit was expected')
    }
  }

  #digits(problem: string): void {
    const start = this.#at
    for (let byte = this.#body[start]; byte !== undefined && byte >= 0x30 && byte <= 0x39; ) {
      byte = this.#body[++this.#at]
    }
    if (this.#at === start) this.#fail(problem)
  }
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const lower = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66)
}

/** The longest watched name with every character written as `\uXXXX`, and its quotes. */
const LONGEST_NAME_BYTES = 'safety_identifier'.length * 6 + 2

const FIRST_LETTERS = new Uint8Array(256)
for (const character of 'msu\\') FIRST_LETTERS[character.charCodeAt(0)] = 1

function watchedName(body: Uint8Array, start: number, end: number): Watched | undefined {
  if (FIRST_LETTERS[body[start + 1]!] === 0 || end - start > LONGEST_NAME_BYTES) return undefined
  const text = Buffer.from(body.buffer, body.byteOffset + start, end - start).toString()
  const name: unknown = text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
  return WATCHED.has(name as string) ? (name as Watched) : undefined
}
