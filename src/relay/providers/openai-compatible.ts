import type { TokenUsage } from '../../accounts/index.ts'
import type { Provider } from './provider.ts'

/** OpenAI's own API and everything that speaks its chat protocol. */
export const openaiCompatible: Provider = {
  kind: 'openai-compatible',
  chatPath: '/chat/completions',
  credentialHeaders: (apiKey) =>
    apiKey === undefined ? [] : ['authorization', `Bearer ${apiKey}`],
  readUsage,
  readRegion(headers) {
    const region = headers['x-ms-region']
    return typeof region === 'string' && region !== '' ? region : undefined
  },
}

interface OpenAiUsage {
  readonly prompt_tokens?: unknown
  readonly completion_tokens?: unknown
  readonly total_tokens?: unknown
  readonly prompt_cache_hit_tokens?: unknown
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
 * `prompt_tokens` includes cached and audio tokens, so both are taken out of `input_tokens`.
 * DeepSeek names its cache hits differently, OpenRouter adds cache writes, and some leave
 * reasoning out of `completion_tokens` while counting it in `total_tokens`.
 */
function readUsage(usage: unknown): TokenUsage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined
  const given = usage as OpenAiUsage
  const prompt = tokens(given.prompt_tokens)
  const completion = tokens(given.completion_tokens)
  if (prompt === undefined && completion === undefined) return undefined
  const input = given.prompt_tokens_details
  const output = given.completion_tokens_details
  const cacheRead = tokens(input?.cached_tokens) ?? tokens(given.prompt_cache_hit_tokens) ?? 0
  const cacheWrite = tokens(input?.cache_write_tokens) ?? 0
  const audioInput = tokens(input?.audio_tokens) ?? 0
  const audioOutput = tokens(output?.audio_tokens) ?? 0
  const reasoning = tokens(output?.reasoning_tokens) ?? 0
  const uncounted = (tokens(given.total_tokens) ?? 0) - (prompt ?? 0) - (completion ?? 0)
  return {
    input_tokens: Math.max(0, (prompt ?? 0) - cacheRead - cacheWrite - audioInput),
    output_tokens: (completion ?? 0) + (reasoning > 0 && uncounted === reasoning ? reasoning : 0),
    ...(cacheRead > 0 && { cache_read_tokens: cacheRead }),
    ...(cacheWrite > 0 && { cache_write_5m_tokens: cacheWrite }),
    ...(audioInput > 0 && { audio_input_tokens: audioInput }),
    ...(reasoning > 0 && { reasoning_tokens: reasoning }),
    ...(audioOutput > 0 && { audio_output_tokens: audioOutput }),
  }
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? Math.round(value)
    : undefined
}
