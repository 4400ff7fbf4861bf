import { isJsonObject, type JsonObject } from '../json-object.ts'
import type { RequestNotes } from './request-notes.ts'

/** A JSON object that was parsed from outside. */
/**
 * Reads the fields of one object of a request by name. A field that is absent or null is
 * undefined; one of the wrong type is undefined too and noted as a problem, under its path
 * (`messages[1].content`). What was never asked for is noted by `finish`.
 */
export class Fields {
  readonly #object: JsonObject
  readonly #path: string
  readonly #seen = new Set<string>()
  readonly notes: RequestNotes

  private constructor(object: JsonObject, path: string, notes: RequestNotes) {
    this.#object = object
    this.#path = path
    this.notes = notes
  }

  /** Starts reading `value`; undefined, and a problem, when it is no object. */
  static of(value: unknown, path: string, notes: RequestNotes): Fields | undefined {
    if (isJsonObject(value)) return new Fields(value, path, notes)
    notes.reject(path, 'must be an object')
    return undefined
  }

  /** The path of a field, or of the object itself. */
  path(name?: string): string {
    if (name === undefined) return this.#path
    return this.#path === '' ? name : `${this.#path}.${name}`
  }

  /** The field as it stands; undefined when it is null. */
  raw(name: string): unknown {
    this.#seen.add(name)
    return this.#object[name] ?? undefined
  }

  text(name: string): string | undefined {
    return this.#typed(name, 'a string', (value) => typeof value === 'string')
  }

  flag(name: string): boolean | undefined {
    return this.#typed(name, 'a boolean', (value) => typeof value === 'boolean')
  }

  /** A finite number: JSON can hold `1e999`. */
  number(name: string): number | undefined {
    return this.#typed(name, 'a number', (value): value is number => Number.isFinite(value))
  }

  integer(name: string): number | undefined {
    return this.#typed(name, 'an integer', (value): value is number => Number.isSafeInteger(value))
  }

  /** A number of something of which there must be at least one. */
  count(name: string): number | undefined {
    const count = this.integer(name)
    if (count === undefined || count > 0) return count
    this.reject(name, 'must be at least 1')
    return undefined
  }

  object(name: string): JsonObject | undefined {
    return this.#typed(name, 'an object', isJsonObject)
  }

  list(name: string): readonly unknown[] | undefined {
    return this.#typed(name, 'a list', (value): value is readonly unknown[] => Array.isArray(value))
  }

  /** A field that holds an object, to be read in turn. */
  fields(name: string): Fields | undefined {
    const object = this.object(name)
    return object && new Fields(object, this.path(name), this.notes)
  }

  /** The objects of a list, to be read in turn; what is no object is a problem. */
  items(name: string): readonly Fields[] {
    const list = this.list(name) ?? []
    return list.flatMap(
      (item, at) => Fields.of(item, `${this.path(name)}[${at}]`, this.notes) ?? [],
    )
  }

  /** One of several words; other words have no equivalent. */
  word<W extends string>(name: string, words: readonly W[]): W | undefined {
    const text = this.text(name)
    const word = words.find((known) => known === text)
    if (text !== undefined && word === undefined) this.leaveOut(name)
    return word
  }

  /** As the reader of the same name; absent is a problem. */
  requiredText(name: string): string {
    const text = this.text(name)
    if (text === undefined) this.reject(name, 'is required')
    return text ?? ''
  }

  /** As the reader of the same name; absent is a problem. */
  requiredFields(name: string): Fields | undefined {
    if (this.raw(name) === undefined) this.reject(name, 'is required')
    return this.fields(name)
  }

  reject(name: string, message: string): void {
    this.notes.reject(this.path(name), message)
  }

  leaveOut(name?: string): void {
    this.notes.leaveOut(this.path(name))
  }

  /** Passes over fields that change nothing in the answer. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#seen.add(name)
  }

  /** Passes over a field that is as if absent when `isDefault`; else it has no equivalent. */
  onlyDefault(name: string, isDefault: (value: unknown) => boolean): void {
    const value = this.raw(name)
    if (value !== undefined && !isDefault(value)) this.leaveOut(name)
  }

  /** Names the fields that nobody asked for. */
  finish(): void {
    for (const [name, value] of Object.entries(this.#object)) {
      if (!this.#seen.has(name) && value !== null) this.leaveOut(name)
    }
  }

  #typed<T>(name: string, type: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.raw(name)
    if (value === undefined || is(value)) return value
    this.reject(name, `must be ${type}`)
    return undefined
  }
}
