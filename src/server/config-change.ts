import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../kernel/index.ts'

/** Sections that are read at the start and never again. */
const FIXED = [
  'listen',
  'journal',
  'store',
  'disk',
  'snapshots',
  'search',
  'elasticsearch',
  'pipeline',
  'prices',
] as const

/** What a running server makes of a new configuration. */
export interface ConfigChange {
  /** The new configuration with what cannot change as it was at the start. */
  readonly config: Config
  /** Settings that differ and need a restart, by their names in the file: `listen.relay`. */
  readonly needsRestart: readonly string[]
}

/** Lays a new configuration over the one a server was started with. */
export function configChange(started: Config, next: Config): ConfigChange {
  const kept = Object.fromEntries(FIXED.map((section) => [section, started[section]]))
  return {
    config: { ...next, ...kept },
    needsRestart: FIXED.flatMap((section) => differences(section, started[section], next[section])),
  }
}

/** Names of the settings in which two values differ, each as deep as both are objects. */
function differences(name: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [name]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((each) => differences(`${name}.${each}`, before[each], after[each]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
