import {
  type Cell,
  type DateFormat,
  dateFormat,
  dateValue,
  doubleValue,
  ipDigits,
  ipText,
  longValue,
  parseDate,
  type SqlValue,
  textValue,
  UTC,
} from '../store/index.ts'
import { unknownKey } from './hit-field-list.ts'
import { nanosWriter, numberOfDigits, shortFloat } from './hit-value.ts'
import { illegalOnShard, parsingFailure, SearchFailure } from './search-failure.ts'

/** What the values of a sort key are, and how they lie in one or two SQL keys. */
export type SortKind =
  | 'keyword'
  | 'ip'
  /** Whole numbers that JavaScript's numbers are long enough for. */
  | 'whole'
  /** Whole numbers of 64 bits: two keys, the upper and the lower 32. */
  | 'wide'
  | 'boolean'
  | 'double'
  | 'float'
  /** A moment of the engine. */
  | 'date'
  /** Milliseconds since 1970. */
  | 'millis'
  /** Microseconds since 1970, answered in nanoseconds. */
  | 'nanos'
  | 'score'
  | 'doc'

export interface SortValueOptions {
  readonly field: string
  readonly kind: SortKind
  /** Of dates; they are numbers without. */
  readonly format: string | undefined
  /** How texts of dates are read in `search_after` when there is no format. */
  readonly fieldFormat: string | undefined
  /** Whether records without value stand where the smallest value would, else the largest. */
  readonly missingIsLow: boolean
  readonly nowMs: number
}

/** Turns the values of a sort key into those of the answer, and back. */
export interface SortValue {
  /** Value in the `sort` of a hit, from the cells of its SQL keys. */
  answer(cells: readonly Cell[]): unknown
  /**
   * Values of the SQL keys behind which a page begins, from one of `search_after`.
   *
   * @throws SearchFailure for one that is no value of the key
   */
  after(value: unknown): readonly (SqlValue | null)[]
}

const HIGHEST = 2n ** 63n - 1n
const LOWEST = -(2n ** 63n)
const LOWER_BITS = 32n
const LOWER_MASK = 2n ** LOWER_BITS - 1n
const MICROS_PER_MS = 1000

export function sortValue(options: SortValueOptions): SortValue {
  const { kind } = options
  const keys = kind === 'wide' ? 2 : 1
  return {
    answer: (cells) => (cells[0] === null ? missingAnswer(options) : written(cells, options)),
    after: (value) =>
      value === null || isMissing(value, options)
        ? new Array<null>(keys).fill(null)
        : bound(checked(value), options),
  }
}

function checked(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  const found = Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT'
  throw parsingFailure(
    `Expected [VALUE_STRING] or [VALUE_NUMBER] or [VALUE_BOOLEAN] or [VALUE_NULL] but found [${found}] inside search_after.`,
  )
}

function written([first = null, second = null]: readonly Cell[], options: SortValueOptions) {
  const { kind, format } = options
  switch (kind) {
    case 'ip':
      return ipText(String(first))
    case 'boolean':
      return Number(first)
    case 'wide':
      return numberOfDigits(String((BigInt(Number(first)) << LOWER_BITS) + BigInt(Number(second))))
    case 'score':
    case 'float':
      return shortFloat(Number(first))
    case 'date':
    case 'millis':
      return format === undefined ? first : dateFormat(format).format(Number(first), UTC)
    case 'nanos':
      return format === undefined
        ? numberOfDigits(`${Number(first)}000`)
        : nanosWriter(format)(Number(first) / MICROS_PER_MS)
    case 'keyword':
    case 'whole':
    case 'double':
    case 'doc':
      return first
    default:
      return kind satisfies never
  }
}

/** What a record without value has in its `sort`: the number that stands for it in Elasticsearch. */
function missingAnswer({ kind, format, missingIsLow }: SortValueOptions): unknown {
  switch (kind) {
    case 'keyword':
    case 'ip':
      return null
    case 'double':
    case 'float':
      return missingIsLow ? '-Infinity' : 'Infinity'
    case 'nanos':
      if (format !== undefined) return missingIsLow ? '1970-01-01T00:00:00.000Z' : LAST_NANOS
      return missingIsLow ? 0 : numberOfDigits(String(HIGHEST))
    case 'date':
    case 'millis':
      if (format !== undefined) return missingDate(dateFormat(format), format, missingIsLow)
      return numberOfDigits(String(missingIsLow ? LOWEST : HIGHEST))
    default:
      return numberOfDigits(String(missingIsLow ? LOWEST : HIGHEST))
  }
}

const LAST_NANOS = '2262-04-11T23:47:16.854775807Z'
/** The first and the last moment of 64 bits lie in years that JavaScript's dates do not reach. */
const FIRST_YEAR = { written: '-292275055', near: '5055', rest: '-05-16T16:47:04.192Z' }
const LAST_YEAR = { written: '+292278994', near: '8994', rest: '-08-17T07:12:55.807Z' }

function missingDate(format: DateFormat, name: string, missingIsLow: boolean): string {
  const { written: year, near, rest } = missingIsLow ? FIRST_YEAR : LAST_YEAR
  if (name.startsWith('epoch_millis')) return String(missingIsLow ? LOWEST : HIGHEST)
  return format.format(Date.parse(near + rest), UTC).replace(near, year)
}

