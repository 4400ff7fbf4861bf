import type { Settings } from '../search/index.ts'
import { isJson, type Json } from './index-body-reader.ts'

type SettingValue = string | readonly string[] | null

/**
 * Makes settings flat, whatever their form: nested or with dots, with `index.` in front or
 * without. Values become text; null stays.
 */
export function flatSettings(settings: Json): Readonly<Record<string, SettingValue>> {
  return withPrefix(flatTree(settings))
}

/** Makes a tree flat: names joined by dots, values as text. */
export function flatTree(tree: Json): readonly (readonly [string, SettingValue])[] {
  return Object.entries(tree).flatMap(([name, value]): (readonly [string, SettingValue])[] => {
    if (isJson(value)) return flatTree(value).map(([rest, leaf]) => [`${name}.${rest}`, leaf])
    if (value === null) return [[name, null]]
    return [[name, Array.isArray(value) ? value.map(textOf) : textOf(value)]]
  })
}

/** Of what is no single value its JSON: an object need not be able to say itself. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function withPrefix(
  entries: readonly (readonly [string, SettingValue])[],
): Readonly<Record<string, SettingValue>> {
  return Object.fromEntries(
    entries.map(([name, value]) => [name.startsWith('index.') ? name : `index.${name}`, value]),
  )
}

type Branch = Record<string, unknown>

/** Makes flat settings a tree, as `GET _settings` answers them without `flat_settings`. */
export function settingsTree(settings: Readonly<Record<string, unknown>>): Json {
  const root = branch()
  for (const [name, value] of Object.entries(settings)) {
    const path = name.split('.')
    const leaf = path.pop()!
    const place = branchAt(root, path)
    // where a value stands already, or a tree, the dots stay in the name
    if (place === undefined || isJson(place[leaf])) root[name] = value
    else place[leaf] = value
  }
  return root
}

/** Without a prototype: `__proto__` is a name as any other. */
function branch(): Branch {
  return Object.create(null) as Branch
}

function branchAt(root: Branch, path: readonly string[]): Branch | undefined {
  let place = root
  for (const step of path) {
    place[step] ??= branch()
    if (!isJson(place[step])) return undefined
    place = place[step] as Branch
  }
  return place
}

/** Settings in the form a client asks for. */
export function shownSettings(settings: Settings, isFlat: boolean): Json {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))
  return isFlat ? Object.fromEntries(sorted) : settingsTree(Object.fromEntries(sorted))
}
