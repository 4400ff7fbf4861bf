import {
  type DateFormat,
  DEFAULT_DATE_FORMAT,
  dateFormat,
  dateValue,
  doubleValue,
  joinSql,
  parseDate,
  type Sql,
  type SqlValue,
  sql,
  timeZone,
  UTC,
} from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { numberOf } from '../field-value.ts'
import type { FieldValues } from '../request-columns.ts'
import { illegalArgument } from '../search-failure.ts'
import type { AggregationCompiler, BucketAggregation, Children, Json } from './aggregation.ts'
import { doubleText } from './double-text.ts'
import { numberText } from './field-keys.ts'
import { type ListedCondition, listedConditions } from './listed-conditions.ts'
import { metricField, numericField, unsupportedField } from './metric-field.ts'
import { withMissing } from './missing-value.ts'

/** From inclusive, to exclusive. */
interface Range {
  readonly key: string
  readonly from: number | undefined
  readonly to: number | undefined
  readonly head: Json
}

/** A bucket per range of a number field; ranges may overlap. */
export const range: AggregationCompiler = (body, { columns, children }) => {
  const reader = new BodyReader(body, 'range')
  const field = numericField(reader, columns)
  const format = reader.text('format')
  const write = numberText(field.type ?? 'double', format, field.format)
  const ranges = rangesOf(
    reader,
    (given) => numberOf(given),
    write ?? doubleText,
    write !== undefined,
  )
  return finished(reader, { field, ranges, typeName: 'range', children, value: doubleValue })
}

/** A bucket per range of a date field; bounds take date math. */
export const dateRange: AggregationCompiler = (body, { columns, children, nowMs }) => {
  const reader = new BodyReader(body, 'date_range')
  const given = metricField(reader, columns)
  if (given.type !== undefined && given.type !== 'date') throw unsupportedField(given, 'date_range')
  const type = 'date' as const
  const dates = given.type === undefined ? { ...given, type, input: sql`NULL::TIMESTAMP` } : given
  const input = withMissing(dates, reader.value('missing'), nowMs)
  const formatName = reader.text('format') ?? given.format
  const zoneName = reader.text('time_zone')
  const zone = zoneName === undefined ? UTC : timeZone(zoneName)
  const format: DateFormat = formatName === undefined ? DEFAULT_DATE_FORMAT : dateFormat(formatName)
  const ranges = rangesOf(
    reader,
    (value) => parseDate(value, { nowMs, zone, format }),
    (ms) => format.format(ms, zone),
    true,
  )
  const field = { ...given, input }
  return finished(reader, { field, ranges, typeName: 'date_range', children, value: dateValue })
}

interface Finished {
  readonly field: FieldValues
  readonly ranges: readonly Range[]
  readonly typeName: string
  readonly children: Children
  value(bound: number): SqlValue
}

function finished(reader: BodyReader, given: Finished): BucketAggregation {
  const { field, ranges, typeName, children, value } = given
  const keyed = reader.boolean('keyed') ?? false
  reader.end()
  const listed: readonly ListedCondition[] = ranges.map(({ from, to, head }) => ({
    condition: within(field, from, to, value),
    head,
  }))
  return listedConditions({
    typeName,
    listed,
    children,
    wrap: (buckets) => ({ buckets: keyed ? byKey(buckets) : buckets }),
  })
}

function within(
  { input, isList }: FieldValues,
  from: number | undefined,
  to: number | undefined,
  value: (bound: number) => SqlValue,
): Sql {
  const condition = (own: Sql) =>
    joinSql(
      [
        sql`${own} IS NOT NULL`,
        ...(from === undefined ? [] : [sql`${own} >= ${value(from)}`]),
        ...(to === undefined ? [] : [sql`${own} < ${value(to)}`]),
      ],
      ' AND ',
    )
  return isList
    ? sql`coalesce(len(list_filter(${input}, lambda value: ${condition(sql`value`)})) > 0, false)`
    : sql`(${condition(input)})`
}

function rangesOf(
  reader: BodyReader,
  read: (value: unknown) => number,
  write: (value: number) => string,
  withText = false,
): readonly Range[] {
  const given = reader.value('ranges')
  if (!Array.isArray(given) || given.length === 0) {
    throw illegalArgument(`No [ranges] specified for the [${reader.where}] aggregation`)
  }
  const ranges = given.map((one) => {
    const own = new BodyReader(one, `${reader.where}.ranges`)
    const [from, to] = [bound(own.value('from'), read), bound(own.value('to'), read)]
    const key = own.text('key') ?? `${textOf(from, write)}-${textOf(to, write)}`
    own.ignore('mask')
    own.end()
    const text = (name: string, value: number | undefined) =>
      value === undefined
        ? {}
        : { [name]: value, ...(withText && { [`${name}_as_string`]: write(value) }) }
    return { key, from, to, head: { key, ...text('from', from), ...text('to', to) } }
  })
  return ranges.sort(
    (a, b) =>
      (a.from ?? -Infinity) - (b.from ?? -Infinity) || (a.to ?? Infinity) - (b.to ?? Infinity),
  )
}

function bound(given: unknown, read: (value: unknown) => number): number | undefined {
  return given === undefined || given === null ? undefined : read(given)
}

function textOf(value: number | undefined, write: (value: number) => string): string {
  return value === undefined ? '*' : write(value)
}

function byKey(buckets: readonly Json[]): Json {
  return Object.fromEntries(buckets.map(({ key, ...rest }) => [String(key), rest]))
}
