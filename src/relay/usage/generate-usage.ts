import type { TokenUsage } from '../../accounts/index.ts'
import { disjointUsage } from './disjoint-usage.ts'
import { tokenCount } from './token-count.ts'

interface UsageMetadata {
  readonly promptTokenCount?: unknown
  readonly toolUsePromptTokenCount?: unknown
  readonly cachedContentTokenCount?: unknown
  readonly candidatesTokenCount?: unknown
  readonly thoughtsTokenCount?: unknown
  readonly promptTokensDetails?: unknown
  readonly toolUsePromptTokensDetails?: unknown
  readonly cacheTokensDetails?: unknown
  readonly candidatesTokensDetails?: unknown
}

/**
 * Reads Gemini's `usageMetadata`; undefined when it holds no numbers. `promptTokenCount` includes
 * cached tokens, `candidatesTokenCount` excludes the thoughts, and what tools have added to the
 * prompt is counted apart.
 */
export function readGenerateUsage(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const usage = value as UsageMetadata
  const prompt = tokenCount(usage.promptTokenCount)
  const candidates = tokenCount(usage.candidatesTokenCount)
  const thoughts = tokenCount(usage.thoughtsTokenCount)
  if (prompt === undefined && candidates === undefined && thoughts === undefined) return undefined
  const heard = audioTokens(usage.promptTokensDetails)
  const heardByTools = audioTokens(usage.toolUsePromptTokensDetails)
  const heardBefore = audioTokens(usage.cacheTokensDetails)
  return disjointUsage({
    prompt: (prompt ?? 0) + (tokenCount(usage.toolUsePromptTokenCount) ?? 0),
    cacheRead: tokenCount(usage.cachedContentTokenCount) ?? 0,
    cacheWrite: 0,
    audioInput: Math.max(0, heard - heardBefore) + heardByTools,
    output: (candidates ?? 0) + (thoughts ?? 0),
    reasoning: thoughts ?? 0,
    audioOutput: audioTokens(usage.candidatesTokensDetails),
  })
}

function audioTokens(details: unknown): number {
  if (!Array.isArray(details)) return 0
  let tokens = 0
  for (const detail of details as unknown[]) {
    const { modality, tokenCount: counted } = (detail ?? {}) as {
      readonly modality?: unknown
      readonly tokenCount?: unknown
    }
    if (modality === 'AUDIO') tokens += tokenCount(counted) ?? 0
  }
  return tokens
}
