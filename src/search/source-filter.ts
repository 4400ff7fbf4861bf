import { BodyReader, isObject } from './body-reader.ts'
import { unknownKey } from './hit-field-list.ts'
import { fitsPattern } from './name-pattern.ts'
import { parsingFailure } from './search-failure.ts'
import { isMembers } from './source-values.ts'

type Source = Readonly<Record<string, unknown>>

/** Says what of a document is its `_source`. */
export interface SourceFilter {
  /** Whether the hits have a `_source` at all. */
  readonly isWanted: boolean
  /** False for fields that are certainly left out. */
  wants(field: string): boolean
  apply(source: Source): Source
}

const EVERYTHING: SourceFilter = {
  isWanted: true,
  wants: () => true,
  apply: (source) => source,
}

const NOTHING: SourceFilter = { isWanted: false, wants: () => false, apply: () => ({}) }

/**
 * Reads `_source`: true, false, a pattern, a list of them, or `{"includes", "excludes"}`.
 *
 * @throws SearchFailure for anything else
 */
export function sourceFilter(given: unknown): SourceFilter {
  if (given === undefined || given === null || given === true || given === 'true') return EVERYTHING
  if (given === false || given === 'false') return NOTHING
  if (typeof given === 'string' || Array.isArray(given)) {
    return filtered(patterns(given, '_source'), [])
  }
  if (!isObject(given)) {
    throw parsingFailure(
      'Expected one of [VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT] for [_source]',
    )
  }
  const reader = new BodyReader(given, '_source')
  const includes = patterns(reader.value('includes') ?? reader.value('include') ?? [], 'includes')
  const excludes = patterns(reader.value('excludes') ?? reader.value('exclude') ?? [], 'excludes')
  reader.ignore('includes', 'excludes', 'include', 'exclude')
  reader.end()
  return filtered(includes, excludes)
}

function patterns(given: unknown, key: string): readonly string[] {
  if (typeof given !== 'string' && !Array.isArray(given)) throw unknownKey(given, key)
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  return list.map((pattern) => {
    if (typeof pattern === 'string') return pattern
    throw parsingFailure(`[${key}] expects texts`)
  })
}

function filtered(includes: readonly string[], excludes: readonly string[]): SourceFilter {
  if (includes.length === 0 && excludes.length === 0) return EVERYTHING
  return {
    isWanted: true,
    wants: (field) =>
      !excludes.includes(field) &&
      (includes.length === 0 || includes.some((pattern) => mayFit(field, pattern))),
    apply: (source) => pick(source, '', includes, excludes),
  }
}

/** A pattern may also name what lies within the field, and a star goes over dots. */
function mayFit(field: string, pattern: string): boolean {
  const star = pattern.indexOf('*')
  const start = star < 0 ? pattern : pattern.slice(0, star)
  const isWithin = start.startsWith(`${field}.`)
  return isWithin || (star < 0 ? field === pattern : field.startsWith(start))
}

function pick(
  source: Source,
  path: string,
  includes: readonly string[],
  excludes: readonly string[],
): Source {
  const kept: [string, unknown][] = []
  for (const [key, value] of Object.entries(source)) {
    const name = path + key
    if (names(excludes, name)) continue
    const isIncluded = includes.length === 0 || names(includes, name)
    const within = isIncluded ? [] : includes
    const picked = pickValue(value, name, within, excludes)
    if (picked !== undefined) kept.push([key, picked])
  }
  // from entries: a member called `__proto__` is one like any other
  return Object.fromEntries(kept)
}

/** With `includes`, only what they name within the value; undefined when nothing is left of it. */
function pickValue(
  value: unknown,
  name: string,
  includes: readonly string[],
  excludes: readonly string[],
): unknown {
  const isWhole = includes.length === 0
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => pickValue(item, name, includes, excludes))
    const kept = items.filter((item) => item !== undefined)
    return kept.length > 0 || isWhole ? kept : undefined
  }
  if (!isMembers(value)) return isWhole ? value : undefined
  const inner = pick(value, `${name}.`, includes, excludes)
  const isEmpty = Object.keys(value).length === 0
  return Object.keys(inner).length > 0 || (isWhole && isEmpty) ? inner : undefined
}

function names(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => fitsPattern(name, pattern))
}
