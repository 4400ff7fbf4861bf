import {
  DEFAULT_DATE_FORMAT,
  dateFormat,
  longValue,
  parseDate,
  type Sql,
  sql,
} from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { parsingFailure, tooManyBuckets } from '../search-failure.ts'
import type {
  AggregationCompiler,
  AggregationContext,
  Bucket,
  BucketAggregation,
  BucketOrder,
  Group,
  Json,
} from './aggregation.ts'
import { bucketOrder } from './bucket-order.ts'
import type { DateRounding } from './date-rounding.ts'
import { type DateSteps, dateSteps, settledRounding, type Times, timesField } from './date-steps.ts'
import { eachValue, numberText } from './field-keys.ts'
import { orderedBuckets } from './ordered-buckets.ts'

interface Bounds {
  readonly min: number | undefined
  readonly max: number | undefined
}

interface Histogram {
  readonly times: Times
  readonly steps: DateSteps
  /** Text of a key; undefined for number fields without format. */
  readonly write: ((ms: number) => string) | undefined
  readonly minDocCount: number
  /** First and last bucket that are answered even when empty; moments. */
  readonly extended: Bounds
  /** Buckets outside are left out; moments. */
  readonly hard: Bounds
  readonly keyed: boolean
  readonly order: readonly BucketOrder[]
}

/** A bucket per interval of time; gaps are filled unless `min_doc_count` says otherwise. */
export const dateHistogram: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'date_histogram')
  const times = timesField(reader, context)
  const histogram = readHistogram(reader, times, context)
  reader.end()
  const { rounding } = histogram.steps
  const made = aggregationOf(histogram, rounding, context)
  if (!rounding.needsSpan) return made
  return {
    ...made,
    prepare: async (records) =>
      aggregationOf(histogram, await settledRounding(rounding, times, records), context),
  }
}

function aggregationOf(
  histogram: Histogram,
  rounding: DateRounding,
  { children }: AggregationContext,
): BucketAggregation {
  const { times, keyed } = histogram
  const hard = marksOf(histogram.hard, rounding)
  return {
    kind: 'buckets',
    typeName: 'date_histogram',
    key: {
      expression: eachValue(times.input, times.isList, (value) =>
        inBounds(rounding.expression(value), hard),
      ),
      isList: times.isList,
    },
    children,
    arrange: ({ groups }, limit) => arrange(histogram, rounding, groups, limit),
    wrap: (buckets) => ({ buckets: keyed ? byKey(buckets) : buckets }),
  }
}

function inBounds(mark: Sql, { min, max }: Bounds): Sql {
  if (min === undefined && max === undefined) return mark
  const least = min === undefined ? sql`true` : sql`${mark} >= ${longValue(min)}`
  const most = max === undefined ? sql`true` : sql`${mark} < ${longValue(max)}`
  return sql`CASE WHEN ${least} AND ${most} THEN ${mark} END`
}

function marksOf({ min, max }: Bounds, rounding: DateRounding): Bounds {
  return {
    min: min === undefined ? undefined : rounding.markOf(min),
    max: max === undefined ? undefined : rounding.markOf(max),
  }
}

function readHistogram(
  reader: BodyReader,
  times: Times,
  { nowMs, span }: AggregationContext,
): Histogram {
  // of a value that stands in for none, and of other fields, the span says nothing
  const isTime = times.name === '@timestamp' && !reader.has('missing') && !times.isNumber
  const steps = dateSteps(reader, isTime ? span : { fromMs: -Infinity, toMs: Infinity })
  const { zone } = steps
  const format = reader.text('format')
  const order = bucketOrder(reader.value('order'), { by: 'key', descending: false })
  const options = {
    nowMs,
    zone,
    format: format === undefined ? DEFAULT_DATE_FORMAT : dateFormat(format),
  }
  const bounds = (name: string): Bounds => {
    const given = reader.value(name)
    if (given === undefined || given === null) return { min: undefined, max: undefined }
    const own = new BodyReader(given, `date_histogram.${name}`)
    const [min, max] = ['min', 'max'].map((key) => {
      const value = own.value(key)
      return value === undefined || value === null ? undefined : parseDate(value, options)
    })
    own.end()
    if (min !== undefined && max !== undefined && min > max) {
      throw parsingFailure(`[${name}.min][${min}] cannot be greater than [${name}.max][${max}]`)
    }
    return { min, max }
  }
  const [extended, hard] = [bounds('extended_bounds'), bounds('hard_bounds')]
  return {
    times,
    steps,
    write:
      times.isNumber && format === undefined
        ? undefined
        : numberText('date', format, times.format, zone),
    minDocCount: reader.integer('min_doc_count', 0) ?? 0,
    extended,
    hard,
    keyed: reader.boolean('keyed') ?? false,
    order,
  }
}

function arrange(
  histogram: Histogram,
  rounding: DateRounding,
  groups: readonly Group[],
  limit: number,
): readonly Bucket[] {
  const { minDocCount, order } = histogram
  const present = groups
    .filter(({ count }) => count >= minDocCount)
    .map((group) => ({ mark: Number(group.key), group }))
    .sort((a, b) => a.mark - b.mark)
  const marks = minDocCount === 0 ? filled(histogram, rounding, present, limit) : present
  const buckets = marks.map(({ mark, group }) => ({
    head: headOf(histogram, rounding.startOf(mark)),
    ...(group !== undefined && { group }),
  }))
  return orderedBuckets(buckets, order)
}

interface Marked {
  readonly mark: number
  readonly group?: Group
}

function filled(
  { extended }: Histogram,
  rounding: DateRounding,
  present: readonly Marked[],
  limit: number,
): readonly Marked[] {
  const { min, max } = marksOf(extended, rounding)
  const edges = [present[0]?.mark, present.at(-1)?.mark, min, max]
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

function headOf({ write }: Histogram, key: number): Json {
  return write === undefined ? { key } : { key_as_string: write(key), key }
}

function byKey(buckets: readonly Json[]): Json {
  return Object.fromEntries(
    buckets.map((bucket) => [String(bucket.key_as_string ?? bucket.key), bucket]),
  )
}
