import type { TokenUsage } from '../../accounts/index.ts'
import { disjointUsage } from './disjoint-usage.ts'
import { tokenCount } from './token-count.ts'

interface ChatUsage {
  readonly prompt_tokens?: unknown
  readonly completion_tokens?: unknown
  readonly total_tokens?: unknown
  readonly prompt_cache_hit_tokens?: unknown
  readonly prompt_cache_miss_tokens?: unknown
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: unknown
    readonly cache_write_tokens?: unknown
    readonly audio_tokens?: unknown
  } | null
  readonly completion_tokens_details?: {
    readonly reasoning_tokens?: unknown
    readonly audio_tokens?: unknown
  } | null
}

/**
 * Reads the `usage` of chat completions, legacy completions, embeddings and of whoever else
 * counts in `prompt_tokens`; undefined when it holds no numbers. `prompt_tokens` includes cached
 * and audio tokens. DeepSeek names its cache hits differently, OpenRouter adds cache writes, and
 * some leave reasoning out of `completion_tokens` while counting it in `total_tokens`.
 */
export function readChatUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const usage = value as ChatUsage
  const prompt = tokenCount(usage.prompt_tokens) ?? hitsAndMisses(usage)
  const completion = tokenCount(usage.completion_tokens)
  if (prompt === undefined && completion === undefined) return undefined
  const input = usage.prompt_tokens_details
  const output = usage.completion_tokens_details
  const reasoning = tokenCount(output?.reasoning_tokens) ?? 0
  const uncounted = (tokenCount(usage.total_tokens) ?? 0) - (prompt ?? 0) - (completion ?? 0)
  return disjointUsage({
    prompt: prompt ?? 0,
    cacheRead: tokenCount(input?.cached_tokens) ?? tokenCount(usage.prompt_cache_hit_tokens) ?? 0,
    cacheWrite: tokenCount(input?.cache_write_tokens) ?? 0,
    audioInput: tokenCount(input?.audio_tokens) ?? 0,
    output: (completion ?? 0) + (uncounted === reasoning ? reasoning : 0),
    reasoning,
    audioOutput: tokenCount(output?.audio_tokens) ?? 0,
  })
}

function hitsAndMisses(usage: ChatUsage): number | undefined {
  const hits = tokenCount(usage.prompt_cache_hit_tokens)
  const misses = tokenCount(usage.prompt_cache_miss_tokens)
  return hits === undefined && misses === undefined ? undefined : (hits ?? 0) + (misses ?? 0)
}
