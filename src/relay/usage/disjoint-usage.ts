import type { TokenUsage } from '../../accounts/index.ts'

/** What a provider counted, where its prompt includes whatever was cached or heard. */
export interface InclusiveUsage {
  readonly prompt: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly audioInput: number
  readonly output: number
  readonly reasoning: number
  readonly audioOutput: number
}

/**
 * Cuts a prompt into disjoint buckets and leaves out those that are 0. Cached audio counts as
 * cached: nothing is charged twice.
 */
export function disjointUsage(given: InclusiveUsage): TokenUsage {
  const { cacheRead, cacheWrite, reasoning } = given
  const uncached = Math.max(0, given.prompt - cacheRead - cacheWrite)
  const audioInput = Math.min(given.audioInput, uncached)
  const audioOutput = Math.min(given.audioOutput, given.output)
  return {
    input_tokens: uncached - audioInput,
    output_tokens: given.output,
    ...(cacheRead > 0 && { cache_read_tokens: cacheRead }),
    ...(cacheWrite > 0 && { cache_write_5m_tokens: cacheWrite }),
    ...(audioInput > 0 && { audio_input_tokens: audioInput }),
    ...(reasoning > 0 && { reasoning_tokens: reasoning }),
    ...(audioOutput > 0 && { audio_output_tokens: audioOutput }),
  }
}
