import { parsingFailure } from './search-failure.ts'

/**
 * Reads `minimum_should_match`: a number, a negative number (so many may be missing), a
 * percentage of `clauses`, or such behind conditions: `2<75%` asks for 75 % of more than two.
 *
 * @throws SearchFailure for another form
 */
export function minimumShouldMatch(value: unknown, clauses: number): number {
  const text = String(value).trim()
  if (!text.includes('<')) return leastOf(text, clauses)
  let least = clauses
  for (const part of text.split(/\s+/)) {
    const [bound = '', wanted = ''] = part.split('<')
    if (!/^\d+$/.test(bound)) throw unreadable(text)
    if (clauses <= Number(bound)) return least
    least = leastOf(wanted, clauses)
  }
  return least
}

function leastOf(text: string, clauses: number): number {
  const found = /^(-?\d+)(%?)$/.exec(text)
  if (found === null) throw unreadable(text)
  const [, digits, percent] = found
  const given = Number(digits)
  const number = percent === '%' ? Math.trunc((given * clauses) / 100) : given
  return Math.max(0, Math.min(given < 0 ? clauses + number : number, MOST))
}

/** More clauses than any query may have: asks for more than there are, so nothing matches. */
const MOST = 1_000_000

function unreadable(text: string) {
  return parsingFailure(`[minimum_should_match] does not support [${text}]`)
}
