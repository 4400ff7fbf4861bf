import { parsingFailure } from './search-failure.ts'

/**
 * Reads `minimum_should_match`: a number, a negative number (so many may be missing) or a
 * percentage of `clauses`.
 *
 * @throws SearchFailure for combinations such as `2<75%`
 */
export function minimumShouldMatch(value: unknown, clauses: number): number {
  const text = String(value).trim()
  const found = /^(-?\d+)(%?)$/.exec(text)
  if (found === null) throw parsingFailure(`[minimum_should_match] does not support [${text}]`)
  const [, digits, percent] = found
  const given = Number(digits)
  const number = percent === '%' ? Math.trunc((given * clauses) / 100) : given
  return Math.max(0, Math.min(given < 0 ? clauses + number : number, MOST))
}

/** More clauses than any query may have: asks for more than there are, so nothing matches. */
const MOST = 1_000_000
