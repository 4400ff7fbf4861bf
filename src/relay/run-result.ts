import type { WholeFacts } from './answers/answer-format.ts'
import type { ProviderError } from './provider-error.ts'
import type { Failure } from './routing/failure.ts'

/** Why an attempt gave no answer. */
export type RunFailure =
  | {
      readonly kind: 'refused'
      readonly error: ProviderError
      /** How long the provider wants to be left alone. */
      readonly retryAfterMs: number | undefined
    }
  | { readonly kind: 'broken'; readonly failure: Failure; readonly said?: Buffer }

/** A whole answer, as the caller gets it. */
export interface RunAnswer {
  readonly body: Buffer
  readonly contentType: string
  readonly facts: WholeFacts
}

/** How an attempt ended, for the record's `attempts`. */
export type RunDecision =
  | 'answered'
  | 'retried'
  | 'fell_back'
  | 'gave_up'
  | 'final'
  | 'broke_off'
  | 'hedge_lost'
  | 'caller_left'
