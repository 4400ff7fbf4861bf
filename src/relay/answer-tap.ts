import type { Target } from './routing/target.ts'

/** What is to be known of an answer that may be given again. */
export interface AnswerSummary {
  readonly status: number
  readonly contentType: string
  readonly isStream: boolean
  readonly costNanoUsd: number | undefined
  readonly target: Target
  readonly responseModel: string | undefined
  readonly finishReason: string | undefined
}

/** Keeps a copy of what a caller is sent, for those who ask the same again. */
export interface AnswerTap {
  add(piece: Buffer): void
  /** The call has ended well: the copy is whole. */
  finish(summary: AnswerSummary): void
  /** The call has failed: there is nothing to be repeated. */
  abandon(): void
}