/** Tells whether a value of `search_after` is the one that stands for a missing value. */
function isMissing(value: unknown, options: SortValueOptions): boolean {
  const { kind, missingIsLow, format } = options
  switch (kind) {
    case 'keyword':
    case 'ip':
    case 'score':
    case 'doc':
      return false
    case 'double':
    case 'float':
      return String(value) === (missingIsLow ? '-Infinity' : 'Infinity')
    case 'date':
    case 'millis':
    case 'nanos':
      if (format !== undefined && value === missingAnswer(options)) return true
      return isBound(value, missingIsLow)
    default:
      return isBound(value, missingIsLow)
  }
}

function isBound(value: unknown, missingIsLow: boolean): boolean {
  const isWhole =
    typeof value === 'number' ? Number.isInteger(value) : /^-?\d{19}$/.test(`${value}`)
  if (!isWhole) return false
  // a client's number may have lost the last digits, and lie beyond
  const number = BigInt(value as number | string)
  return missingIsLow ? number <= LOWEST : number >= HIGHEST
}

function bound(
  value: string | number | boolean,
  options: SortValueOptions,
): readonly (SqlValue | null)[] {
  const { kind, field } = options
  switch (kind) {
    case 'keyword':
      return [textValue(String(value))]
    case 'ip':
      return [textValue(address(String(value)))]
    case 'boolean':
      if (value === true || value === 'true') return [longValue(1)]
      if (value === false || value === 'false') return [longValue(0)]
      return [longValue(safe(wholeOf(value, field)))]
    case 'whole':
    case 'doc':
      return [longValue(safe(wholeOf(value, field)))]
    case 'wide': {
      const whole = within64(wholeOf(value, field))
      return [longValue(Number(whole >> LOWER_BITS)), longValue(Number(whole & LOWER_MASK))]
    }
    case 'double':
    case 'float':
    case 'score':
      return [doubleValue(numberFor(value, kind, field))]
    case 'date':
      return [dateValue(millisOf(value, options))]
    case 'millis':
      return [longValue(millisOf(value, options))]
    case 'nanos':
      return [longValue(microsOf(value, options))]
    default:
      return kind satisfies never
  }
}

function unreadable(field: string): SearchFailure {
  return illegalOnShard(`Failed to parse search_after value for field [${field}].`)
}

function wholeOf(value: string | number | boolean, field: string): bigint {
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value))
  const digits = /^([+-]?\d{1,40})(?:\.\d*)?$/.exec(String(value).trim())?.[1]
  if (typeof value === 'boolean' || digits === undefined) throw unreadable(field)
  return BigInt(digits.replace('+', ''))
}

function within64(value: bigint): bigint {
  return value > HIGHEST ? HIGHEST : value < LOWEST ? LOWEST : value
}

function safe(value: bigint): number {
  const number = Number(value)
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number))
}

function numberFor(value: string | number | boolean, kind: SortKind, field: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || Number.isNaN(number)) throw unreadable(field)
  // floats lie in the columns in their own precision
  return kind === 'double' ? number : Math.fround(number)
}

function address(text: string): string {
  const digits = ipDigits(text)
  if (digits !== undefined) return digits
  throw illegalOnShard(`'${text}' is not an IP string literal.`)
}

function millisOf(value: string | number | boolean, options: SortValueOptions): number {
  if (typeof value === 'number') return safe(wholeOf(value, options.field))
  const { format, fieldFormat, nowMs } = options
  if (String(value).startsWith('now')) {
    throw new SearchFailure({
      type: 'parse_exception',
      reason: 'could not read the current timestamp',
      status: 400,
      onShard: true,
    })
  }
  const given = format ?? fieldFormat
  return parseDate(value, { nowMs, ...(given !== undefined && { format: dateFormat(given) }) })
}

/** Digits are nanoseconds when there are enough of them for a moment of our days. */
const NANOSECONDS = /^\d{17,19}$/

function microsOf(value: string | number | boolean, options: SortValueOptions): number {
  const text = String(value)
  // a client's number may have lost the last digits: the nearest microsecond is meant
  if (NANOSECONDS.test(text)) return Number((BigInt(text) + 500n) / 1000n)
  if (typeof value === 'number') return safe(wholeOf(value, options.field) / 1000n)
  const fraction = /[.,]\d{3}(\d{1,3})/.exec(text)?.[1] ?? ''
  return millisOf(value, options) * MICROS_PER_MS + Number(fraction.padEnd(3, '0'))
}

/** Checks that `search_after` is a list of one value for each of the keys. */
export function afterList(given: unknown, keys: number): readonly unknown[] {
  if (!Array.isArray(given)) throw unknownKey(given, 'search_after')
  if (given.length === 0) {
    throw new SearchFailure({
      type: 'illegal_argument_exception',
      reason: 'Values must contains at least one value.',
      status: 400,
    })
  }
  for (const value of given) if (value !== null) checked(value)
  if (keys === 0) throw illegalOnShard('Sort must contain at least one field.')
  if (given.length === keys) return given
  throw illegalOnShard(`search_after has ${given.length} value(s) but sort has ${keys}.`)
}
