import type { TokenUsage } from '../../../accounts/index.ts'
import type { JsonObject } from '../../json-object.ts'

/**
 * Writes disjoint token counts as a `usageMetadata`: the prompt includes what was cached or heard,
 * the candidates exclude the thoughts. Writing to a cache has no count there.
 */
export function writeUsageMetadata(usage: TokenUsage): JsonObject {
  const cached = usage.cache_read_tokens ?? 0
  const heard = usage.audio_input_tokens ?? 0
  const written = (usage.cache_write_5m_tokens ?? 0) + (usage.cache_write_1h_tokens ?? 0)
  const prompt = (usage.input_tokens ?? 0) + cached + written + heard
  const output = usage.output_tokens ?? 0
  const thoughts = Math.min(usage.reasoning_tokens ?? 0, output)
  const spoken = Math.min(usage.audio_output_tokens ?? 0, output - thoughts)
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: output - thoughts,
    totalTokenCount: prompt + output,
    ...(cached > 0 && { cachedContentTokenCount: cached }),
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
    ...(heard > 0 && { promptTokensDetails: details(prompt - heard, heard) }),
    ...(spoken > 0 && { candidatesTokensDetails: details(output - thoughts - spoken, spoken) }),
  }
}

function details(text: number, audio: number): readonly JsonObject[] {
  const spoken = { modality: 'AUDIO', tokenCount: audio }
  return text > 0 ? [{ modality: 'TEXT', tokenCount: text }, spoken] : [spoken]
}
