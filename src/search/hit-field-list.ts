import { BodyReader, isObject, kindOf } from './body-reader.ts'
import { contentFailure, illegalArgument, parsingFailure } from './search-failure.ts'

/** A field that a hit is to have, as `fields` and `docvalue_fields` name it. */
export interface WantedField {
  /** A name, or a pattern with `*`. */
  readonly pattern: string
  readonly format: string | undefined
  /** Whether values count that no mapped field has. */
  readonly includeUnmapped: boolean
}

const KEYS = ['field', 'format', 'include_unmapped']

/**
 * Reads a list of names, patterns and `{"field", "format", "include_unmapped"}`.
 *
 * @throws SearchFailure for anything else; `key` names it
 */
export function wantedFields(given: unknown, key: string): readonly WantedField[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw unknownKey(given, key)
  return given.map((item: unknown) => {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
      return { pattern: String(item), format: undefined, includeUnmapped: false }
    }
    if (!isObject(item)) throw unknownKey(item, key)
    return wantedField(item)
  })
}

function wantedField(item: Readonly<Record<string, unknown>>): WantedField {
  const unknown = Object.keys(item).find((name) => !KEYS.includes(name))
  if (unknown !== undefined) {
    throw contentFailure(`[fetch_field_and_format] unknown field [${unknown}]`)
  }
  const { field, format } = item
  if (field === undefined || field === null) throw illegalArgument('Required [field]')
  for (const [name, value] of Object.entries({ field, format })) {
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw contentFailure(
        `[fetch_field_and_format] ${name} doesn't support values of type: ${kindOf(value)}`,
      )
    }
  }
  const reader = new BodyReader(item, 'fetch_field_and_format')
  return {
    pattern: String(field),
    format: typeof format === 'string' ? format : undefined,
    includeUnmapped: reader.boolean('include_unmapped') ?? false,
  }
}

const TOKENS: Readonly<Record<string, string>> = {
  string: 'VALUE_STRING',
  number: 'VALUE_NUMBER',
  boolean: 'VALUE_BOOLEAN',
  null: 'VALUE_NULL',
  array: 'START_ARRAY',
  object: 'START_OBJECT',
}

/** A value of another kind than the key takes. */
export function unknownKey(value: unknown, key: string) {
  const kind = kindOf(value)
  return parsingFailure(`Unknown key for a ${TOKENS[kind] ?? kind} in [${key}].`)
}
