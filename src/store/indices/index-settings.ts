import { type FailureDetails, illegalArgument, SearchFailure } from '../search-failure.ts'
import type { Settings } from './index-meta.ts'
import { isObject, type Json, objectOf } from './json-object.ts'
import { isUnsupportedSetting, knownSetting, type SettingKind } from './known-settings.ts'

type SettingValue = Settings[string]

/** Settings as they are asked for; null takes one away. */
export type SettingChanges = ReadonlyMap<string, SettingValue | null>

const PREFIX = 'index.'
const MAX_DEPTH = 20
const TIME = /^(?:-1|0|\d+(?:\.\d+)?(?:nanos|micros|ms|s|m|h|d))$/i

/**
 * Reads settings, nested or flat, with or without `index.` in front, and checks each.
 *
 * @throws SearchFailure naming the setting that is unknown, not supported or has a wrong value
 */
export function parseSettings(given: unknown): SettingChanges {
  if (given === undefined) return new Map()
  if (!isObject(given)) throw parseFailure('key [settings] must be an object')
  const found = new Map<string, SettingValue | null>()
  flatten(given, '', found, 0)
  const settings = new Map<string, SettingValue | null>()
  for (const [name, value] of found) {
    settings.set(name.startsWith(PREFIX) ? name : PREFIX + name, value)
  }
  for (const [name, value] of settings) check(name, value)
  return settings
}

/** The settings after the changes. */
export function changedSettings(settings: Settings, changes: SettingChanges): Settings {
  const changed = new Map(Object.entries(settings))
  for (const [name, value] of changes) {
    if (value === null) changed.delete(name)
    else changed.set(name, value)
  }
  return Object.fromEntries([...changed].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Settings as templates show them: objects within objects, below `index`. */
export function nestedSettings(settings: Settings): Json {
  const nested: Nested = new Map()
  for (const [name, value] of Object.entries(settings)) {
    const path = name.split('.')
    const last = path.pop()!
    let object = nested
    for (const key of path) object = childOf(object, key)
    object.set(last, value)
  }
  return asObject(nested)
}

type Nested = Map<string, SettingValue | Nested>

function childOf(object: Nested, key: string): Nested {
  const known = object.get(key)
  if (known instanceof Map) return known
  const made: Nested = new Map()
  object.set(key, made)
  return made
}

function asObject(nested: Nested): Json {
  return objectOf(
    [...nested].map(([key, value]) => [key, value instanceof Map ? asObject(value) : value]),
  )
}

/**
 * Refuses changes that an index which exists already cannot take.
 *
 * @throws SearchFailure
 */
export function checkChangeable(
  changes: SettingChanges,
  {
    name,
    uuid,
    isOpen,
  }: { readonly name: string; readonly uuid: string; readonly isOpen: boolean },
): void {
  const fixed: string[] = []
  for (const setting of changes.keys()) {
    const changeable = knownSetting(setting.slice(PREFIX.length))?.changeable
    if (isOpen && changeable !== 'always') fixed.push(setting)
    else if (changeable === 'never') {
      throw illegalArgument(`final ${name} setting [${setting}], not updateable`)
    }
  }
  if (fixed.length === 0) return
  throw illegalArgument(
    `Can't update non dynamic settings [[${byName(fixed).join(', ')}]] for open indices [[${name}/${uuid}]]`,
  )
}

function byName(names: readonly string[]): readonly string[] {
  return names.toSorted((a, b) => (a < b ? -1 : 1))
}

function flatten(
  given: Json,
  prefix: string,
  found: Map<string, SettingValue | null>,
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw illegalArgument('settings are nested too deeply')
  for (const [key, value] of Object.entries(given)) {
    const name = prefix + key
    if (isObject(value)) flatten(value, `${name}.`, found, depth + 1)
    else found.set(name, textOf(name, value))
  }
}

function textOf(name: string, value: unknown): SettingValue | null {
  if (value === null) return null
  if (Array.isArray(value)) return value.map((item) => scalar(name, item))
  return scalar(name, value)
}

function scalar(name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
      return String(value)
    default:
      throw illegalArgument(`setting [${name}] has a value that is neither text nor a number`)
  }
}

function check(name: string, value: SettingValue | null): void {
  const own = name.slice(PREFIX.length)
  const known = knownSetting(own)
  if (known === undefined) {
    throw illegalArgument(
      isUnsupportedSetting(own)
        ? `setting [${name}] is not supported`
        : `unknown setting [${name}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings`,
    )
  }
  if (value === null || known.value.kind === 'text') return
  const failure = faultOf(name, typeof value === 'string' ? value : `[${value.join(', ')}]`, known)
  if (failure !== undefined) throw new SearchFailure({ ...failure, status: 400 })
}

type Fault = Omit<FailureDetails, 'status'>

function faultOf(
  name: string,
  value: string,
  { value: kind }: { readonly value: SettingKind },
): Fault | undefined {
  const type = 'illegal_argument_exception'
  switch (kind.kind) {
    case 'text':
      return undefined
    case 'boolean':
      if (value === 'true' || value === 'false') return undefined
      return {
        type,
        reason: `Failed to parse value [${value}] as only [true] or [false] are allowed.`,
      }
    case 'time':
      if (TIME.test(value)) return undefined
      return {
        type,
        reason: `failed to parse setting [${name}] with value [${value}] as a time value: unit is missing or unrecognized`,
      }
    case 'integer':
      return integerFault(name, value, kind.min, kind.max)
    case 'only':
      if (kind.values.includes(value)) return undefined
      return { type, reason: `setting [${name}] with value [${value}] is not supported` }
    default:
      return kind satisfies never
  }
}

function integerFault(name: string, value: string, min: number, max: number): Fault | undefined {
  const type = 'illegal_argument_exception'
  const reason = `Failed to parse value [${value}] for setting [${name}]`
  if (!/^[+-]?\d{1,10}$/.test(value) || Math.abs(Number(value)) >= 2 ** 31) {
    const causedBy = { type: 'number_format_exception', reason: `For input string: "${value}"` }
    return { type, reason, causedBy }
  }
  if (Number(value) < min) return { type, reason: `${reason} must be >= ${min}` }
  return Number(value) > max ? { type, reason: `${reason} must be <= ${max}` } : undefined
}

function parseFailure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'parse_exception', reason, status: 400 })
}
