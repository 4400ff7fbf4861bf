import { illegalArgument, parsingFailure, type SearchFailure } from './search-failure.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Tells whether a JSON value is an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Reads an object of a request key by key. `end` refuses keys that nobody asked for: what is not
 * understood is never passed over. Numbers and booleans may come as text, as clients send them.
 */
export class BodyReader {
  readonly where: string
  readonly #object: JsonObject
  readonly #seen = new Set<string>()

  /** @throws SearchFailure when `value` is not an object; `where` names it in messages */
  constructor(value: unknown, where: string) {
    if (!isObject(value)) {
      throw parsingFailure(`[${where}] malformed, expected an object but found [${kindOf(value)}]`)
    }
    this.#object = value
    this.where = where
  }

  keys(): readonly string[] {
    return Object.keys(this.#object)
  }

  has(key: string): boolean {
    return this.#object[key] !== undefined
  }

  /** The value as it came; undefined when absent. */
  value(key: string): unknown {
    this.#seen.add(key)
    return this.#object[key]
  }

  text(key: string): string | undefined {
    const value = this.value(key)
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw this.#wrong(key, 'a text', value)
  }

  requiredText(key: string): string {
    const value = this.text(key)
    if (value === undefined) throw parsingFailure(`[${this.where}] requires [${key}]`)
    return value
  }

  number(key: string): number | undefined {
    const value = this.value(key)
    if (value === undefined || value === null) return undefined
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number === 'number' && Number.isFinite(number)) return number
    throw this.#wrong(key, 'a number', value)
  }

  /** An integer of at least `least`. */
  integer(key: string, least: number): number | undefined {
    const number = this.number(key)
    if (number === undefined) return undefined
    if (Number.isSafeInteger(number) && number >= least) return number
    throw illegalArgument(
      `[${this.where}] [${key}] must be an integer >= ${least}, found [${number}]`,
    )
  }

  boolean(key: string): boolean | undefined {
    const value = this.value(key)
    if (value === undefined || value === null) return undefined
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    throw this.#wrong(key, 'a boolean', value)
  }

  /** The value when it is one of `choices`. */
  choice<const T extends string>(key: string, choices: readonly T[]): T | undefined {
    const value = this.text(key)
    if (value === undefined) return undefined
    const found = choices.find((choice) => choice === value.toLowerCase())
    if (found !== undefined) return found
    throw parsingFailure(`[${this.where}] [${key}] does not support [${value}]`)
  }

  /** Marks keys as read that change nothing here, such as `boost`: all scores are equal. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#seen.add(key)
  }

  /** @throws SearchFailure naming a key that was not read */
  end(): void {
    const unknown = this.keys().find((key) => !this.#seen.has(key))
    if (unknown !== undefined) {
      throw parsingFailure(`[${this.where}] does not support [${unknown}]`)
    }
  }

  #wrong(key: string, expected: string, value: unknown): SearchFailure {
    return parsingFailure(`[${this.where}] [${key}] must be ${expected}, found [${kindOf(value)}]`)
  }
}

/** Reads an object with a single key, the form of queries and many of their options. */
export function onlyEntry(value: unknown, where: string): readonly [string, unknown] {
  const entries = isObject(value) ? Object.entries(value) : []
  const [first, second] = entries
  if (first === undefined) throw illegalArgument(`[${where}] malformed, empty clause found`)
  if (second !== undefined) {
    throw parsingFailure(
      `[${where}] malformed query, expected [END_OBJECT] but found [FIELD_NAME] [${second[0]}]`,
    )
  }
  return first
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
