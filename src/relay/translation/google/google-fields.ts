import { isJsonObject, type JsonObject } from '../../json-object.ts'
import type { RequestNotes } from '../request-notes.ts'
import { isShallow, MOST_LEVELS } from './json-values.ts'

/**
 * An object of a request in Google's JSON form: names in camel or snake case, null for absent, a
 * lone object for a list of one, numbers also as text. Values of the wrong type are faults.
 */
export class GoogleFields {
  readonly path: string
  readonly #value: JsonObject
  readonly #notes: RequestNotes
  readonly #asked = new Set<string>()

  constructor(value: JsonObject, path: string, notes: RequestNotes) {
    this.path = path
    this.#value = value
    this.#notes = notes
  }

  string(name: string): string | undefined {
    const value = this.#take(name)
    if (value === undefined || typeof value === 'string') return value
    return this.fail(name, 'has to be a string')
  }

  number(name: string): number | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number === 'number' && Number.isFinite(number)) return number
    return this.fail(name, 'has to be a number')
  }

  integer(name: string): number | undefined {
    const number = this.number(name)
    if (number === undefined || Number.isSafeInteger(number)) return number
    return this.fail(name, 'has to be a whole number')
  }

  boolean(name: string): boolean | undefined {
    const value = this.#take(name)
    if (value === undefined || typeof value === 'boolean') return value
    return this.fail(name, 'has to be true or false')
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (list.every((each) => typeof each === 'string')) return list
    return this.fail(name, 'has to be a list of strings')
  }

  /** Gives an object as it is. */
  json(name: string): JsonObject | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (!isJsonObject(value)) return this.fail(name, 'has to be an object')
    return isShallow(value, MOST_LEVELS) ? value : this.fail(name, 'is nested too deeply')
  }

  object(name: string): GoogleFields | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (isJsonObject(value)) return new GoogleFields(value, this.pathOf(name), this.#notes)
    return this.fail(name, 'has to be an object')
  }

  objects(name: string): readonly GoogleFields[] {
    const value = this.#take(name)
    if (value === undefined) return []
    const path = this.pathOf(name)
    if (isJsonObject(value)) return [new GoogleFields(value, path, this.#notes)]
    if (!Array.isArray(value)) {
      this.fail(name, 'has to be a list')
      return []
    }
    return value.flatMap((each: unknown, place) => {
      if (isJsonObject(each)) return [new GoogleFields(each, `${path}[${place}]`, this.#notes)]
      this.#reject(`${path}[${place}]`, 'has to be an object')
      return []
    })
  }

  isString(name: string): boolean {
    return typeof this.#take(name) === 'string'
  }

  /** Whether a value other than null stands under the name. */
  has(name: string): boolean {
    return this.#take(name) !== undefined
  }

  /** Notes that what stands under the name has no equivalent, if anything does. */
  leaveOut(name: string): void {
    if (this.has(name)) this.#notes.leaveOut(this.pathOf(name))
  }

  /** Notes a fault of the value under the name, as the caller spells it. */
  fail(name: string, problem: string): undefined {
    this.#reject(this.pathOf(name), problem)
    return undefined
  }

  /** Notes everything that was never asked for; what is null, false or an empty list is absent. */
  leaveOutRest(): void {
    for (const [key, value] of Object.entries(this.#value)) {
      if (this.#asked.has(key) || value === null || value === false) continue
      if (Array.isArray(value) && value.length === 0) continue
      this.#notes.leaveOut(this.#join(key))
    }
  }

  pathOf(name: string): string {
    return this.#join(Object.hasOwn(this.#value, name) ? name : this.#spelling(name))
  }

  /** Google's errors have no field for the parameter: the message names it. */
  #reject(path: string, problem: string): void {
    this.#notes.reject(path, `"${path}" ${problem}`)
  }

  #take(name: string): unknown {
    const key = this.#spelling(name)
    this.#asked.add(name).add(key)
    const value = Object.hasOwn(this.#value, name) ? this.#value[name] : undefined
    const other = Object.hasOwn(this.#value, key) ? this.#value[key] : undefined
    return value ?? other ?? undefined
  }

  /** The name as the caller spells it; in camel case when he does not mention it. */
  #spelling(name: string): string {
    const snake = snakeCase(name)
    return Object.hasOwn(this.#value, snake) ? snake : name
  }

  #join(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }
}

const SNAKE_CASE = new Map<string, string>()

/** Only ever asked for names of the protocol, so that the map stays small. */
function snakeCase(name: string): string {
  let snake = SNAKE_CASE.get(name)
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    SNAKE_CASE.set(name, snake)
  }
  return snake
}
