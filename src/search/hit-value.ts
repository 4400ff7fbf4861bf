import { type DateFormat, DEFAULT_DATE_FORMAT, dateFormat, ipText, UTC } from '../store/index.ts'

type Kept = string | number | boolean

/** How the values of a field are written in a hit. */
export type ValueWriter = (kept: Kept) => unknown

/** Node has it since version 21; its types do not. */
const RAW = JSON as unknown as { rawJSON(text: string): unknown }

/** Digits as a number of the answer, which JavaScript's numbers may be too short for. */
export function numberOfDigits(digits: string): unknown {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : RAW.rawJSON(digits)
}

/** Tells whether the values of a type are dates, which have formats. */
export function isDateType(type: string): boolean {
  return type === 'date' || type === 'date_nanos'
}

/** Writes what a field keeps as a hit gives it back; `format` is one of dates. */
export function valueWriter(type: string, format: string | undefined): ValueWriter {
  switch (type) {
    case 'date':
      return dateWriter(format === undefined ? DEFAULT_DATE_FORMAT : dateFormat(format))
    case 'date_nanos':
      return nanosWriter(format)
    case 'ip':
      return (kept) => ipText(String(kept))
    case 'long':
    case 'unsigned_long':
      return (kept) => (typeof kept === 'string' ? numberOfDigits(kept) : kept)
    case 'float':
    case 'half_float':
      return (kept) => (typeof kept === 'number' ? shortFloat(kept) : kept)
    default:
      return (kept) => kept
  }
}

function dateWriter(format: DateFormat): ValueWriter {
  return (kept) => format.format(Number(kept), UTC)
}

/** Formats that give all digits of a second which are kept. */
const FINE = /^(?:strict_)?date_optional_time_nanos(?:\|\||$)/

/** Dates finer than milliseconds; `format` as the mapping or the request has it. */
export function nanosWriter(format: string | undefined): ValueWriter {
  if (format === undefined || FINE.test(format)) {
    return (kept) => {
      const micros = Math.round(Number(kept) * 1000)
      const text = new Date(Math.floor(micros / 1000)).toISOString()
      const rest = micros - Math.floor(micros / 1000) * 1000
      return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
    }
  }
  const plain = dateFormat(format)
  return (kept) => plain.format(Math.floor(Number(kept)), UTC)
}

const MOST_DIGITS = 9

/** The shortest decimal that is this number in single precision, as Elasticsearch writes floats. */
export function shortFloat(value: number): number {
  const single = Math.fround(value)
  for (let digits = 6; digits < MOST_DIGITS; digits++) {
    const short = Number(single.toPrecision(digits))
    if (Math.fround(short) === single) return short
  }
  return Number(single.toPrecision(MOST_DIGITS))
}
