import { BodyReader, isObject } from './body-reader.ts'
import { fitsPattern } from './name-pattern.ts'
import { parsingFailure } from './search-failure.ts'

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
  if (typeof given === 'string' || Array.isArray(given)) return filtered(patterns(given), [])
  if (!isObject(given))
    throw parsingFailure('Expected one of [VALUE_BOOLEAN, START_OBJECT] for [_source]')
  const reader = new BodyReader(given, '_source')
  const includes = patterns(reader.value('includes') ?? reader.value('include') ?? [])
  const excludes = patterns(reader.value('excludes') ?? reader.value('exclude') ?? [])
  reader.ignore('includes', 'excludes', 'include', 'exclude')
  reader.end()
  return filtered(includes, excludes)
}

function patterns(given: unknown): readonly string[] {
  const list = Array.isArray(given) ? given : [given]
  return list.map((pattern) => {
    if (typeof pattern === 'string') return pattern
    throw parsingFailure('[_source] expects texts')
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
  const kept = Object.entries(source).flatMap(([key, value]) => {
    const name = path + key
    if (names(excludes, name)) return []
    const isIncluded = includes.length === 0 || names(includes, name)
    const picked = pickWithin(value, name, isIncluded ? [] : includes, excludes)
    return picked === undefined ? [] : [[key, picked] as const]
  })
  return Object.fromEntries(kept)
}

/** What is kept of the value of a field; with no `includes` everything that is not excluded. */
function pickWithin(
  value: unknown,
  name: string,
  includes: readonly string[],
  excludes: readonly string[],
): unknown {
  const isIncluded = includes.length === 0
  if (Array.isArray(value)) {
    const items = value
      .map((item) => pickWithin(item, name, includes, excludes))
      .filter((item) => item !== undefined)
    return isIncluded || items.length > 0 ? items : undefined
  }
  // numbers that are kept as they were written are frozen objects
  if (!isObject(value) || Object.isFrozen(value)) return isIncluded ? value : undefined
  const inner = pick(value, `${name}.`, includes, excludes)
  const isEmpty = Object.keys(inner).length === 0
  return !isEmpty || (isIncluded && Object.keys(value).length === 0) ? inner : undefined
}

function names(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => fitsPattern(name, pattern))
}
