import { SearchFailure } from '../search/index.ts'
import { parseJson } from './request-body.ts'

export type Json = Readonly<Record<string, unknown>>

/** Tells whether a JSON value is an object. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The body of a request as an object; undefined when there is none.
 *
 * @throws SearchFailure for a body that is something else
 */
export function optionalBody(text: string): Json | undefined {
  const body = parseJson(text)
  if (body === undefined || isJson(body)) return body
  throw new SearchFailure({
    type: 'parse_exception',
    reason: 'request body must be a JSON object',
    status: 400,
  })
}

/**
 * The body of a request that needs one.
 *
 * @throws SearchFailure when there is none or it is no object
 */
export function requiredBody(text: string): Json {
  const body = optionalBody(text)
  if (body !== undefined) return body
  throw new SearchFailure({
    type: 'parse_exception',
    reason: 'request body is required',
    status: 400,
  })
}

export function contentFailure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'x_content_parse_exception', reason, status: 400 })
}

/** Elasticsearch's answer to a request that lacks something. */
export function validationFailure(what: string): SearchFailure {
  return new SearchFailure({
    type: 'action_request_validation_exception',
    reason: `Validation Failed: 1: ${what};`,
    status: 400,
  })
}

/**
 * Refuses keys of an object that are not understood; `where` is Elasticsearch's name of it.
 *
 * @throws SearchFailure naming the first one
 */
function checkKeys(object: Json, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key))
  if (unknown !== undefined) throw contentFailure(`[${where}] unknown field [${unknown}]`)
}

/** Reads values of an object; null counts as absent. */
export class JsonReader {
  readonly #object: Json
  readonly #where: string

  /** @throws SearchFailure when `value` is not an object or has other keys than `known` */
  constructor(value: unknown, where: string, known: readonly string[]) {
    if (!isJson(value))
      throw contentFailure(`[${where}] Expected START_OBJECT but was: ${kind(value)}`)
    checkKeys(value, known, where)
    this.#object = value
    this.#where = where
  }

  /** The value as it came. */
  part(key: string): unknown {
    return this.#object[key] ?? undefined
  }

  object(key: string): Json | undefined {
    const value = this.#object[key] ?? undefined
    if (value === undefined || isJson(value)) return value
    throw this.#wrong(key, value)
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.#object[key] ?? undefined
    if (value === undefined || Array.isArray(value)) return value
    throw this.#wrong(key, value)
  }

  text(key: string): string | undefined {
    const value = this.#object[key] ?? undefined
    if (value === undefined || typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw this.#wrong(key, value)
  }

  /** A list of texts; a text alone is a list of one. */
  texts(key: string): readonly string[] | undefined {
    const value = this.#object[key] ?? undefined
    if (value === undefined) return undefined
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (list.every((item) => typeof item === 'string')) return list
    throw this.#wrong(
      key,
      list.find((item) => typeof item !== 'string'),
    )
  }

  boolean(key: string): boolean | undefined {
    const value = this.#object[key] ?? undefined
    if (value === undefined || typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    if (typeof value !== 'string') throw this.#wrong(key, value)
    throw this.#failed(
      key,
      `Failed to parse value [${value}] as only [true] or [false] are allowed.`,
    )
  }

  integer(key: string): number | undefined {
    const value = this.#object[key] ?? undefined
    if (value === undefined) return undefined
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number
    if (typeof value !== 'string' && typeof value !== 'number') throw this.#wrong(key, value)
    throw this.#failed(key, `For input string: "${value}"`)
  }

  #failed(key: string, reason: string): SearchFailure {
    return new SearchFailure({
      type: 'x_content_parse_exception',
      reason: `[${this.#where}] failed to parse field [${key}]`,
      status: 400,
      causedBy: { type: 'illegal_argument_exception', reason },
    })
  }

  #wrong(key: string, value: unknown): SearchFailure {
    return contentFailure(`[${this.#where}] ${key} doesn't support values of type: ${kind(value)}`)
  }
}

function kind(value: unknown): string {
  if (value === null) return 'VALUE_NULL'
  if (Array.isArray(value)) return 'START_ARRAY'
  if (typeof value === 'object') return 'START_OBJECT'
  if (typeof value === 'boolean') return 'VALUE_BOOLEAN'
  return typeof value === 'number' ? 'VALUE_NUMBER' : 'VALUE_STRING'
}
