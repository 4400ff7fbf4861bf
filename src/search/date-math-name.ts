import { dateFormat, parseDate, UTC } from '../store/index.ts'
import { SearchFailure } from './search-failure.ts'

/** `{math}` or `{math{format}}` or `{math{format|+07:00}}`, or a character, `\` in front of braces. */
const PIECE = /\{((?:[^{}\\]|\\.)*)(?:\{([^{}|]*)(?:\|([^{}]*))?\})?\}|\\([\s\S])|([^{}\\])/y

/**
 * Puts dates into a name such as `<logs-{now/d-1d{yyyy.MM.dd}}>`; other names stay as they are.
 *
 * @throws SearchFailure parse_exception for an expression that cannot be read
 */
export function withDates(name: string, nowMs: number): string {
  if (!name.startsWith('<') || !name.endsWith('>')) return name
  const text = name.slice(1, -1)
  let result = ''
  let place = 0
  while (place < text.length) {
    PIECE.lastIndex = place
    const piece = PIECE.exec(text)
    if (piece === null) throw invalid(name)
    const [whole, math, format, offset, escaped, plain] = piece
    result += math === undefined ? (escaped ?? plain ?? '') : dated(math, format, offset, nowMs)
    place += whole.length
  }
  return result
}

function dated(
  math: string,
  format: string | undefined,
  offset: string | undefined,
  nowMs: number,
): string {
  const offsetMs = offset === undefined ? 0 : offsetOf(offset)
  try {
    const written = dateFormat(format ?? 'yyyy.MM.dd')
    // the zone moves the clock: rounding to days happens where it is
    return written.format(parseDate(math, { nowMs: nowMs + offsetMs }), UTC)
  } catch (error) {
    if (!(error instanceof SearchFailure)) throw error
    const { type, reason, status } = error.details
    throw new SearchFailure({ type, reason, status })
  }
}

function offsetOf(text: string): number {
  const found = /^(?:Z|UTC|([+-])(\d{1,2}):?(\d{2})?)$/.exec(text)
  if (found === null) throw invalid(text)
  const [, sign, hours = '0', minutes = '0'] = found
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

function invalid(name: string): SearchFailure {
  return new SearchFailure({
    type: 'parse_exception',
    reason: `invalid dynamic name expression [${name}]`,
    status: 400,
  })
}
