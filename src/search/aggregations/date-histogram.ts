import { dateValue, longValue, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { type CalendarUnit, UNIT_MS } from '../calendar.ts'
import { type DateFormat, DEFAULT_DATE_FORMAT, dateFormat } from '../date-format.ts'
import { parseDate } from '../date-math.ts'
import { elasticType } from '../field-reference.ts'
import {
  contentFailure,
  illegalArgument,
  illegalOnShard,
  parsingFailure,
  tooManyBuckets,
} from '../search-failure.ts'
import { type TimeZone, timeZone, UTC } from '../time-zone.ts'
import type {
  AggregationCompiler,
  AggregationContext,
  Bucket,
  BucketOrder,
  Group,
  Json,
} from './aggregation.ts'
import { bucketOrder } from './bucket-order.ts'
import { DateRounding, type Interval } from './date-rounding.ts'
import { metricField } from './metric-field.ts'

type Span = AggregationContext['span']

interface Histogram {
  readonly rounding: DateRounding
  readonly format: DateFormat
  readonly zone: TimeZone
  readonly minDocCount: number
  /** First and last bucket that are answered even when empty. */
  readonly bounds: { readonly min: number | undefined; readonly max: number | undefined }
  readonly keyed: boolean
  readonly order: BucketOrder
}

/** A bucket per interval of time; gaps are filled unless `min_doc_count` says otherwise. */
export const dateHistogram: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'date_histogram')
  const { input, type } = metricField(reader)
  if (type !== undefined && type !== 'date') {
    throw illegalOnShard(
      `Field [${reader.text('field')}] of type [${elasticType(type)}] is not supported for aggregation [date_histogram]`,
    )
  }
  const fillMs = missingMs(reader, context)
  const histogram = readHistogram(reader, context, widened(context.span, fillMs))
  reader.end()
  const time = type === undefined ? sql`NULL::TIMESTAMP` : input
  const filled = fillMs === undefined ? time : sql`coalesce(${time}, ${dateValue(fillMs)})`
  return {
    kind: 'buckets',
    typeName: 'date_histogram',
    key: {
      expression: histogram.rounding.expression(filled),
      isList: false,
      bind: (key) => longValue(Number(key)),
    },
    children: context.children,
    arrange: (groups, limit) => arrange(histogram, groups, limit),
    wrap: (buckets) => ({ buckets: histogram.keyed ? keyedBuckets(buckets) : buckets }),
  }
}

/** The time that stands in where a record has none. */
function missingMs(reader: BodyReader, { nowMs }: AggregationContext): number | undefined {
  const given = reader.value('missing')
  return given === undefined || given === null ? undefined : parseDate(given, { nowMs })
}

function widened({ fromMs, toMs }: Span, ms: number | undefined): Span {
  if (ms === undefined) return { fromMs, toMs }
  return { fromMs: Math.min(fromMs, ms), toMs: Math.max(toMs, ms) }
}

function readHistogram(reader: BodyReader, { nowMs }: AggregationContext, span: Span): Histogram {
  const interval = readInterval(reader)
  const zoneName = reader.text('time_zone')
  const zone = zoneName === undefined ? UTC : timeZone(zoneName)
  const formatText = reader.text('format')
  const format = formatText === undefined ? DEFAULT_DATE_FORMAT : dateFormat(formatText)
  const offsetMs = readOffset(reader.text('offset'))
  const rounding = new DateRounding({ interval, zone, offsetMs, span })
  const orders = bucketOrder(reader.value('order'), { by: 'key', descending: false })
  const [order] = orders
  if (order === undefined || typeof order.by === 'object') {
    throw parsingFailure('[date_histogram] [order] supports [_key] and [_count] only')
  }
  const bound = (bounds: BodyReader | undefined, key: string) => {
    const value = bounds?.value(key)
    if (value === undefined || value === null) return undefined
    return rounding.markOf(parseDate(value, { nowMs, format, zone }))
  }
  const extended = reader.value('extended_bounds')
  const bounds =
    extended === undefined ? undefined : new BodyReader(extended, 'date_histogram.extended_bounds')
  const [min, max] = [bound(bounds, 'min'), bound(bounds, 'max')]
  bounds?.end()
  const minDocCount = reader.integer('min_doc_count', 0) ?? 0
  const keyed = reader.boolean('keyed') ?? false
  return { rounding, format, zone, minDocCount, bounds: { min, max }, keyed, order }
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
    const unit = CALENDAR_INTERVALS[calendar]
    if (unit !== undefined) return { kind: 'calendar', unit }
    throw contentFailure(
      `[date_histogram] The supplied interval [${calendar}] could not be parsed as a calendar interval`,
    )
  }
  const ms = fixedMs(fixed!)
  if (ms === undefined || ms <= 0) {
    throw contentFailure(
      `failed to parse setting [date_histogram.fixedInterval] with value [${fixed}]`,
    )
  }
  return { kind: 'fixed', ms }
}

function fixedMs(text: string): number | undefined {
  const found = /^(\d+)(ms|s|m|h|d)$/.exec(text)
  return found === null ? undefined : Number(found[1]) * FIXED_UNITS_MS[found[2]!]!
}

function readOffset(text: string | undefined): number {
  if (text === undefined) return 0
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[+-]/, '')
  const ms = /^\d+$/.test(digits) ? Number(digits) : fixedMs(digits)
  if (ms === undefined) throw parsingFailure(`[date_histogram] [offset] cannot be [${text}]`)
  return sign * ms
}

function arrange(histogram: Histogram, groups: readonly Group[], limit: number): readonly Bucket[] {
  const { minDocCount, order } = histogram
  const present = groups
    .filter(({ count }) => count >= minDocCount)
    .map((group) => ({ mark: Number(group.key), group }))
    .sort((a, b) => a.mark - b.mark)
  const marks = minDocCount === 0 ? filled(histogram, present, limit) : present
  const buckets = marks.map(({ mark, group }) => ({
    head: headOf(histogram, mark),
    ...(group !== undefined && { group }),
  }))
  const direction = order.descending ? -1 : 1
  if (order.by === 'key') return order.descending ? buckets.toReversed() : buckets
  return buckets.toSorted((a, b) => direction * ((a.group?.count ?? 0) - (b.group?.count ?? 0)))
}

interface Marked {
  readonly mark: number
  readonly group?: Group
}

function filled(
  { rounding, bounds }: Histogram,
  present: readonly Marked[],
  limit: number,
): readonly Marked[] {
  const edges = [present[0]?.mark, present.at(-1)?.mark, bounds.min, bounds.max]
  const known = edges.filter((mark) => mark !== undefined)
  if (known.length === 0) return []
  const last = Math.max(...known)
  const byMark = new Map(present.map((marked) => [marked.mark, marked]))
  const marks: Marked[] = []
  for (let mark = Math.min(...known); mark <= last; mark = rounding.next(mark)) {
    if (marks.length >= limit) throw tooManyBuckets(limit)
    marks.push(byMark.get(mark) ?? { mark })
  }
  return marks
}

function headOf({ rounding, format, zone }: Histogram, mark: number): Json {
  const key = rounding.startOf(mark)
  return { key_as_string: format.format(key, zone), key }
}

function keyedBuckets(buckets: readonly Json[]): Json {
  return Object.fromEntries(buckets.map((bucket) => [String(bucket.key_as_string), bucket]))
}
