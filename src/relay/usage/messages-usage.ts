import type { TokenUsage } from '../../accounts/index.ts'
import { tokenCount } from './token-count.ts'

interface MessagesUsage {
  readonly input_tokens?: unknown
  readonly output_tokens?: unknown
  readonly cache_read_input_tokens?: unknown
  readonly cache_creation_input_tokens?: unknown
  readonly cache_creation?: {
    readonly ephemeral_5m_input_tokens?: unknown
    readonly ephemeral_1h_input_tokens?: unknown
  } | null
  readonly output_tokens_details?: { readonly thinking_tokens?: unknown } | null
}

/**
 * Reads the `usage` of Anthropic's messages; undefined when it holds no numbers. `input_tokens`
 * excludes what was read from or written to the cache; writes whose lifetime is not told count
 * as five minutes.
 */
export function readMessagesUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const usage = value as MessagesUsage
  const input = tokenCount(usage.input_tokens)
  const output = tokenCount(usage.output_tokens)
  const cacheRead = tokenCount(usage.cache_read_input_tokens) ?? 0
  const written = cacheWrites(usage)
  const reasoning = tokenCount(usage.output_tokens_details?.thinking_tokens) ?? 0
  const cached = cacheRead + written.for5m + written.for1h
  if (input === undefined && output === undefined && cached === 0) return undefined
  return {
    input_tokens: input ?? 0,
    output_tokens: output ?? 0,
    ...(cacheRead > 0 && { cache_read_tokens: cacheRead }),
    ...(written.for5m > 0 && { cache_write_5m_tokens: written.for5m }),
    ...(written.for1h > 0 && { cache_write_1h_tokens: written.for1h }),
    ...(reasoning > 0 && { reasoning_tokens: reasoning }),
  }
}

/** The total is newer than the split: only the last event of a stream brings it up to date. */
function cacheWrites(usage: MessagesUsage): { readonly for5m: number; readonly for1h: number } {
  const for5m = tokenCount(usage.cache_creation?.ephemeral_5m_input_tokens) ?? 0
  const for1h = tokenCount(usage.cache_creation?.ephemeral_1h_input_tokens) ?? 0
  const total = tokenCount(usage.cache_creation_input_tokens)
  if (total === undefined) return { for5m, for1h }
  const long = Math.min(for1h, total)
  return { for5m: total - long, for1h: long }
}

/**
 * Puts together what `message_start` and `message_delta` tell of the usage. The numbers of the
 * latter are cumulative and win; those it leaves out or has as null are the former's.
 */
export function mergeMessagesUsage(start: unknown, delta: unknown): unknown {
  if (typeof delta !== 'object' || delta === null) return start
  if (typeof start !== 'object' || start === null) return delta
  const told = Object.entries(delta).filter(([, value]) => value !== null)
  return { ...start, ...Object.fromEntries(told) }
}
