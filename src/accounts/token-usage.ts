import type { CallRecord } from '../record/index.ts'

/**
 * Tokens of one call in buckets that are priced apart. The input buckets are disjoint;
 * `reasoning_tokens` and `audio_output_tokens` are parts of `output_tokens`.
 */
export type TokenUsage = Pick<
  CallRecord,
  | 'input_tokens'
  | 'cache_read_tokens'
  | 'cache_write_5m_tokens'
  | 'cache_write_1h_tokens'
  | 'audio_input_tokens'
  | 'output_tokens'
  | 'reasoning_tokens'
  | 'audio_output_tokens'
>
