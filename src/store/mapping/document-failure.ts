import { SearchFailure } from '../search-failure.ts'
import { findPlace, type JsonPath, lineAndColumn } from './json-place.ts'
import { javaText } from './mapping-failure.ts'

interface Cause {
  readonly type: string
  readonly reason: string
}

/** Units of a value that a failure shows at most. */
const PREVIEW_UNITS = 1_000

/** Makes the failures of one document; they say where it is wrong. */
export class DocumentFailures {
  readonly #source: string
  readonly #id: string

  constructor(source: string, id: string) {
    this.#source = source
    this.#id = id
  }

  #at(path: JsonPath, part: 'key' | 'start' | 'end'): string {
    const found = findPlace(this.#source, path)
    return `[${lineAndColumn(this.#source, found?.[part] ?? 0)}]`
  }

  #make(type: string, reason: string, causedBy?: Cause): SearchFailure {
    const details = { type, reason, status: 400 }
    return new SearchFailure(causedBy === undefined ? details : { ...details, causedBy })
  }

  /** A value that its field cannot take. */
  malformed(
    path: JsonPath,
    field: { readonly name: string; readonly type: string },
    value: unknown,
    cause: Cause,
  ): SearchFailure {
    const isObject = typeof value === 'object' && value !== null
    const preview = javaText(value).slice(0, PREVIEW_UNITS)
    return this.#make(
      'document_parsing_exception',
      `${this.#at(path, isObject ? 'end' : 'start')} failed to parse field [${field.name}] of type [${field.type}] in document with id '${this.#id}'. Preview of field's value: '${preview}'`,
      cause,
    )
  }

  /** Anything else that is wrong with the value at `path`. */
  other(path: JsonPath, reason: string): SearchFailure {
    return this.#make('document_parsing_exception', `${this.#at(path, 'start')} ${reason}`)
  }

  /** A field that the mapping cannot have. */
  refused(path: JsonPath, cause: Cause, part: 'key' | 'start' = 'start'): SearchFailure {
    const reason = `${this.#at(path, part)} failed to parse: ${cause.reason}`
    return this.#make('document_parsing_exception', reason, cause)
  }

  /** A name that no field can have. */
  badName(path: JsonPath, reason: string): SearchFailure {
    return this.#make('document_parsing_exception', `${this.#at(path, 'key')} ${reason}`)
  }

  strict(path: JsonPath, name: string, object: string): SearchFailure {
    return this.#make(
      'strict_dynamic_mapping_exception',
      `${this.#at(path, 'start')} mapping set to strict, dynamic introduction of [${name}] within [${object === '' ? '_doc' : object}] is not allowed`,
    )
  }
}
