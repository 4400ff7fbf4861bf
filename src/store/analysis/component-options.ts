import type { Settings } from '../indices/index-meta.ts'
import { illegalArgument } from '../search-failure.ts'

/** What a tokenizer, filter or analyzer was set to, from settings or from a request. */
export class ComponentOptions {
  /** For failures: `my_filter`. */
  readonly name: string
  readonly #values: Readonly<Record<string, unknown>>

  constructor(name: string, values: Readonly<Record<string, unknown>>) {
    this.name = name
    this.#values = values
  }

  #value(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? (this.#values[key] ?? undefined) : undefined
  }

  text(key: string): string | undefined {
    const value = this.#value(key)
    if (value === undefined) return undefined
    if (typeof value !== 'object') return String(value)
    throw illegalArgument(`[${key}] of [${this.name}] must be one value`)
  }

  flag(key: string, fallback: boolean): boolean {
    const text = this.text(key)
    if (text === undefined) return fallback
    if (text === 'true') return true
    if (text === 'false') return false
    throw illegalArgument(
      `Failed to parse value [${text}] as only [true] or [false] are allowed for setting [${key}]`,
    )
  }

  /** A whole number from 0 on. */
  count(key: string, fallback: number): number {
    const text = this.text(key)
    if (text === undefined) return fallback
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw illegalArgument(`Failed to parse value [${text}] for setting [${key}]`)
  }

  /** A list; as text its parts are parted by commas. */
  list(key: string): readonly string[] | undefined {
    const value = this.#value(key)
    if (value === undefined) return undefined
    if (Array.isArray(value)) return value.map(String)
    const parts = String(value).split(',')
    return parts.map((part) => part.trim()).filter((part) => part !== '')
  }

  /** @throws SearchFailure when an option is set that is not among `known` */
  allow(...known: readonly string[]): void {
    for (const key of Object.keys(this.#values)) {
      if (key === 'type' || key === 'version' || known.includes(key)) continue
      throw illegalArgument(`[${key}] of [${this.name}] is not supported`)
    }
  }
}

/** Groups the settings under `prefix` by the name that follows it. */
export function groupsUnder(
  settings: Settings,
  prefix: string,
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const groups = new Map<string, Map<string, unknown>>()
  for (const [key, value] of Object.entries(settings)) {
    if (!key.startsWith(prefix)) continue
    const rest = key.slice(prefix.length)
    const dot = rest.indexOf('.')
    if (dot <= 0) continue
    const [name, option] = [rest.slice(0, dot), rest.slice(dot + 1)]
    const group = groups.get(name) ?? new Map<string, unknown>()
    groups.set(name, group)
    addOption(group, option, value)
  }
  return new Map([...groups].map(([name, group]) => [name, Object.fromEntries(group)]))
}

/** Lists are JSON texts, or one setting for each place: `filter.0`. */
function addOption(
  group: Map<string, unknown>,
  option: string,
  value: string | readonly string[],
): void {
  const numbered = /^(.*)\.(\d{1,5})$/.exec(option)
  if (numbered === null) {
    group.set(option, typeof value === 'string' ? listText(value) : value)
    return
  }
  const [, key = '', place = '0'] = numbered
  const known = group.get(key)
  const list: unknown[] = Array.isArray(known) ? known : []
  list[Number(place)] = value
  group.set(key, list)
}

function listText(value: string): unknown {
  if (!value.startsWith('[')) return value
  try {
    const list: unknown = JSON.parse(value)
    return Array.isArray(list) ? list : value
  } catch {
    return value
  }
}
