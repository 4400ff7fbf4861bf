import {
  type CalendarUnit,
  dateValue,
  parseDate,
  type Sql,
  sql,
  type TimeZone,
  timeZone,
  UNIT_MS,
  UTC,
} from '../../store/index.ts'
import type { BodyReader } from '../body-reader.ts'
import type { FieldValues } from '../request-columns.ts'
import { contentFailure, illegalArgument, parsingFailure } from '../search-failure.ts'
import type { AggregationContext, AskedRecords } from './aggregation.ts'
import { DateRounding, type Interval } from './date-rounding.ts'
import { eachValue } from './field-keys.ts'
import { metricField, unsupportedField } from './metric-field.ts'

/** The times of a field. */
export interface Times {
  readonly name: string
  /** TIMESTAMP, or a list of them. */
  readonly input: Sql
  readonly isList: boolean
  /** Set for a number field, whose values are milliseconds. */
  readonly isNumber: boolean
  readonly isMapped: boolean
  readonly format: string | undefined
}

/**
 * Reads `field` and `missing`: dates, or numbers that are milliseconds.
 *
 * @throws SearchFailure for fields of other types
 */
export function timesField(reader: BodyReader, { columns, nowMs }: AggregationContext): Times {
  const field = metricField(reader, columns)
  const { name, type, isList, format } = field
  const isNumber = type === 'long' || type === 'double' || type === 'usd' || type === 'boolean'
  if (type === 'keyword' || type === 'ip') throw unsupportedField(field, reader.where)
  const times = type === undefined ? sql`NULL::TIMESTAMP` : asTimes(field, isNumber)
  const missing = reader.value('missing')
  const fill =
    missing === undefined || missing === null ? undefined : dateValue(parseDate(missing, { nowMs }))
  const filled =
    fill === undefined
      ? times
      : isList
        ? sql`coalesce(nullif(${times}, []), [${fill}])`
        : sql`coalesce(${times}, ${fill})`
  return { name, input: filled, isList, isNumber, isMapped: type !== undefined, format }
}

function asTimes({ input, isList }: FieldValues, isNumber: boolean): Sql {
  if (!isNumber) return input
  return eachValue(input, isList, (value) => sql`make_timestamp(${value}::BIGINT * 1000)`)
}

/** Buckets of time as a request describes them. */
export interface DateSteps {
  readonly rounding: DateRounding
  readonly zone: TimeZone
}

/**
 * Reads `calendar_interval` or `fixed_interval`, `time_zone` and `offset`.
 *
 * @throws SearchFailure for what is none
 */
export function dateSteps(reader: BodyReader, span: AggregationContext['span']): DateSteps {
  const interval = readInterval(reader)
  const zoneName = reader.text('time_zone')
  const zone = zoneName === undefined ? UTC : timeZone(zoneName)
  const offsetMs = readOffset(reader)
  return { zone, rounding: new DateRounding({ interval, zone, offsetMs, span }) }
}

/** Learns from the records which times occur, where buckets depend on it. */
export async function settledRounding(
  rounding: DateRounding,
  { input, isList }: Pick<Times, 'input' | 'isList'>,
  records: AskedRecords,
): Promise<DateRounding> {
  if (!rounding.needsSpan) return rounding
  const [least, most] = isList ? [sql`list_min(${input})`, sql`list_max(${input})`] : [input, input]
  const [row] = await records.matching(
    (source) => sql`SELECT min(${least}), max(${most}) FROM ${source}`,
  )
  const [fromMs, toMs] = row ?? []
  if (typeof fromMs !== 'number' || typeof toMs !== 'number') return rounding
  return rounding.within({ fromMs, toMs })
}

const CALENDAR_INTERVALS: Readonly<Record<string, CalendarUnit>> = {
  second: 'second',
  '1s': 'second',
  minute: 'minute',
  '1m': 'minute',
  hour: 'hour',
  '1h': 'hour',
  day: 'day',
  '1d': 'day',
  week: 'week',
  '1w': 'week',
  month: 'month',
  '1M': 'month',
  quarter: 'quarter',
  '1q': 'quarter',
  year: 'year',
  '1y': 'year',
}

const FIXED_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: UNIT_MS.second,
  m: UNIT_MS.minute,
  h: UNIT_MS.hour,
  d: UNIT_MS.day,
}

function readInterval(reader: BodyReader): Interval {
  const calendar = reader.text('calendar_interval')
  const fixed = reader.text('fixed_interval')
  if ((calendar === undefined) === (fixed === undefined)) {
    throw illegalArgument(
      'Invalid interval specified, must be one of [calendar_interval] and [fixed_interval]',
    )
  }
  if (calendar !== undefined) {
    const unit = Object.hasOwn(CALENDAR_INTERVALS, calendar)
      ? CALENDAR_INTERVALS[calendar]
      : undefined
    if (unit !== undefined) return { kind: 'calendar', unit }
    throw contentFailure(
      `[${reader.where}] The supplied interval [${calendar}] could not be parsed as a calendar interval`,
    )
  }
  const ms = fixedMs(fixed!)
  if (ms === undefined || ms <= 0) {
    throw contentFailure(
      `failed to parse setting [${reader.where}.fixedInterval] with value [${fixed}]`,
    )
  }
  return { kind: 'fixed', ms }
}

function fixedMs(text: string): number | undefined {
  const found = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text)
  if (found === null) return undefined
  const ms = Number(found[1]) * FIXED_UNITS_MS[found[2]!]!
  return ms <= LONGEST_MS ? ms : undefined
}

/** Longer than any two dates are apart. */
const LONGEST_MS = 2 * 8_640_000_000_000_000

function readOffset(reader: BodyReader): number {
  const text = reader.text('offset')
  if (text === undefined) return 0
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[+-]/, '')
  const ms = /^\d{1,15}$/.test(digits) ? Number(digits) : fixedMs(digits)
  if (ms === undefined) throw parsingFailure(`[${reader.where}] [offset] cannot be [${text}]`)
  return sign * ms
}
