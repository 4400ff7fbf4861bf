import type { FieldType } from './fields.ts'

/**
 * The fields of each of a record's `attempts`, by which calls can be found; whatever else an
 * attempt has is kept and returned.
 */
export const ATTEMPT_FIELDS = {
  target: 'keyword',
  start_ms: 'double',
  wait_ms: 'double',
  dns_ms: 'double',
  connect_ms: 'double',
  tls_ms: 'double',
  first_byte_ms: 'double',
  stream_ms: 'double',
  status: 'long',
  error_type: 'keyword',
  decision: 'keyword',
} as const satisfies Readonly<Record<string, Extract<FieldType, 'keyword' | 'double' | 'long'>>>

/** Name of a field of an attempt. */
export type AttemptField = keyof typeof ATTEMPT_FIELDS
