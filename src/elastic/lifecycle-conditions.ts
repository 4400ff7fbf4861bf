import { illegalArgument, SearchFailure } from '../search/index.ts'
import { type Json, JsonReader } from './index-body-reader.ts'
import { timeMs } from './parameters.ts'

/** What is compared when an index may be rolled over. */
export interface RolloverMeasures {
  readonly ageMs: number
  readonly documents: number
  readonly bytes: number
}

interface ConditionKind {
  readonly measure: keyof RolloverMeasures
  read(reader: JsonReader, name: string): readonly [text: string, limit: number] | undefined
}

const TIME: ConditionKind['read'] = (reader, name) => {
  const text = reader.text(name)
  return text === undefined ? undefined : [text, timeMs(text, name)]
}
const SIZE: ConditionKind['read'] = (reader, name) => {
  const text = reader.text(name)
  return text === undefined ? undefined : [text, sizeBytes(text, name)]
}
const COUNT: ConditionKind['read'] = (reader, name) => {
  const count = reader.integer(name)
  return count === undefined ? undefined : [String(count), count]
}

/** An index has one shard here: what is asked of the primary shard is asked of the index. */
const KINDS: Readonly<Record<string, ConditionKind>> = {
  age: { measure: 'ageMs', read: TIME },
  docs: { measure: 'documents', read: COUNT },
  size: { measure: 'bytes', read: SIZE },
  primary_shard_size: { measure: 'bytes', read: SIZE },
  primary_shard_docs: { measure: 'documents', read: COUNT },
}

const NAMES = Object.keys(KINDS).flatMap((name) => [`max_${name}`, `min_${name}`])

/** A condition of a rollover. */
export interface RolloverCondition {
  /** As the answer names it: `[max_docs: 100]`. */
  readonly label: string
  /** One of the `max` conditions and all `min` conditions must hold. */
  readonly bound: 'max' | 'min'
  readonly measure: keyof RolloverMeasures
  readonly limit: number
}

/**
 * Reads the conditions of a rollover; `where` names them in messages.
 *
 * @throws SearchFailure
 */
export function readConditions(given: Json, where: string): readonly RolloverCondition[] {
  const reader = new JsonReader(given, where, NAMES)
  return NAMES.flatMap((name): readonly RolloverCondition[] => {
    const bound = name.startsWith('max') ? 'max' : 'min'
    const { measure, read } = KINDS[name.slice(4)]!
    const found = read(reader, name)
    if (found === undefined) return []
    const [text, limit] = found
    return [{ label: `[${name}: ${text}]`, bound, measure, limit }]
  })
}

/** Whether each condition holds, by its label, and whether all in all a rollover is due. */
export function evaluate(conditions: readonly RolloverCondition[], measures: RolloverMeasures) {
  const held = conditions.map(({ measure, limit }) => measures[measure] >= limit)
  const of = (bound: 'max' | 'min') => held.filter((_, place) => conditions[place]!.bound === bound)
  const maximums = of('max')
  return {
    results: Object.fromEntries(conditions.map(({ label }, place) => [label, held[place]!])),
    isDue:
      conditions.length === 0 ||
      (of('min').every(Boolean) && (maximums.length === 0 || maximums.some(Boolean))),
  }
}

const SIZE_UNITS: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 }

/**
 * Reads a size such as `5gb`. Returns bytes.
 *
 * @throws SearchFailure naming what it is the value of
 */
function sizeBytes(text: string, name: string): number {
  const [, count, unit] = /^(\d{1,15}(?:\.\d+)?)(b|[kmgtp]b?)$/i.exec(text.trim()) ?? []
  if (count !== undefined && unit !== undefined) {
    return Number(count) * 1024 ** SIZE_UNITS[unit[0]!.toLowerCase()]!
  }
  if (text === '0') return 0
  throw new SearchFailure({
    type: 'parse_exception',
    reason: `failed to parse setting [${name}] with value [${text}] as a size in bytes: unit is missing or unrecognized`,
    status: 400,
  })
}

/**
 * Refuses conditions of which none can ever be met.
 *
 * @throws SearchFailure
 */
export function requireMaximum(conditions: readonly RolloverCondition[]): void {
  if (conditions.some(({ bound }) => bound === 'max')) return
  throw illegalArgument(
    'At least one max_* rollover condition must be set when using min_* conditions',
  )
}
