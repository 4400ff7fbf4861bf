import type { TokenUsage } from '../../accounts/index.ts'
import { disjointUsage } from './disjoint-usage.ts'
import { tokenCount } from './token-count.ts'

interface InputDetails {
  readonly cached_tokens?: unknown
  readonly cache_write_tokens?: unknown
  readonly audio_tokens?: unknown
}

interface ResponsesUsage {
  readonly input_tokens?: unknown
  readonly output_tokens?: unknown
  readonly input_tokens_details?: InputDetails | null
  /** The name that transcriptions have for it. */
  readonly input_token_details?: InputDetails | null
  readonly output_tokens_details?: {
    readonly reasoning_tokens?: unknown
    readonly audio_tokens?: unknown
  } | null
}

/**
 * Reads the `usage` of OpenAI's responses, images, speech and transcriptions; undefined when it
 * holds no numbers, as where audio is billed by its duration. `input_tokens` includes cached and
 * audio tokens.
 */
export function readResponsesUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const usage = value as ResponsesUsage
  const prompt = tokenCount(usage.input_tokens)
  const output = tokenCount(usage.output_tokens)
  if (prompt === undefined && output === undefined) return undefined
  const details = usage.input_tokens_details ?? usage.input_token_details
  return disjointUsage({
    prompt: prompt ?? 0,
    cacheRead: tokenCount(details?.cached_tokens) ?? 0,
    cacheWrite: tokenCount(details?.cache_write_tokens) ?? 0,
    audioInput: tokenCount(details?.audio_tokens) ?? 0,
    output: output ?? 0,
    reasoning: tokenCount(usage.output_tokens_details?.reasoning_tokens) ?? 0,
    audioOutput: tokenCount(usage.output_tokens_details?.audio_tokens) ?? 0,
  })
}
