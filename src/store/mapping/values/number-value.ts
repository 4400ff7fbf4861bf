import { Malformed, type ReadValue, type Scalar } from './value-reader.ts'

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?$/
const WHOLE = /^[+-]?\d{1,30}$/
/** Digits that a number may have when written out; larger exponents are out of every range. */
const LONGEST_EXPONENT = 400

interface WholeRange {
  readonly article: string
  readonly name: string
  /** As Java calls the type. */
  readonly className: string
  readonly low: bigint
  readonly high: bigint
}

const LONG_HIGH = 2n ** 63n - 1n

const RANGES: Readonly<Record<string, WholeRange>> = {
  long: { article: 'a', name: 'long', className: 'Long', low: -(2n ** 63n), high: LONG_HIGH },
  integer: {
    article: 'an',
    name: 'integer',
    className: 'Integer',
    low: -(2n ** 31n),
    high: 2n ** 31n - 1n,
  },
  short: { article: 'a', name: 'short', className: 'Short', low: -32768n, high: 32767n },
  byte: { article: 'a', name: 'byte', className: 'Integer', low: -128n, high: 127n },
  unsigned_long: {
    article: 'an',
    name: 'unsigned_long',
    className: 'Long',
    low: 0n,
    high: LONG_HIGH,
  },
}

function notNumeric(value: boolean): Malformed {
  const token = value ? 'VALUE_TRUE' : 'VALUE_FALSE'
  return new Malformed(
    `Current token (${token}) not numeric, can not use numeric value accessors`,
    'x_content_parse_exception',
  )
}

function notANumber(text: string): Malformed {
  return text.trim() === ''
    ? new Malformed('empty String', 'number_format_exception')
    : new Malformed(`For input string: "${text}"`, 'number_format_exception')
}

/**
 * Reads values of `long`, `integer`, `short`, `byte` and `unsigned_long`. With `coerce` texts are
 * numbers too and fractions are cut off. A value beyond 2^53 is returned as its digits.
 */
export function wholeReader(type: string, coerce: boolean): ReadValue {
  const range = RANGES[type]!
  const low = Math.max(Number(range.low), Number.MIN_SAFE_INTEGER)
  const high = Math.min(Number(range.high), Number.MAX_SAFE_INTEGER)
  return (value, raw) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) {
      return value === 0 ? 0 : value
    }
    if (typeof value === 'boolean') return notNumeric(value)
    if (typeof value === 'string') {
      if (!coerce) return new Malformed(`${range.className} value passed as String`)
      if (value === '') return undefined
    }
    return exactWhole(raw ?? String(value), range, coerce)
  }
}

function exactWhole(text: string, range: WholeRange, coerce: boolean): Scalar | Malformed {
  const trimmed = range.name === 'long' || range.name === 'unsigned_long' ? text : text.trim()
  const digits = WHOLE.test(trimmed) ? BigInt(trimmed.replace(/^\+/, '')) : cutFraction(trimmed)
  if (digits === undefined) return notANumber(text)
  if (!coerce && !WHOLE.test(trimmed) && hasFraction(trimmed)) {
    return new Malformed(`${text} cannot be converted to ${range.className} without data loss`)
  }
  if (digits === 'huge' || digits < range.low || digits > range.high) return outOfRange(text, range)
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : String(digits)
}

function outOfRange(text: string, { article, name, high }: WholeRange): Malformed {
  return name === 'unsigned_long' && !text.startsWith('-')
    ? new Malformed(`Value [${text}]: [unsigned_long] beyond [${high}] is not supported`)
    : new Malformed(`Value [${text}] is out of range for ${article} ${name}`)
}

function hasFraction(text: string): boolean {
  const number = Number(text)
  return !Number.isInteger(number)
}

/** The whole part of a decimal such as `1.5e2`, exactly. */
function cutFraction(text: string): bigint | 'huge' | undefined {
  if (!DECIMAL.test(text)) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const shift = Number(exponent)
  if (shift > LONGEST_EXPONENT) return /[1-9]/.test(whole + fraction) ? 'huge' : 0n
  const digits = whole + fraction
  const places = whole.length + shift
  if (places <= 0) return 0n
  const kept = BigInt(digits.padEnd(places, '0').slice(0, places) || '0')
  return sign === '-' ? -kept : kept
}

const CLASS_NAMES: Readonly<Record<string, string>> = {
  double: 'Double',
  float: 'Float',
  half_float: 'Float',
  scaled_float: 'Double',
}

/** Reads values of the types with fractions; they get the precision that the type has. */
export function fractionReader(
  type: string,
  coerce: boolean,
  scalingFactor: number | undefined,
): ReadValue {
  const rounded = rounding(type, scalingFactor)
  return (value, raw) => {
    if (typeof value === 'boolean') return notNumeric(value)
    let number: number
    if (typeof value === 'number') number = value
    else {
      if (!coerce) return new Malformed(`${CLASS_NAMES[type]} value passed as String`)
      if (value === '') return undefined
      const parsed = decimal(value)
      if (parsed === undefined) return notANumber(value)
      number = parsed
    }
    const kept = rounded(number)
    if (Number.isFinite(kept)) return kept === 0 ? 0 : kept
    const shown =
      type === 'half_float' ? (raw ?? String(value)) : kept > 0 ? 'Infinity' : '-Infinity'
    return new Malformed(
      `[${type}] supports only finite values, but got [${Number.isNaN(kept) ? 'NaN' : shown}]`,
    )
  }
}

function decimal(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^[+-]?(?:NaN|Infinity)$/.test(trimmed)) return Number(trimmed)
  const digits = trimmed.replace(/[dDfF]$/, '')
  return DECIMAL.test(digits) ? Number(digits) : undefined
}

function rounding(type: string, scalingFactor = 1): (value: number) => number {
  if (type === 'float') return Math.fround
  if (type === 'half_float') return halfPrecision
  if (type === 'scaled_float') {
    return (value) => Math.round(value * scalingFactor) / scalingFactor
  }
  return (value) => value
}

const HALF_HIGHEST = 65_504
const HALF_SMALLEST_EXPONENT = -14

/** Rounds to the nearest number with eleven significant bits, ties to the even one. */
function halfPrecision(value: number): number {
  const single = Math.fround(value)
  if (single === 0 || !Number.isFinite(single)) return single
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(single))), HALF_SMALLEST_EXPONENT)
  const step = 2 ** (exponent - 10)
  const kept = roundedToEven(single / step) * step
  return Math.abs(kept) > HALF_HIGHEST ? Math.sign(kept) * Infinity : kept
}

function roundedToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
