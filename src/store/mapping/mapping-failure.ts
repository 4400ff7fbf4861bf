import { SearchFailure } from '../search-failure.ts'
import { isRawNumber } from './raw-number.ts'

/** What is wrong with a mapping, as Elasticsearch tells it while it reads one. */
export function mappingFailure(reason: string, causeType = 'mapper_parsing_exception') {
  return new SearchFailure({
    type: 'mapper_parsing_exception',
    reason: `Failed to parse mapping: ${reason}`,
    status: 400,
    causedBy: { type: causeType, reason },
  })
}

/** A parameter that Elasticsearch has, with a value that would change answers here. */
export function unsupportedParameter(name: string, field: string, type: string): SearchFailure {
  return mappingFailure(
    `parameter [${name}] on mapper [${field}] of type [${type}] is not supported`,
  )
}

type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads a switch, which clients also send as text. */
export function readBoolean(value: unknown): boolean {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  throw mappingFailure(
    `Failed to parse value [${text}] as only [true] or [false] are allowed.`,
    'illegal_argument_exception',
  )
}

/** Writes a value as Java prints maps and lists: `{a=1, b=[x]}`; long ones are cut. */
export function javaText(value: unknown): string {
  return printed(value, 0)
}

const PRINTED_DEPTH = 20

function printed(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (isRawNumber(value)) return value.rawJSON
  if (depth > PRINTED_DEPTH) return '…'
  if (Array.isArray(value)) return `[${value.map((item) => printed(item, depth + 1)).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${key}=${printed(item, depth + 1)}`)
  return `{${entries.join(', ')}}`
}
