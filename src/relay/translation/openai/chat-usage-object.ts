import type { TokenUsage } from '../../../accounts/index.ts'

/** Writes `usage` as this protocol counts: the prompt includes what was cached or heard. */
export function chatUsageObject(usage: TokenUsage): object {
  const cacheRead = usage.cache_read_tokens ?? 0
  const cacheWrite = (usage.cache_write_5m_tokens ?? 0) + (usage.cache_write_1h_tokens ?? 0)
  const audioInput = usage.audio_input_tokens ?? 0
  const prompt = (usage.input_tokens ?? 0) + cacheRead + cacheWrite + audioInput
  const completion = usage.output_tokens ?? 0
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: cacheRead,
      audio_tokens: audioInput,
      ...(cacheWrite > 0 && { cache_write_tokens: cacheWrite }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning_tokens ?? 0,
      audio_tokens: usage.audio_output_tokens ?? 0,
    },
  }
}
