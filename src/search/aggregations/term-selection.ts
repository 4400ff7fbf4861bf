import {
  integer,
  joinSql,
  longValue,
  type Sql,
  type SqlValue,
  sql,
  textValue,
  type ValueType,
} from '../../store/index.ts'
import type { BodyReader } from '../body-reader.ts'
import { isObject } from '../body-reader.ts'
import { fieldValue } from '../field-value.ts'
import { linearRegexp } from '../linear-regexp.ts'
import { aggregationFailure, illegalArgument, parsingFailure } from '../search-failure.ts'
import type { AskedRecords } from './aggregation.ts'

/** Which terms are wanted: a condition over a term. */
export interface TermSelection {
  /** True for a term that is wanted; undefined when all are. */
  readonly condition: ((value: Sql) => Sql) | undefined
  /** Regular expressions that the engine has not seen yet. */
  readonly patterns: readonly string[]
}

interface TermsField {
  readonly type: ValueType
  readonly format: string | undefined
}

/**
 * Reads `include` and `exclude`: lists of values, a regular expression (of strings only), or
 * `{"partition", "num_partitions"}`.
 *
 * @throws SearchFailure for values that do not fit the field's type
 */
export function termSelection(reader: BodyReader, field: TermsField, nowMs: number): TermSelection {
  const include = one(reader, 'include', field, nowMs)
  const exclude = one(reader, 'exclude', field, nowMs)
  const conditions = [
    ...(include === undefined ? [] : [include.condition]),
    ...(exclude === undefined ? [] : [(value: Sql) => sql`NOT ${exclude.condition(value)}`]),
  ]
  const patterns = [include?.pattern, exclude?.pattern].filter((pattern) => pattern !== undefined)
  if (conditions.length === 0) return { condition: undefined, patterns }
  return {
    patterns,
    condition: (value) =>
      sql`(${joinSql(
        conditions.map((condition) => condition(value)),
        ' AND ',
      )})`,
  }
}

/** Keys with only those that are wanted; a record without such has none. */
export function selected(expression: Sql, isList: boolean, { condition }: TermSelection): Sql {
  if (condition === undefined) return expression
  return isList
    ? sql`list_filter(${expression}, lambda term: ${condition(sql`term`)})`
    : sql`CASE WHEN ${condition(expression)} THEN ${expression} END`
}

/**
 * Lets the engine read the regular expressions, which it may find too large.
 *
 * @throws SearchFailure when it does
 */
export async function checkPatterns(
  { patterns }: TermSelection,
  records: AskedRecords,
): Promise<void> {
  for (const pattern of patterns) {
    try {
      await records.matching(() => sql`SELECT regexp_full_match('', ${textValue(pattern)})`)
    } catch (error) {
      throw isPatternError(error)
        ? illegalArgument('the regular expression of [include] or [exclude] is too large')
        : error
    }
  }
}

function isPatternError(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Invalid Input Error')
}

interface Selected {
  readonly condition: (value: Sql) => Sql
  readonly pattern?: string
}

function one(
  reader: BodyReader,
  name: 'include' | 'exclude',
  field: TermsField,
  nowMs: number,
): Selected | undefined {
  const given = reader.value(name)
  if (given === undefined || given === null) return undefined
  if (Array.isArray(given)) {
    const values = given
      .map((value) => fieldValue(value, field, { nowMs }))
      .filter((value) => value !== undefined)
    return { condition: (value) => inList(value, values.map(grouped)) }
  }
  if (typeof given === 'string') return byPattern(given, field.type)
  if (name === 'include' && isObject(given)) return partition(given)
  throw parsingFailure(`Unexpected token in [${reader.where}] [${name}]`)
}

/** Values as keys are: dates in milliseconds. */
function grouped(value: SqlValue): SqlValue {
  return value.type === 'date' ? longValue(value.value) : value
}

function byPattern(given: string, type: ValueType): Selected {
  if (type !== 'keyword') {
    throw aggregationFailure(
      'execution',
      'Aggregation cannot support regular expression style include/exclude settings as they can only be applied to string fields. Use an array of values for include/exclude clauses',
    )
  }
  const pattern = linearRegexp(given, 'ALL')
  return { pattern, condition: (value) => sql`regexp_full_match(${value}, ${textValue(pattern)})` }
}

/** Every term is in one part of several, whichever engine reads it. */
function partition(given: Readonly<Record<string, unknown>>): Selected {
  const { partition: part, num_partitions: parts, ...others } = given
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw parsingFailure(`Unknown parameter in Include/Exclude clause: ${unknown}`)
  if (!isCount(part) || !isCount(parts) || parts < 1 || part >= parts) {
    throw illegalArgument(
      '[include] requires [num_partitions] of at least 1 and a [partition] below it',
    )
  }
  return {
    condition: (value) => sql`(hash(${value}) % ${integer(parts)} = ${integer(part)})`,
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function inList(value: Sql, list: readonly SqlValue[]): Sql {
  if (list.length === 0) return sql`false`
  const pieces = list.map((item) => sql`${item}`)
  return sql`(${value} IN (${joinSql(pieces, ', ')}))`
}
