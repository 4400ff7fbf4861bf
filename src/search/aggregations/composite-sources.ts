import {
  type Cell,
  DEFAULT_DATE_FORMAT,
  dateFormat,
  doubleValue,
  longValue,
  parseDate,
  type Sql,
  type SqlValue,
  sql,
} from '../../store/index.ts'
import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { fieldValue, numberOf } from '../field-value.ts'
import { illegalArgument, parsingFailure, SearchFailure } from '../search-failure.ts'
import type { AggregationContext, AskedRecords } from './aggregation.ts'
import { dateSteps, settledRounding, timesField } from './date-steps.ts'
import { eachValue, fieldKeys, numberText } from './field-keys.ts'
import { numericField } from './metric-field.ts'
import { termsField } from './terms-field.ts'

/** What part of a key is made of, and how it is written and read. */
interface SourceValues {
  readonly expression: Sql
  readonly isList: boolean
  value(key: Cell): unknown
  /** A value of `after` as the key in SQL. */
  bind(value: unknown): Sql | SqlValue
  /** The same once the records have been asked what it depends on. */
  settled?(records: AskedRecords): Promise<SourceValues>
}

/** A source of a composite key. */
export interface Source {
  readonly name: string
  readonly values: SourceValues
  readonly descending: boolean
  readonly missingBucket: boolean
  /** Whether null stands before all values in the order of the answer. */
  readonly nullsFirst: boolean
}

/**
 * Reads `sources`: `[{"name": {"terms" | "histogram" | "date_histogram": {…}}}]`.
 *
 * @throws SearchFailure for others
 */
export function compositeSources(given: unknown, context: AggregationContext): readonly Source[] {
  const list = Array.isArray(given) ? given : isObject(given) ? [given] : []
  if (list.length === 0) throw illegalArgument('Composite [sources] cannot be null or empty')
  const sources = list.map((one: unknown) => sourceOf(one, context))
  const names = sources.map(({ name }) => name)
  const twice = [...new Set(names.filter((name, place) => names.indexOf(name) !== place))]
  if (twice.length > 0) {
    throw illegalArgument(
      `Composite source names must be unique, found duplicates: [${twice.join(', ')}]`,
    )
  }
  return sources
}

function sourceOf(given: unknown, context: AggregationContext): Source {
  const [name, definition] = onlyEntry(given, 'composite.sources')
  const [type, body] = onlyEntry(definition, name)
  const reader = new BodyReader(body, type)
  const descending = reader.choice('order', ['asc', 'desc']) === 'desc'
  const missingBucket = reader.boolean('missing_bucket') ?? false
  const missingOrder = reader.choice('missing_order', ['first', 'last', 'default']) ?? 'default'
  if (missingOrder !== 'default' && !missingBucket) {
    throw illegalArgument(`[missing_order] requires [missing_bucket] to be true`)
  }
  const values = valuesOf(type, reader, context)
  reader.end()
  const nullsFirst = missingOrder === 'default' ? !descending : missingOrder === 'first'
  return { name, values, descending, missingBucket, nullsFirst }
}

function valuesOf(type: string, reader: BodyReader, context: AggregationContext): SourceValues {
  switch (type) {
    case 'terms':
      return termsValues(reader, context)
    case 'histogram':
      return histogramValues(reader, context)
    case 'date_histogram':
      return dateValues(reader, context)
    default:
      throw parsingFailure(`[composite] does not support sources of type [${type}]`)
  }
}

function termsValues(reader: BodyReader, { columns, nowMs }: AggregationContext): SourceValues {
  const field = termsField(reader, columns, nowMs)
  const keys = fieldKeys(field, field.filled, { format: undefined })
  const { type } = field
  return {
    expression: keys.expression,
    isList: keys.isList,
    value: (key) => (type === 'boolean' ? key : keys.value(key)),
    bind(value) {
      if (type === 'long') return longValue(Math.trunc(numberOf(value)))
      const bound = fieldValue(value, { type }, { nowMs })
      if (bound === undefined) throw illegalArgument(`invalid value [${String(value)}]`)
      return bound.type === 'date' ? longValue(bound.value) : bound
    },
  }
}

function histogramValues(reader: BodyReader, { columns }: AggregationContext): SourceValues {
  const { input, isList, type, format: ownFormat } = numericField(reader, columns)
  const interval = reader.number('interval')
  if (interval === undefined || interval <= 0) {
    throw illegalArgument('[interval] must be greater than 0 for [histogram] source')
  }
  const write = numberText(type === 'date' ? 'long' : 'double', reader.text('format'), ownFormat)
  return {
    expression: eachValue(
      input,
      isList,
      (value) => sql`floor(${value} / ${doubleValue(interval)})`,
    ),
    isList,
    value: (key) => {
      if (key === null) return null
      const start = Number(key) * interval
      return write === undefined ? start : write(start)
    },
    bind: (value) => doubleValue(Math.round(numberOf(value) / interval)),
  }
}

function dateValues(reader: BodyReader, context: AggregationContext): SourceValues {
  const times = timesField(reader, context)
  const isTime = times.name === '@timestamp' && !reader.has('missing') && !times.isNumber
  const span = isTime ? context.span : { fromMs: -Infinity, toMs: Infinity }
  const { rounding, zone } = dateSteps(reader, span)
  const format = reader.text('format')
  const dates = format === undefined ? DEFAULT_DATE_FORMAT : dateFormat(format)
  const { isList, input } = times
  const made = (settled: typeof rounding): SourceValues => ({
    isList,
    expression: eachValue(input, isList, (value) => settled.expression(value)),
    value: (key) => {
      if (key === null) return null
      const start = settled.startOf(Number(key))
      return format === undefined ? start : dates.format(start, zone)
    },
    bind: (value) =>
      longValue(settled.markOf(parseDate(value, { nowMs: context.nowMs, zone, format: dates }))),
  })
  if (!rounding.needsSpan) return made(rounding)
  return {
    ...made(rounding),
    settled: async (records) => made(await settledRounding(rounding, times, records)),
  }
}

/**
 * Reads `after`: the key of the last bucket before.
 *
 * @throws SearchFailure when a value is missing or does not fit its source
 */
export function afterKey(
  given: unknown,
  sources: readonly Source[],
): readonly (Sql | SqlValue | null)[] | undefined {
  if (given === undefined || given === null) return undefined
  const reader = new BodyReader(given, 'composite.after')
  const extra = reader.keys().length - sources.length
  return sources.map(({ name, values, missingBucket }, place) => {
    const value = reader.value(name)
    if (value === undefined) throw illegalArgument(`Missing value for [after.${name}]`)
    if (extra > 0) {
      throw illegalArgument(
        `[after] has ${reader.keys().length} value(s) but [sources] has ${sources.length}`,
      )
    }
    if (value === null) {
      if (missingBucket) return null
      throw unfit(place, 'null values are not allowed')
    }
    try {
      return values.bind(value)
    } catch (error) {
      throw error instanceof SearchFailure ? unfit(place, error.message) : error
    }
  })
}

function unfit(place: number, why: string): SearchFailure {
  return new SearchFailure({
    type: 'parse_exception',
    reason: `Cannot set after key in the composite aggregation - incompatible value in the position ${place}: ${why}`,
    status: 400,
    onShard: true,
  })
}
