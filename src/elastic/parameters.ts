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

export const parameter = {
  /** `true`, `false`, or the name alone for true. */
  boolean(query: AnswerQuery, name: string): boolean | undefined {
    const value = query[name]
    if (value === undefined) return undefined
    if (value === '' || value === 'true') return true
    if (value === 'false') return false
    throw illegalArgument(`Failed to parse value [${value}] as only [true] or [false] are allowed.`)
  },
}
