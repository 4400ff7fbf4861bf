import { addUnits, type CalendarUnit, utc } from './calendar.ts'
import { localToUtc, type TimeZone } from './time-zone.ts'

/** Reads and writes dates in one format. */
export interface DateFormat {
  /** Milliseconds; with `roundUp` the last one that the text can mean. Undefined when it does not fit. */
  parse(text: string, zone: TimeZone, roundUp: boolean): number | undefined
  format(ms: number, zone: TimeZone): string
}

/** A date that was read: the first moment it can mean, and the unit up to which it was given. */
interface ReadDate {
  readonly startMs: number
  readonly unit: CalendarUnit | 'millisecond'
}

export type DateField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction'

/** Digits of a date by field; what is missing is that of 1970-01-01T00:00:00. */
export type DateFields = { readonly [Name in DateField]?: string | undefined }

/** Reads the fields of a date; undefined when there is no such moment. */
export function readFields(fields: DateFields): ReadDate | undefined {
  const { year = '1970', month = '1', day = '1', hour = '0', minute = '0', second = '0' } = fields
  const [monthNumber, dayNumber] = [Number(month), Number(day)]
  const start = utc(Number(year), monthNumber - 1, dayNumber)
  const date = new Date(start)
  const valid =
    date.getUTCMonth() === monthNumber - 1 &&
    date.getUTCDate() === dayNumber &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59
  if (!valid) return undefined
  const fraction = Number((fields.fraction ?? '').padEnd(3, '0').slice(0, 3))
  const time = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000
  return { startMs: start + time + fraction, unit: smallest(fields) }
}

function smallest(fields: DateFields): ReadDate['unit'] {
  if (fields.fraction !== undefined) return 'millisecond'
  for (const unit of ['second', 'minute', 'hour', 'day', 'month'] as const) {
    if (fields[unit] !== undefined) return unit
  }
  return 'year'
}

/**
 * The moment of a date: milliseconds, with `roundUp` the last one that it can mean.
 *
 * @param offset `Z` or `+07:00`; the zone counts when there is none
 */
export function moment(
  read: ReadDate | undefined,
  offset: string | undefined,
  zone: TimeZone,
  roundUp: boolean,
): number | undefined {
  if (read === undefined) return undefined
  const { startMs, unit } = read
  const local = roundUp && unit !== 'millisecond' ? addUnits(startMs, 1, unit) - 1 : startMs
  if (offset === undefined) return localToUtc(local, zone)
  if (offset === 'Z') return local
  const digits = offset.replace(':', '')
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5) || '0')
  return local - (digits.startsWith('-') ? -minutes : minutes) * 60_000
}
