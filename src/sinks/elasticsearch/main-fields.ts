import { createHash } from 'node:crypto'
import { FIELD_NAMES, FIELDS, isColumn } from '../../record/index.ts'
import { isObject, type JsonObject } from './json-object.ts'

/** Fields by which copies of a record are compared: all but long texts and bodies. */
export const MAIN_FIELDS: readonly string[] = FIELD_NAMES.filter((name) => isColumn(FIELDS[name]))

const HASH_BYTES = 6

/** Sums of hashes are taken modulo this, so that they stay exact numbers. */
export const HASH_RANGE = 2 ** (8 * HASH_BYTES)

/**
 * A number of 48 bits that two documents share when their id and main fields are the same,
 * whatever the order of the fields and the form of the time.
 */
export function documentHash(id: string, source: JsonObject): number {
  const fields = MAIN_FIELDS.map((name) =>
    name === '@timestamp' ? timeOf(source[name]) : (source[name] ?? null),
  )
  const text = JSON.stringify([id, ...fields.map(sorted)])
  return createHash('sha256').update(text).digest().readUIntBE(0, HASH_BYTES)
}

/** The time of a document in milliseconds, or as it stands there. */
function timeOf(value: unknown): unknown {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? (value ?? null) : ms
}

/** Equal objects become equal JSON. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([name, item]) => [name, sorted(item)])
}
