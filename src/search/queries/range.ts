import {
  dateValue,
  doubleValue,
  FIRST_MS,
  type Filter,
  joinSql,
  LAST_MS,
  longValue,
  NONE,
  type Sql,
  sql,
  test,
  textValue,
} from '../../store/index.ts'
import { BodyReader, onlyEntry } from '../body-reader.ts'
import { dateFormat } from '../date-format.ts'
import { type DateMathOptions, parseDate } from '../date-math.ts'
import { fieldReference } from '../field-reference.ts'
import { comparable, numberOf, type ValueReference, valueType } from '../field-value.ts'
import { illegalOnShard, queryShardFailure } from '../search-failure.ts'
import { timeZone } from '../time-zone.ts'
import type { QueryCompiler } from './query-compiler.ts'

interface Bound {
  readonly value: unknown
  readonly inclusive: boolean
}

interface Range {
  readonly field: string
  readonly lower: Bound | undefined
  readonly upper: Bound | undefined
  readonly dates: DateMathOptions
}

/** Records whose field lies within `gt`, `gte`, `lt`, `lte`; dates take date math. */
export const range: QueryCompiler = (body, { nowMs }) => {
  const [field, options] = onlyEntry(body, 'range')
  return rangeFilter(parseRange(field, options, nowMs))
}

function parseRange(field: string, options: unknown, nowMs: number): Range {
  const reader = new BodyReader(options, 'range')
  const format = reader.text('format')
  const zone = reader.text('time_zone')
  reader.ignore('boost', '_name', 'relation')
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
  return { field, lower, upper, dates }
}

function bound(reader: BodyReader, key: string, inclusive: boolean): Bound | undefined {
  const value = reader.value(key)
  return value === undefined || value === null ? undefined : { value, inclusive }
}

function rangeFilter(wanted: Range): Filter {
  const reference = fieldReference(wanted.field)
  switch (reference.kind) {
    case 'unmapped':
      return NONE
    case 'stored':
    case 'text':
    case 'textKeyword':
    case 'labels':
      throw illegalOnShard(`[range] queries are not supported on field [${wanted.field}]`)
    case 'label':
      return textRange(reference, wanted)
    case 'column':
      return columnRange(reference, wanted)
    default:
      return reference satisfies never
  }
}

function columnRange(
  reference: Extract<ValueReference, { kind: 'column' }>,
  wanted: Range,
): Filter {
  switch (reference.type) {
    case 'date':
      return dateRange(reference, wanted)
    case 'keyword':
      return textRange(reference, wanted)
    case 'keywords':
      throw illegalOnShard(`[range] queries are not supported on field [${wanted.field}]`)
    case 'boolean':
      throw queryShardFailure(
        `[range] queries are not supported on boolean field [${wanted.field}]`,
      )
    case 'long':
    case 'double':
    case 'usd':
      return numberRange(reference, wanted)
    default:
      return reference.type satisfies never
  }
}

/** `gte` and `lt` round down, `gt` and `lte` round up: `lte: "2026-01-01"` takes in that day. */
function dateRange(reference: ValueReference, { lower, upper, dates }: Range): Filter {
  const fromMs = lower && parseDate(lower.value, { ...dates, roundUp: !lower.inclusive })
  const toMs = upper && parseDate(upper.value, { ...dates, roundUp: upper.inclusive })
  const first = fromMs === undefined ? FIRST_MS : lower?.inclusive ? fromMs : fromMs + 1
  const last = toMs === undefined ? LAST_MS : upper?.inclusive ? toMs : toMs - 1
  if (first > last) return NONE
  if (reference.name === '@timestamp') return { kind: 'time', fromMs: first, toMs: last }
  const conditions: Sql[] = []
  const field = reference.expression
  if (fromMs !== undefined) conditions.push(sql`${field} >= ${dateValue(first)}`)
  if (toMs !== undefined) conditions.push(sql`${field} < ${dateValue(last + 1)}`)
  return within(field, conditions)
}

function numberRange(reference: ValueReference, { lower, upper }: Range): Filter {
  const from = lower && numberOf(lower.value)
  const to = upper && numberOf(upper.value)
  const field = comparable(reference)
  const whole = valueType(reference) === 'long'
  const value = (number: number) =>
    whole && Number.isSafeInteger(number) ? longValue(number) : doubleValue(number)
  const conditions: Sql[] = []
  if (from !== undefined) {
    conditions.push(
      lower?.inclusive ? sql`${field} >= ${value(from)}` : sql`${field} > ${value(from)}`,
    )
  }
  if (to !== undefined) {
    conditions.push(upper?.inclusive ? sql`${field} <= ${value(to)}` : sql`${field} < ${value(to)}`)
  }
  return within(field, conditions)
}

function textRange(reference: ValueReference, { lower, upper }: Range): Filter {
  const field = reference.expression
  const conditions: Sql[] = []
  if (lower !== undefined) {
    const value = textValue(String(lower.value))
    conditions.push(lower.inclusive ? sql`${field} >= ${value}` : sql`${field} > ${value}`)
  }
  if (upper !== undefined) {
    const value = textValue(String(upper.value))
    conditions.push(upper.inclusive ? sql`${field} <= ${value}` : sql`${field} < ${value}`)
  }
  return within(field, conditions)
}

function within(field: Sql, conditions: readonly Sql[]): Filter {
  return test(sql`(${joinSql([...conditions, sql`${field} IS NOT NULL`], ' AND ')})`)
}
