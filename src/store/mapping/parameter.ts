import { dateFormat } from '../dates/date-format.ts'
import { SearchFailure } from '../search-failure.ts'
import { isObject, mappingFailure, readBoolean, unsupportedParameter } from './mapping-failure.ts'
import type { MappingSettings } from './mapping-settings.ts'

/** Where a parameter stands. */
export interface ParameterPlace {
  readonly name: string
  readonly field: string
  readonly type: string
  readonly settings: MappingSettings
}

/** A parameter of a field type. */
export interface Parameter {
  /** What holds for a field that does not give it. */
  readonly fallback: unknown
  /** Whether it may change once the field exists. */
  readonly isUpdatable: boolean
  /** Shown even when it says what holds anyway. */
  readonly isShown: boolean
  /** @throws SearchFailure */
  read(value: unknown, place: ParameterPlace): unknown
}

interface Options {
  readonly updatable?: boolean
  readonly shown?: boolean
}

function parameter(
  fallback: unknown,
  read: Parameter['read'],
  { updatable = false, shown = false }: Options = {},
): Parameter {
  return { fallback, isUpdatable: updatable, isShown: shown, read }
}

export function flag(fallback: boolean, options?: Options): Parameter {
  return parameter(fallback, readBoolean, options)
}

/** A switch of a field that otherwise follows the index. */
export function indexFlag(): Parameter {
  return parameter(undefined, readBoolean, { updatable: true, shown: true })
}

/** A parameter of which one value alone is supported. */
export function only(supported: string | number | boolean): Parameter {
  return parameter(supported, (value, place) => {
    if (String(value) === String(supported)) return supported
    throw unsupportedParameter(place.name, place.field, place.type)
  })
}

export function choice(fallback: string, choices: readonly string[]): Parameter {
  return parameter(fallback, (value, { name }) => {
    if (choices.includes(String(value))) return String(value)
    const known = choices.join(', ')
    throw mappingFailure(
      `Unknown value [${String(value)}] for field [${name}] - accepted values are [${known}]`,
    )
  })
}

export function wholeNumber(fallback: number | undefined): Parameter {
  return parameter(
    fallback,
    (value, { name, field }) => {
      const number = typeof value === 'string' && value !== '' ? Number(value) : value
      if (Number.isInteger(number)) return number
      throw mappingFailure(`[${name}] of field [${field}] is no whole number`)
    },
    { updatable: true },
  )
}

/** `scaling_factor`: required, above 0. */
export const SCALING_FACTOR = parameter(undefined, (value, { field }) => {
  const factor = typeof value === 'string' ? Number(value) : value
  if (typeof factor === 'number' && Number.isFinite(factor) && factor > 0) return factor
  const shown = typeof value === 'object' ? JSON.stringify(value) : String(value)
  throw mappingFailure(
    `[scaling_factor] must be a positive number, got [${shown}] for field [${field}]`,
    'illegal_argument_exception',
  )
})

/** `null_value`: `check` tells what is wrong with one. */
export function nullValue(check: (value: unknown, place: ParameterPlace) => unknown): Parameter {
  return parameter(undefined, (value, place) => {
    if (typeof value !== 'object') return check(value, place)
    throw mappingFailure(`[null_value] of field [${place.field}] is no value`)
  })
}

export const META = parameter(
  undefined,
  (value, { field }) => {
    if (!isObject(value)) {
      throw mappingFailure(`[meta] must be an object, got [${String(value)}] for field [${field}]`)
    }
    for (const [key, text] of Object.entries(value)) {
      if (typeof text === 'string' && text.length <= 50 && key.length <= 20) continue
      throw mappingFailure(
        `[meta] values can only be short strings, see [${key}] of field [${field}]`,
      )
    }
    return value
  },
  { updatable: true },
)

export const COPY_TO = parameter(
  undefined,
  (value, { field }) => {
    const names = Array.isArray(value) ? value : [value]
    if (names.every((name) => typeof name === 'string' && name !== '')) return names
    throw mappingFailure(`[copy_to] of field [${field}] must name fields`)
  },
  { updatable: true },
)

/** A constant that the field has in every document. */
export const CONSTANT = parameter(undefined, (value, { field }) => {
  if (typeof value !== 'object') return String(value)
  throw mappingFailure(`[value] of field [${field}] must be one value`)
})

/** Calls `make` for what it throws: a part of the analysis that does not exist. */
function checked<T>(make: () => unknown, name: T, prefix = ''): T {
  try {
    make()
  } catch (error) {
    if (!(error instanceof SearchFailure)) throw error
    throw mappingFailure(prefix + error.message, 'illegal_argument_exception')
  }
  return name
}

export function analyzer(options?: Options): Parameter {
  return parameter(
    undefined,
    (value, { settings }) => {
      const name = String(value)
      return checked(() => settings.analysis.analyzer(name), name)
    },
    options,
  )
}

export const NORMALIZER = parameter(undefined, (value, { field, settings }) => {
  const name = String(value)
  if (settings.analysis.hasNormalizer(name)) return name
  throw mappingFailure(`normalizer [${name}] not found for field [${field}]`)
})

export function format(fallback: string): Parameter {
  return parameter(fallback, (value, { field }) => {
    const pattern = String(value)
    return checked(
      () => dateFormat(pattern),
      pattern,
      `Error parsing [format] on field [${field}]: `,
    )
  })
}

export const SIMILARITY = parameter(undefined, (value, { field }) => {
  if (value === 'BM25') return value
  throw mappingFailure(`Unknown Similarity type [${String(value)}] for field [${field}]`)
})

/** `index_prefixes`: makes prefix queries faster elsewhere, changes no answer. */
export const PREFIXES = parameter(undefined, (value, { field }) => {
  if (isObject(value)) return value
  throw mappingFailure(`[index_prefixes] of field [${field}] must be an object`)
})
