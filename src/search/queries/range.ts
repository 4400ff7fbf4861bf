import {
  type DateMathOptions,
  dateFormat,
  dateValue,
  doubleValue,
  FIRST_MS,
  type Filter,
  joinSql,
  LAST_MS,
  longValue,
  NONE,
  parseDate,
  type Sql,
  type SqlValue,
  sql,
  type TextField,
  textValue,
  timeZone,
  type WordPattern,
} from '../../store/index.ts'
import { BodyReader, onlyEntry } from '../body-reader.ts'
import { anyValue } from '../conditions.ts'
import { notIndexed } from '../equality.ts'
import { dateOptions, fieldValue, numberOf } from '../field-value.ts'
import type { ColumnReference, FieldReference } from '../schema.ts'
import { illegalOnShard } from '../search-failure.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

interface Bound {
  readonly value: unknown
  readonly inclusive: boolean
}

interface Range {
  readonly field: string
  readonly lower: Bound | undefined
  readonly upper: Bound | undefined
  readonly dates: DateMathOptions
  readonly boost: number
}

/** Records whose field lies within `gt`, `gte`, `lt`, `lte`; dates take date math. */
export const range: QueryCompiler = (body, { nowMs, schema }) => {
  const [field, options] = onlyEntry(body, 'range')
  const wanted = parseRange(field, options, nowMs)
  return equally(rangeFilter(schema.reference(field), wanted), wanted.boost)
}

function parseRange(field: string, options: unknown, nowMs: number): Range {
  const reader = new BodyReader(options, 'range')
  const format = reader.text('format')
  const zone = reader.text('time_zone')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name', 'relation')
  const includes = (key: string) => reader.boolean(key) ?? true
  const lower =
    bound(reader, 'gte', true) ??
    bound(reader, 'gt', false) ??
    bound(reader, 'from', includes('include_lower'))
  const upper =
    bound(reader, 'lte', true) ??
    bound(reader, 'lt', false) ??
    bound(reader, 'to', includes('include_upper'))
  reader.ignore('gte', 'gt', 'lte', 'lt', 'from', 'to', 'include_lower', 'include_upper')
  reader.end()
  const dates = {
    nowMs,
    ...(format !== undefined && { format: dateFormat(format) }),
    ...(zone !== undefined && { zone: timeZone(zone) }),
  }
  return { field, lower, upper, dates, boost }
}

function bound(reader: BodyReader, key: string, inclusive: boolean): Bound | undefined {
  const value = reader.value(key)
  return value === undefined || value === null ? undefined : { value, inclusive }
}

function rangeFilter(reference: FieldReference, wanted: Range): Filter {
  switch (reference.kind) {
    case 'unmapped':
    case 'object':
      return NONE
    case 'stored':
      throw notIndexed(reference.name)
    case 'textKeyword':
      throw illegalOnShard(`[range] queries are not supported on field [${wanted.field}]`)
    case 'text':
      return wordRange(reference.field, wanted)
    case 'column':
      if (!reference.searchable) throw notIndexed(reference.name)
      return columnRange(reference, wanted)
    default:
      return reference satisfies never
  }
}

/** A text is in the range when one of its words is. */
function wordRange(field: TextField, range: Range): Filter {
  const options = { ignoreCase: false, maxExpansions: undefined }
  return {
    kind: 'text',
    probe: { kind: 'pattern', field, pattern: wordsBetween(range), ...options },
  }
}

function wordsBetween({ lower, upper }: Range): WordPattern {
  return {
    kind: 'range',
    from: lower && String(lower.value),
    to: upper && String(upper.value),
    includesFrom: lower?.inclusive ?? true,
    includesTo: upper?.inclusive ?? true,
  }
}

function columnRange(reference: ColumnReference, wanted: Range): Filter {
  switch (reference.type) {
    case 'date':
      return dateRange(reference, wanted)
    case 'keyword':
      return bounded(reference, wanted, (value) => textValue(String(value)))
    case 'ip':
    case 'boolean':
      return bounded(reference, wanted, (value) => fieldValue(value, reference, wanted.dates))
    case 'long':
      return bounded(reference, wanted, (value) => longOrDouble(numberOf(value)))
    case 'double':
    case 'usd':
      return bounded(reference, wanted, (value) => doubleValue(numberOf(value)))
    default:
      return reference.type satisfies never
  }
}

function longOrDouble(number: number): SqlValue {
  return Number.isSafeInteger(number) ? longValue(number) : doubleValue(number)
}

/** `gte` and `lt` round down, `gt` and `lte` round up: `lte: "2026-01-01"` takes in that day. */
function dateRange(reference: ColumnReference, { lower, upper, dates: given }: Range): Filter {
  const dates = dateOptions(reference, given)
  const fromMs = lower && parseDate(lower.value, { ...dates, roundUp: !lower.inclusive })
  const toMs = upper && parseDate(upper.value, { ...dates, roundUp: upper.inclusive })
  const first = fromMs === undefined ? FIRST_MS : lower?.inclusive ? fromMs : fromMs + 1
  const last = toMs === undefined ? LAST_MS : upper?.inclusive ? toMs : toMs - 1
  if (first > last) return NONE
  if (isLogTime(reference)) return { kind: 'time', fromMs: first, toMs: last }
  return anyValue(reference, (field) => {
    const conditions = [sql`${field} IS NOT NULL`]
    if (fromMs !== undefined) conditions.push(sql`${field} >= ${dateValue(first)}`)
    // a column may hold microseconds: the last millisecond counts in full
    if (toMs !== undefined) conditions.push(sql`${field} < ${dateValue(last + 1)}`)
    return sql`(${joinSql(conditions, ' AND ')})`
  })
}

/** The time by which the records of logs are laid out: whole days can be passed over. */
function isLogTime({ expression, isList }: ColumnReference): boolean {
  const [hole, second] = expression.holes
  return !isList && second === undefined && hole?.type === 'column' && hole.name === '@timestamp'
}

function bounded(
  reference: ColumnReference,
  range: Range,
  boundOf: (value: unknown) => SqlValue | undefined,
): Filter {
  const { lower, upper } = range
  const from = lower && boundOf(lower.value)
  const to = upper && boundOf(upper.value)
  const condition = (field: Sql) => {
    const conditions = [sql`${field} IS NOT NULL`]
    if (from !== undefined) {
      conditions.push(lower?.inclusive ? sql`${field} >= ${from}` : sql`${field} > ${from}`)
    }
    if (to !== undefined) {
      conditions.push(upper?.inclusive ? sql`${field} <= ${to}` : sql`${field} < ${to}`)
    }
    return sql`(${joinSql(conditions, ' AND ')})`
  }
  if (reference.type !== 'keyword') return anyValue(reference, condition)
  return anyValue(reference, condition, { pattern: wordsBetween(range), ignoreCase: false })
}
