import type { TokenUsage } from '../../accounts/index.ts'

/** What a provider's wire protocol needs to be told apart; sending and recording is the relay's. */
export interface Provider {
  readonly kind: string
  /** Path of chat completions behind the provider's base URL. */
  readonly chatPath: string
  /** Names and values in turn of the headers that carry the credential. */
  credentialHeaders(apiKey: string | undefined): readonly string[]
  /** Reads a usage object into disjoint buckets; undefined when it holds no numbers. */
  readUsage(usage: unknown): TokenUsage | undefined
  /** Region that the provider names in its answer headers (names in lower case). */
  readRegion(headers: AnswerHeaders): string | undefined
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>
