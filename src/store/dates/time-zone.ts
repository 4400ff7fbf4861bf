import { illegalArgument } from '../search-failure.ts'

/** A time zone: how far its clocks are ahead of UTC at a moment, milliseconds. */
export interface TimeZone {
  readonly name: string
  offsetMs(utcMs: number): number
}

export const UTC: TimeZone = { name: 'UTC', offsetMs: () => 0 }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const FIXED = /^([+-])(\d{1,2})(?::?(\d{2}))?$/

/**
 * Reads `UTC`, `+07:00` or a name such as `Asia/Ho_Chi_Minh`.
 *
 * @throws SearchFailure for an unknown name
 */
export function timeZone(text: string): TimeZone {
  if (text === 'UTC' || text === 'Z' || text === 'GMT') return UTC
  const fixed = FIXED.exec(text)
  if (fixed !== null) {
    const [, sign, hours, minutes = '0'] = fixed
    const offset = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS
    const offsetMs = sign === '-' ? -offset : offset
    return offset === 0 ? UTC : { name: text, offsetMs: () => offsetMs }
  }
  return namedZone(text)
}

function namedZone(text: string): TimeZone {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: text, timeZoneName: 'longOffset' })
  } catch {
    throw illegalArgument(`Unknown time-zone ID: ${text}`)
  }
  const known = new Map<number, number>()
  return {
    name: text,
    offsetMs(utcMs) {
      // offsets change on quarter hours at the most
      const quarter = Math.floor(within(utcMs) / (15 * MINUTE_MS))
      const cached = known.get(quarter)
      if (cached !== undefined) return cached
      const offset = offsetAt(format, quarter * 15 * MINUTE_MS)
      if (known.size > 10_000) known.clear()
      known.set(quarter, offset)
      return offset
    },
  }
}

/** Moments that dates can tell; those beyond have the offset of the last one. */
const LAST_MS = 8.64e15 - 24 * HOUR_MS

function within(utcMs: number): number {
  return Number.isNaN(utcMs) ? 0 : Math.min(Math.max(utcMs, -LAST_MS), LAST_MS)
}

function offsetAt(format: Intl.DateTimeFormat, utcMs: number): number {
  const text = format.formatToParts(utcMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const found = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(text)
  if (found === null) return 0
  const [, sign, hours, minutes, seconds = '0'] = found
  const offset = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000
  return sign === '-' ? -offset : offset
}

/** The moment at which the zone's clocks show `localMs`; the earlier one when they do twice. */
export function localToUtc(localMs: number, zone: TimeZone): number {
  const early = localMs - zone.offsetMs(localMs - 24 * HOUR_MS)
  const late = localMs - zone.offsetMs(localMs + 24 * HOUR_MS)
  if (early + zone.offsetMs(early) === localMs)
    return Math.min(early, lateIfValid(late, localMs, zone) ?? early)
  // clocks were set forward past this time: the moment of the change
  return late + zone.offsetMs(late) === localMs ? late : Math.max(early, late)
}

function lateIfValid(late: number, localMs: number, zone: TimeZone): number | undefined {
  return late + zone.offsetMs(late) === localMs ? late : undefined
}

/** Moments within the bounds at which the zone's offset changes, ascending. */
export function zoneChanges(zone: TimeZone, fromMs: number, toMs: number): readonly number[] {
  const changes: number[] = []
  const step = 7 * 24 * HOUR_MS
  for (let start = fromMs; start < toMs; start += step) {
    const end = Math.min(start + step, toMs)
    if (zone.offsetMs(start) !== zone.offsetMs(end)) changes.push(changeBetween(zone, start, end))
  }
  return changes
}

function changeBetween(zone: TimeZone, start: number, end: number): number {
  let low = start
  let high = end
  const before = zone.offsetMs(start)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zone.offsetMs(middle) === before) low = middle
    else high = middle
  }
  return high
}

/** Writes the offset at a moment: `Z` or `+07:00`. */
export function offsetText(zone: TimeZone, utcMs: number): string {
  const offset = zone.offsetMs(utcMs)
  if (offset === 0) return 'Z'
  const minutes = Math.abs(offset) / MINUTE_MS
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}
