import { dateFormat } from '../../dates/date-format.ts'
import { UTC } from '../../dates/time-zone.ts'
import { Malformed, type ReadValue } from './value-reader.ts'

/** Digits of a second's fraction beyond the milliseconds. */
const MICROSECONDS = /(?::\d{2}[.,]\d{3}|^-?\d+\.)(\d{1,6})/

/**
 * Reads values of `date` as whole milliseconds, of `date_nanos` with a fraction down to
 * microseconds: finer digits stay in the document but are not searched.
 */
export function dateReader(type: string, formatText: string): ReadValue {
  const format = dateFormat(formatText)
  const isFine = type === 'date_nanos'
  return (value, raw) => {
    const text = raw ?? String(value)
    const ms = format.parse(text, UTC, false)
    if (ms === undefined || Number.isNaN(ms)) return unreadable(text, formatText)
    if (!isFine) return ms
    if (ms < 0) {
      const day = new Date(ms).toISOString()
      return new Malformed(
        `date[${day}] is before the epoch in 1970 and cannot be stored in nanosecond resolution`,
      )
    }
    return ms + fractionOf(text)
  }
}

function unreadable(text: string, formatText: string): Malformed {
  if (text === '') return new Malformed('cannot parse empty date')
  return new Malformed(`failed to parse date field [${text}] with format [${formatText}]`)
}

function fractionOf(text: string): number {
  const digits = MICROSECONDS.exec(text)?.[1]
  return digits === undefined ? 0 : Number(digits.padEnd(3, '0').slice(0, 3)) / 1000
}
