import { illegalArgument } from '../search/index.ts'

/** URL parameters as they came. */
export type AnswerQuery = Readonly<Record<string, string | undefined>>

/** Parameters that every request may have. */
const COMMON = ['pretty', 'human', 'error_trace', 'filter_path', 'format']

/**
 * Checks that a request has only parameters that are understood.
 *
 * @throws SearchFailure naming one that is not
 */
export function checkParameters(query: AnswerQuery, known: readonly string[], path: string): void {
  const unknown = Object.keys(query).filter(
    (name) => !known.includes(name) && !COMMON.includes(name),
  )
  if (unknown.length === 0) return
  throw illegalArgument(
    `request [${path}] contains unrecognized parameter${unknown.length > 1 ? 's' : ''}: ${unknown.map((name) => `[${name}]`).join(', ')}`,
  )
}

const TIME_UNITS: Readonly<Record<string, number>> = {
  nanos: 1e-6,
  micros: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * Reads a time such as `30s`; `-1` and `0` need no unit. Returns milliseconds.
 *
 * @throws SearchFailure naming what it is the value of
 */
export function timeMs(text: string, name: string): number {
  if (text === '-1' || text === '0') return Number(text)
  const [, count, unit] = /^(\d{1,15}(?:\.\d+)?)(nanos|micros|ms|s|m|h|d)$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return Number(count) * TIME_UNITS[unit]!
  throw illegalArgument(
    `failed to parse setting [${name}] with value [${text}] as a time value: unit is missing or unrecognized`,
  )
}

export const parameter = {
  /** `true`, `false`, or the name alone for true. */
  boolean(query: AnswerQuery, name: string): boolean | undefined {
    const value = query[name]
    if (value === undefined) return undefined
    if (value === '' || value === 'true') return true
    if (value === 'false') return false
    throw illegalArgument(`Failed to parse value [${value}] as only [true] or [false] are allowed.`)
  },

  /** Milliseconds of a time such as `30s`. */
  timeMs(query: AnswerQuery, name: string): number | undefined {
    const value = query[name]
    return value === undefined ? undefined : timeMs(value, name)
  },
}
