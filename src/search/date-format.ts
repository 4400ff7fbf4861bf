import { addUnits, type CalendarUnit, utc } from './calendar.ts'
import { illegalArgument } from './search-failure.ts'
import { localToUtc, offsetText, type TimeZone } from './time-zone.ts'

/** A date that was read: the first moment it can mean, and the unit up to which it was given. */
interface ReadDate {
  readonly startMs: number
  readonly unit: CalendarUnit | 'millisecond'
}

/** Reads and writes dates in one format. */
export interface DateFormat {
  /** Milliseconds; with `roundUp` the last one that the text can mean. Undefined when it does not fit. */
  parse(text: string, zone: TimeZone, roundUp: boolean): number | undefined
  format(ms: number, zone: TimeZone): string
}

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
  parse: (text) => (/^-?\d{1,16}$/.test(text) ? Number(text) : undefined),
  format: (ms) => String(ms),
}

const EPOCH_SECOND: DateFormat = {
  parse: (text) => (/^-?\d{1,13}$/.test(text) ? Number(text) * 1000 : undefined),
  format: (ms) => String(Math.floor(ms / 1000)),
}

const NAMED: Readonly<Record<string, DateFormat>> = {
  strict_date_optional_time: ISO,
  strict_date_optional_time_nanos: ISO,
  date_optional_time: ISO,
  iso8601: ISO,
  epoch_millis: EPOCH_MILLIS,
  epoch_second: EPOCH_SECOND,
}

const NAMED_PATTERNS: Readonly<Record<string, string>> = {
  date: 'yyyy-MM-dd',
  strict_date: 'yyyy-MM-dd',
  basic_date: 'yyyyMMdd',
  date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  strict_date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  strict_date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  strict_date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  year_month_day: 'yyyy-MM-dd',
  strict_year_month_day: 'yyyy-MM-dd',
  year_month: 'yyyy-MM',
  strict_year_month: 'yyyy-MM',
  year: 'yyyy',
  strict_year: 'yyyy',
}

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
    const named = NAMED[part]
    return named ?? patternFormat(NAMED_PATTERNS[part] ?? part)
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

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction'
type Fields = { readonly [Name in Field]?: string | undefined }

function readFields(fields: Fields): ReadDate | undefined {
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

function smallest(fields: Fields): ReadDate['unit'] {
  if (fields.fraction !== undefined) return 'millisecond'
  for (const unit of ['second', 'minute', 'hour', 'day', 'month'] as const) {
    if (fields[unit] !== undefined) return unit
  }
  return 'year'
}

function moment(
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

const LETTERS: Readonly<
  Record<string, { field: Field | 'offset'; pattern(count: number): string }>
> = {
  y: { field: 'year', pattern: () => '\\d{4}' },
  u: { field: 'year', pattern: () => '\\d{4}' },
  M: { field: 'month', pattern: digits },
  d: { field: 'day', pattern: digits },
  H: { field: 'hour', pattern: digits },
  m: { field: 'minute', pattern: digits },
  s: { field: 'second', pattern: digits },
  S: { field: 'fraction', pattern: (count) => `\\d{${count}}` },
  X: { field: 'offset', pattern: () => 'Z|[+-]\\d{2}(?::?\\d{2})?' },
  x: { field: 'offset', pattern: () => '[+-]\\d{2}(?::?\\d{2})?' },
  Z: { field: 'offset', pattern: () => 'Z|[+-]\\d{2}(?::?\\d{2})?' },
}

function digits(count: number): string {
  return count === 1 ? '\\d{1,2}' : `\\d{${count}}`
}

const PIECES = /'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+/g

function patternFormat(pattern: string): DateFormat {
  const pieces = [...pattern.matchAll(PIECES)]
  let expression = ''
  const writers: ((local: Date, offset: string) => string)[] = []
  for (const [whole, quoted, letter] of pieces) {
    if (letter === undefined) {
      const literal = quoted === undefined ? whole : quoted === '' ? "'" : quoted
      expression += literal.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      writers.push(() => literal)
      continue
    }
    const known = LETTERS[letter]
    const isName = known?.field === 'month' && whole.length > 2
    const isShortYear = known?.field === 'year' && whole.length === 2
    if (known === undefined || isName || isShortYear) {
      throw illegalArgument(`Invalid format: [${pattern}]: letter [${whole}] is not supported`)
    }
    expression += `(?<${known.field}>${known.pattern(whole.length)})`
    writers.push((local, offset) => written(known.field, whole.length, local, offset))
  }
  return compiled(pattern, expression, writers)
}

function compiled(
  pattern: string,
  expression: string,
  writers: readonly ((local: Date, offset: string) => string)[],
): DateFormat {
  let matcher: RegExp
  try {
    matcher = new RegExp(`^${expression}$`, 'u')
  } catch {
    throw illegalArgument(`Invalid format: [${pattern}]: a letter occurs twice`)
  }
  return {
    parse(text, zone, roundUp) {
      const groups = matcher.exec(text)?.groups
      return groups && moment(readFields(groups), groups.offset, zone, roundUp)
    },
    format(ms, zone) {
      const local = new Date(ms + zone.offsetMs(ms))
      return writers.map((write) => write(local, offsetText(zone, ms))).join('')
    },
  }
}

function written(field: Field | 'offset', count: number, local: Date, offset: string): string {
  const pad = (value: number) => String(value).padStart(count, '0')
  switch (field) {
    case 'year':
      return pad(local.getUTCFullYear())
    case 'month':
      return pad(local.getUTCMonth() + 1)
    case 'day':
      return pad(local.getUTCDate())
    case 'hour':
      return pad(local.getUTCHours())
    case 'minute':
      return pad(local.getUTCMinutes())
    case 'second':
      return pad(local.getUTCSeconds())
    case 'fraction':
      return String(local.getUTCMilliseconds()).padStart(3, '0').padEnd(count, '0').slice(0, count)
    case 'offset':
      return offset
    default:
      return field satisfies never
  }
}
