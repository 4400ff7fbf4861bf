import { type DateFormat, moment, readFields } from './date-fields.ts'
import { patternFormat } from './date-pattern.ts'
import { offsetText } from './time-zone.ts'

export type { DateFormat }

const OPTIONAL_TIME =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/

const ISO: DateFormat = {
  parse(text, zone, roundUp) {
    const found = OPTIONAL_TIME.exec(text)
    if (found === null) return undefined
    const [, year, month, day, hour, minute, second, fraction, offset] = found
    const fields = { year, month, day, hour, minute, second, fraction }
    return moment(readFields(fields), offset, zone, roundUp)
  },
  format(ms, zone) {
    const local = new Date(ms + zone.offsetMs(ms)).toISOString()
    return local.slice(0, -1) + offsetText(zone, ms)
  },
}

const EPOCH_MILLIS: DateFormat = {
  parse: (text) => (/^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Math.floor(Number(text)) : undefined),
  format: (ms) => String(ms),
}

const EPOCH_SECOND: DateFormat = {
  parse: (text) =>
    /^-?\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Math.floor(Number(text) * 1000) : undefined,
  format: (ms) => (ms % 1000 === 0 ? String(ms / 1000) : (ms / 1000).toFixed(3)),
}

const NAMED: ReadonlyMap<string, DateFormat> = new Map([
  ['date_optional_time', ISO],
  ['date_optional_time_nanos', ISO],
  ['iso8601', ISO],
  ['epoch_millis', EPOCH_MILLIS],
  ['epoch_second', EPOCH_SECOND],
])

/** Patterns by name; each has a form with `strict_` in front too. */
const NAMED_PATTERNS: ReadonlyMap<string, string> = new Map([
  ['date', 'yyyy-MM-dd'],
  ['year_month_day', 'yyyy-MM-dd'],
  ['year_month', 'yyyy-MM'],
  ['year', 'yyyy'],
  ['date_hour', "yyyy-MM-dd'T'HH"],
  ['date_hour_minute', "yyyy-MM-dd'T'HH:mm"],
  ['date_hour_minute_second', "yyyy-MM-dd'T'HH:mm:ss"],
  ['date_hour_minute_second_fraction', "yyyy-MM-dd'T'HH:mm:ss.SSS"],
  ['date_hour_minute_second_millis', "yyyy-MM-dd'T'HH:mm:ss.SSS"],
  ['date_time', "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"],
  ['date_time_no_millis', "yyyy-MM-dd'T'HH:mm:ssXXX"],
  ['hour', 'HH'],
  ['hour_minute', 'HH:mm'],
  ['hour_minute_second', 'HH:mm:ss'],
  ['hour_minute_second_fraction', 'HH:mm:ss.SSS'],
  ['hour_minute_second_millis', 'HH:mm:ss.SSS'],
  ['time', 'HH:mm:ss.SSSXXX'],
  ['time_no_millis', 'HH:mm:ssXXX'],
  ['basic_date', 'yyyyMMdd'],
  ['basic_date_time', "yyyyMMdd'T'HHmmss.SSSXXX"],
  ['basic_date_time_no_millis', "yyyyMMdd'T'HHmmssXXX"],
  ['basic_time', 'HHmmss.SSSXXX'],
  ['basic_time_no_millis', 'HHmmssXXX'],
])

/** How a date is read when the request names no format, and written by every aggregation. */
export const DEFAULT_DATE_FORMAT: DateFormat = alternatives([ISO, EPOCH_MILLIS])

/**
 * Makes a format from its name or pattern, several joined by `||`: the first that fits reads, the
 * first one writes.
 *
 * @throws SearchFailure for letters that are not supported
 */
export function dateFormat(text: string): DateFormat {
  const formats = text.split('||').map((part) => {
    const name = part.replace(/^strict_/, '')
    const named = NAMED.get(name)
    if (named !== undefined) return named
    const pattern = NAMED_PATTERNS.get(name)
    return patternFormat(pattern ?? part, pattern !== undefined)
  })
  return formats.length === 1 ? formats[0]! : alternatives(formats)
}

function alternatives(formats: readonly DateFormat[]): DateFormat {
  return {
    parse(text, zone, roundUp) {
      for (const format of formats) {
        const ms = format.parse(text, zone, roundUp)
        if (ms !== undefined) return ms
      }
      return undefined
    },
    format: (ms, zone) => formats[0]!.format(ms, zone),
  }
}
