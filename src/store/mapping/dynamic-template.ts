import { type LinearPattern, linearPattern } from '../analysis/linear-pattern.ts'
import { isObject, mappingFailure } from './mapping-failure.ts'
import { matchesSimple } from './simple-pattern.ts'

type Json = Readonly<Record<string, unknown>>

const MATCH_TYPES = ['object', 'string', 'long', 'double', 'boolean', 'date', 'binary'] as const

/** What the value of a new field looks like. */
export type MatchType = (typeof MATCH_TYPES)[number]

/** A rule of the mapping for fields that documents bring along. */
export interface DynamicTemplate {
  readonly name: string
  /** As it was put. */
  readonly json: Json
  readonly mapping: Json
  /** What it is for, when it says so. */
  readonly types: readonly MatchType[]
  /** `path` is the full name of the field, `name` its last part. */
  matches(path: string, name: string, type: MatchType): boolean
}

const KEYS = [
  'match',
  'unmatch',
  'path_match',
  'path_unmatch',
  'match_mapping_type',
  'unmatch_mapping_type',
  'match_pattern',
  'mapping',
  'runtime',
]

/**
 * Reads `dynamic_templates`. Regular expressions are those whose search takes no longer than the
 * name is long; other ones are refused.
 *
 * @throws SearchFailure
 */
export function parseTemplates(value: unknown): readonly DynamicTemplate[] {
  const wrong = 'Dynamic template syntax error. An array of named objects is expected.'
  if (!Array.isArray(value)) throw mappingFailure(wrong)
  return value.map((entry: unknown) => {
    const [named, ...rest] = isObject(entry) ? Object.entries(entry) : []
    if (named === undefined || rest.length > 0 || !isObject(named[1])) throw mappingFailure(wrong)
    return parseTemplate(named[0], named[1])
  })
}

function parseTemplate(name: string, json: Json): DynamicTemplate {
  const illegal = (reason: string) => mappingFailure(reason, 'illegal_argument_exception')
  const unknown = Object.keys(json).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw illegal(`Illegal dynamic template parameter: [${unknown}]`)
  if (json.runtime !== undefined) {
    throw illegal(`dynamic template [${name}]: [runtime] is not supported`)
  }
  const { mapping } = json
  if (!isObject(mapping)) {
    throw mappingFailure(`template [${name}] must have either mapping or runtime set`)
  }
  const types = listOf(json.match_mapping_type)
  const notTypes = listOf(json.unmatch_mapping_type)
  for (const type of [...types, ...notTypes]) {
    if (type === '*' || MATCH_TYPES.some((known) => known === type)) continue
    throw illegal(
      `No field type matched on [${type}], possible values are [${MATCH_TYPES.join(', ')}]`,
    )
  }
  const matcher = matcherOf(name, json)
  const fits = (key: string, text: string) => listOf(json[key]).some((part) => matcher(part, text))
  const asked = (key: string, text: string) => json[key] === undefined || fits(key, text)
  return {
    name,
    json,
    mapping,
    types: MATCH_TYPES.filter(
      (type) =>
        (types.length === 0 || types.includes('*') || types.includes(type)) &&
        !notTypes.includes(type),
    ),
    matches(path, own, type) {
      const isNamed = asked('match', own) && asked('path_match', path)
      const isExcluded = fits('unmatch', own) || fits('path_unmatch', path)
      return isNamed && !isExcluded && this.types.includes(type)
    },
  }
}

function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map(String) : [String(value)]
}

function matcherOf(name: string, json: Json): (pattern: string, text: string) => boolean {
  const kind = json.match_pattern ?? 'simple'
  if (kind === 'simple') return matchesSimple
  if (kind !== 'regex') {
    throw mappingFailure(
      `No matching pattern matched on [${String(kind)}]`,
      'illegal_argument_exception',
    )
  }
  const known = new Map<string, LinearPattern>()
  for (const key of ['match', 'unmatch', 'path_match', 'path_unmatch']) {
    for (const source of listOf(json[key])) known.set(source, compiled(source, name))
  }
  return (pattern, text) => known.get(pattern)?.fits(text) ?? false
}

function compiled(source: string, template: string): LinearPattern {
  const pattern = linearPattern(source)
  if (typeof pattern !== 'string') return pattern
  throw mappingFailure(
    `Pattern [${source}] of type [regex] is invalid. Cannot create dynamic template [${template}]. ${pattern}`,
  )
}

/** The mapping that the template has for a field: `{name}` and `{dynamic_type}` are filled in. */
export function filledMapping(mapping: Json, name: string, dynamicType: string): Json {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value.replaceAll('{name}', () => name).replaceAll('{dynamic_type}', () => dynamicType)
    }
    if (Array.isArray(value)) return value.map(fill)
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [String(fill(key)), fill(item)]),
    )
  }
  return fill(mapping) as Json
}
