/** Units of date math and of calendar intervals. */
export type CalendarUnit =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'

const SECOND_MS = 1_000
const DAY_MS = 86_400_000

/** Length of the units that always have the same, milliseconds. */
export const UNIT_MS = {
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 3_600_000,
  minute: 60_000,
  second: SECOND_MS,
} as const

/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const MONDAY_MS = -3 * DAY_MS

const MONTHS = { year: 12, quarter: 3, month: 1 } as const

/** Start of the unit that holds `ms`, on clocks that show UTC. */
export function startOf(ms: number, unit: CalendarUnit): number {
  if (unit === 'year' || unit === 'quarter' || unit === 'month') {
    const date = new Date(ms)
    const month = date.getUTCMonth()
    return utc(date.getUTCFullYear(), month - (month % MONTHS[unit]), 1)
  }
  const origin = unit === 'week' ? MONDAY_MS : 0
  return Math.floor((ms - origin) / UNIT_MS[unit]) * UNIT_MS[unit] + origin
}

/** Moves `ms` by `count` units; the 31st becomes the last day of a shorter month. */
export function addUnits(ms: number, count: number, unit: CalendarUnit): number {
  if (unit !== 'year' && unit !== 'quarter' && unit !== 'month') return ms + count * UNIT_MS[unit]
  const date = new Date(ms)
  const month = date.getUTCMonth() + count * MONTHS[unit]
  const start = utc(date.getUTCFullYear(), month, 1)
  const last = new Date(utc(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), last)
  return start + (day - 1) * DAY_MS + (((ms % DAY_MS) + DAY_MS) % DAY_MS)
}

/** Like `Date.UTC`, for years before 100 too. */
export function utc(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}
