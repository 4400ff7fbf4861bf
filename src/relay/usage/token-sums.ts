import type { TokenUsage } from '../../accounts/index.ts'

/** All prompt tokens of a call, those of the caches included. */
export function promptTokens(usage: TokenUsage): number {
  return (
    (usage.input_tokens ?? 0) +
    (usage.cache_read_tokens ?? 0) +
    (usage.cache_write_5m_tokens ?? 0) +
    (usage.cache_write_1h_tokens ?? 0) +
    (usage.audio_input_tokens ?? 0)
  )
}

/** All tokens of a call, prompt and answer: what limits count. */
export function promptAndAnswerTokens(usage: TokenUsage): number {
  return promptTokens(usage) + (usage.output_tokens ?? 0)
}
