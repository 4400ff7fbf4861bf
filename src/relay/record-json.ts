import type { FieldName } from '../record/index.ts'

/** Members of the record, and those of its `attempts`. */
type MemberName = FieldName | 'start_ms' | 'wait_ms' | 'dns_ms' | 'tls_ms' | 'status' | 'decision'

/** Characters that cannot stand in a JSON string as they are; lone surrogates are among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/

/**
 * Returns `,"name":"value"`. Records are built by hand because `JSON.stringify` of one costs
 * three times as much, on the way of every call.
 */
export function textField(name: MemberName, value: string | undefined): string {
  if (value === undefined) return ''
  return NEEDS_ESCAPE.test(value) ? `,"${name}":${JSON.stringify(value)}` : `,"${name}":"${value}"`
}

/** Returns `,"name":value` for whole numbers. */
export function countField(name: MemberName, value: number | undefined): string {
  return value === undefined ? '' : `,"${name}":${value}`
}

/** Returns `,"name":value` for milliseconds, rounded to microseconds. */
export function millisecondsField(name: MemberName, ms: number | undefined): string {
  return ms === undefined ? '' : `,"${name}":${Math.round(ms * 1000) / 1000}`
}

const NANOS = 1_000_000_000

/** Writes whole nano-USD as a decimal number of USD without going through a float. */
export function usdFromNanos(nanoUsd: number): string {
  const dollars = Math.floor(nanoUsd / NANOS)
  const rest = nanoUsd - dollars * NANOS
  if (rest === 0) return String(dollars)
  return `${dollars}.${String(rest).padStart(9, '0').replace(/0+$/, '')}`
}
