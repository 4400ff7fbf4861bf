import { isIP } from 'node:net'
import { dateFormat, parseDate } from '../../store/index.ts'
import { SearchFailure } from '../search-failure.ts'
import type { FieldKind } from './field-lookup.ts'

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const LONG_LIMIT = 2 ** 63

/** A text that is read as a value of a field. */
export interface ReadValue {
  readonly kind: FieldKind
  readonly text: string
  /** Format of dates, when the mapping gives one. */
  readonly dateFormat: string | undefined
}

/** Tells whether a field can take the text as one of its values at all. */
export function valueFits({ kind, text, dateFormat }: ReadValue): boolean {
  switch (kind) {
    case 'text':
    case 'keyword':
      return true
    case 'long':
      return NUMBER.test(text) && Math.abs(Number(text)) <= LONG_LIMIT
    case 'double':
      return NUMBER.test(text) && Number.isFinite(Number(text))
    case 'boolean':
      return text === 'true' || text === 'false' || text === ''
    case 'date':
      return isDate(text, dateFormat)
    case 'ip':
      return isAddress(text)
    case 'other':
      return false
    default:
      return kind satisfies never
  }
}

function isDate(text: string, format: string | undefined): boolean {
  try {
    parseDate(text, { nowMs: 0, ...(format !== undefined && { format: dateFormat(format) }) })
    return true
  } catch (error) {
    if (error instanceof SearchFailure) return false
    throw error
  }
}

/** An address or, in CIDR notation, a block of them. */
function isAddress(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  )
}
