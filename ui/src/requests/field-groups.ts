import type { CallSource } from '../api/elastic.ts'
import { readAttempts } from './attempts.ts'

/** The drawer's sections, each with the record's fields in reading order. */
const GROUPS = {
  error: ['error_type', 'error_message', 'error_pattern'],
  what: [
    '@timestamp',
    'request_id',
    'type',
    'endpoint',
    'protocol',
    'stream',
    'model',
    'provider',
    'target',
    'response_model',
    'upstream_region',
    'status_code',
    'outcome',
    'finish_reason',
    'attempt_count',
    'attempts',
    'fallback',
    'cache',
    'dropped_parameters',
    'prompt_hash',
    'body_status',
  ],
  who: [
    'key_name',
    'key_id',
    'team',
    'user_id',
    'app',
    'release',
    'sdk',
    'relay_host',
    'trace_id',
    'span_id',
    'labels',
  ],
  timing: [
    'latency_ms',
    'overhead_ms',
    'connect_ms',
    'first_byte_ms',
    'stream_ms',
    'latency_bucket',
    'request_bytes',
    'response_bytes',
  ],
  cost: [
    'cost_usd',
    'cost_saved_usd',
    'cost_status',
    'price_version',
    'tokens_used',
    'prompt_tokens',
    'completion_tokens',
    'input_tokens',
    'cache_read_tokens',
    'cache_write_5m_tokens',
    'cache_write_1h_tokens',
    'output_tokens',
    'reasoning_tokens',
    'audio_input_tokens',
    'audio_output_tokens',
    'usage_estimated',
  ],
} as const

type GroupName = keyof typeof GROUPS | 'other'

export interface FieldGroup {
  readonly name: GroupName
  readonly fields: readonly (readonly [name: string, value: unknown])[]
}

/** Shown as the conversation instead. */
const BODIES = new Set(['prompt', 'response', 'request_body', 'response_body'])

/** Sorts a record's fields into groups; absent fields and empty groups are left out. */
export function groupFields(record: CallSource): FieldGroup[] {
  const drawn = readAttempts(record).length > 0
  const grouped = new Set<string>(Object.values(GROUPS).flat())
  const other = Object.keys(record).filter((name) => !grouped.has(name) && !BODIES.has(name))
  const groups = [
    ...Object.entries(GROUPS).map(([name, fields]) => ({ name: name as GroupName, fields })),
    { name: 'other' as const, fields: other },
  ]
  return groups
    .map(({ name, fields }) => ({
      name,
      fields: fields
        .map((field) => [field, record[field]] as const)
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .filter(([field]) => field !== 'attempts' || !drawn),
    }))
    .filter(({ fields }) => fields.length > 0)
}
