import { doubleValue, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalArgument, parsingFailure, tooManyBuckets } from '../search-failure.ts'
import type { AggregationCompiler, Bucket, BucketOrder, Group, Json } from './aggregation.ts'
import { bucketOrder } from './bucket-order.ts'
import type { NumberFormat } from './decimal-format.ts'
import { doubleText } from './double-text.ts'
import { eachValue, numberText } from './field-keys.ts'
import { numericField } from './metric-field.ts'
import { orderedBuckets } from './ordered-buckets.ts'

interface Steps {
  readonly interval: number
  readonly offset: number
  readonly minDocCount: number
  readonly bounds: readonly number[]
  readonly order: readonly BucketOrder[]
  /** Text of a key, when it has one. */
  readonly write: NumberFormat | undefined
}

/** A bucket per interval of a number field; gaps are filled unless `min_doc_count` says otherwise. */
export const histogram: AggregationCompiler = (body, { columns, children }) => {
  const reader = new BodyReader(body, 'histogram')
  const { input, isList, type, format: ownFormat } = numericField(reader, columns)
  const interval = reader.number('interval')
  if (interval === undefined || interval <= 0) {
    throw illegalArgument('[interval] must be >0 for histogram aggregation [histogram]')
  }
  const offset = reader.number('offset') ?? 0
  const minDocCount = reader.integer('min_doc_count', 0) ?? 0
  const order = bucketOrder(reader.value('order'), { by: 'key', descending: false })
  const extended = boundsOf(reader, 'extended_bounds')
  const hard = boundsOf(reader, 'hard_bounds')
  const keyed = reader.boolean('keyed') ?? false
  const format = reader.text('format')
  const write = type === 'boolean' ? truth : numberText(type ?? 'double', format, ownFormat)
  reader.end()
  const marks = [extended.min, extended.max].filter((bound) => bound !== undefined)
  const bounds = marks.map((bound) => Math.floor((bound - offset) / interval))
  const steps: Steps = { interval, offset, minDocCount, bounds, order, write }
  return {
    kind: 'buckets',
    typeName: 'histogram',
    key: {
      expression: eachValue(input, isList, (value) => placeSql(value, steps, hard)),
      isList,
    },
    children,
    arrange: ({ groups }, limit) => arrange(steps, groups, limit),
    wrap: (buckets) => ({ buckets: keyed ? byKey(buckets) : buckets }),
  }
}

function truth(value: number): string {
  return String(value !== 0)
}

interface Bounds {
  readonly min: number | undefined
  readonly max: number | undefined
}

/** Number of the interval that a value lies in; none when that begins outside of the bounds. */
function placeSql(value: Sql, { interval, offset }: Steps, { min, max }: Bounds): Sql {
  const [step, start] = [doubleValue(interval), doubleValue(offset)]
  const place = sql`floor((${value} - ${start}) / ${step})`
  if (min === undefined && max === undefined) return place
  const least = min === undefined ? sql`true` : sql`${place} * ${step} >= ${doubleValue(min)}`
  const most = max === undefined ? sql`true` : sql`${place} * ${step} <= ${doubleValue(max)}`
  return sql`CASE WHEN ${least} AND ${most} THEN ${place} END`
}

function boundsOf(reader: BodyReader, name: string): Bounds {
  const given = reader.value(name)
  if (given === undefined || given === null) return { min: undefined, max: undefined }
  const own = new BodyReader(given, name)
  const [min, max] = [own.number('min'), own.number('max')]
  own.end()
  if (min !== undefined && max !== undefined && min > max) {
    throw parsingFailure(`Max bound [${max}] must be greater than min bound [${min}]`)
  }
  return { min, max }
}

function arrange(
  { interval, offset, minDocCount, bounds, order, write }: Steps,
  groups: readonly Group[],
  limit: number,
): readonly Bucket[] {
  const present = new Map(groups.map((group) => [Number(group.key), group]))
  const known = [...present.keys(), ...bounds]
  if (known.length === 0) return []
  const keyOf = (place: number) => place * interval + offset
  const places: number[] = []
  if (minDocCount > 0) for (const place of present.keys()) places.push(place)
  else {
    const [first, last] = [known.reduce(least), known.reduce(most)]
    if (last - first >= limit) throw tooManyBuckets(limit)
    for (let place = first; place <= last; place++) places.push(place)
  }
  places.sort((a, b) => a - b)
  const buckets = places.flatMap((place): readonly Bucket[] => {
    const group = present.get(place)
    const key = keyOf(place)
    const head: Json = { ...(write !== undefined && { key_as_string: write(key) }), key }
    if (group === undefined) return minDocCount === 0 ? [{ head }] : []
    return group.count >= minDocCount ? [{ head, group }] : []
  })
  return orderedBuckets(buckets, order)
}

function least(a: number, b: number): number {
  return Math.min(a, b)
}

function most(a: number, b: number): number {
  return Math.max(a, b)
}

function byKey(buckets: readonly Json[]): Json {
  return Object.fromEntries(
    buckets.map((bucket) => [
      String(bucket.key_as_string ?? doubleText(Number(bucket.key))),
      bucket,
    ]),
  )
}
