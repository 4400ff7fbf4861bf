import { SearchFailure } from '../search-failure.ts'
import { addUnits, type CalendarUnit, startOf } from './calendar.ts'
import { type DateFormat, DEFAULT_DATE_FORMAT } from './date-format.ts'
import { localToUtc, type TimeZone, UTC } from './time-zone.ts'

export interface DateMathOptions {
  readonly nowMs: number
  readonly format?: DateFormat
  readonly zone?: TimeZone
  /** Rounds to the last millisecond instead of the first: upper bounds that are inclusive. */
  readonly roundUp?: boolean
}

const UNITS: Readonly<Record<string, CalendarUnit>> = {
  y: 'year',
  M: 'month',
  w: 'week',
  d: 'day',
  h: 'hour',
  H: 'hour',
  m: 'minute',
  s: 'second',
}

/**
 * Reads a date or an expression such as `now-1h/d` or `2026-01-01||+1M/d`; a number is
 * milliseconds. Returns milliseconds since 1970 UTC.
 *
 * @throws SearchFailure when the text is no date
 */
export function parseDate(value: unknown, options: DateMathOptions): number {
  const { nowMs, format = DEFAULT_DATE_FORMAT, zone = UTC, roundUp = false } = options
  const text = String(value)
  if (text.startsWith('now')) return evaluate(nowMs, text.slice(3), text, { zone, roundUp })
  const [anchor = '', math] = text.split(/\|\|(.*)/s)
  const start = format.parse(anchor, zone, roundUp && math === undefined)
  if (start === undefined || !Number.isFinite(start)) throw unreadable(text)
  return math === undefined ? start : evaluate(start, math, text, { zone, roundUp })
}

const STEP = /^(?:([+-])(\d*)([yMwdhHms])|\/([yMwdhHms]))/

function evaluate(
  startMs: number,
  math: string,
  text: string,
  { zone, roundUp }: { readonly zone: TimeZone; readonly roundUp: boolean },
): number {
  let ms = startMs
  let rest = math
  while (rest !== '') {
    const step = STEP.exec(rest)
    if (step === null) throw unreadable(text)
    const [whole, sign, count, unit, rounding] = step
    if (rounding !== undefined) {
      ms = rounded(ms + zone.offsetMs(ms), UNITS[rounding]!, zone, roundUp)
    } else {
      const amount = count === '' ? 1 : Number(count)
      ms = moved(ms, sign === '-' ? -amount : amount, UNITS[unit!]!, zone)
    }
    rest = rest.slice(whole.length)
  }
  if (!Number.isFinite(new Date(ms).getTime())) throw unreadable(text)
  return ms
}

/** Days and longer units keep the time of day across a change of the clocks, hours do not. */
function moved(ms: number, amount: number, unit: CalendarUnit, zone: TimeZone): number {
  if (unit === 'hour' || unit === 'minute' || unit === 'second') return addUnits(ms, amount, unit)
  return localToUtc(addUnits(ms + zone.offsetMs(ms), amount, unit), zone)
}

function rounded(local: number, unit: CalendarUnit, zone: TimeZone, roundUp: boolean): number {
  const start = startOf(local, unit)
  return roundUp ? localToUtc(addUnits(start, 1, unit), zone) - 1 : localToUtc(start, zone)
}

function unreadable(text: string): SearchFailure {
  const reason = `failed to parse date field [${text}] with format [strict_date_optional_time||epoch_millis]`
  return new SearchFailure({
    type: 'parse_exception',
    reason,
    status: 400,
    onShard: true,
    causedBy: { type: 'illegal_argument_exception', reason },
  })
}
