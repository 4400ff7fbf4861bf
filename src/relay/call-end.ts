import type { TokenUsage } from '../accounts/index.ts'
import type { Outcome } from '../record/index.ts'

/** Moments of a call on the monotonic clock; those that never came are undefined. */
export interface CallTimes {
  readonly admittedMs: number
  bodyReadMs: number | undefined
  dispatchedMs: number | undefined
  connectedMs: number | undefined
  firstByteMs: number | undefined
}

/** What is known of the provider's answer when a call closes. */
export interface AnswerFacts {
  readonly usage: TokenUsage | undefined
  readonly usageEstimated: boolean
  readonly finishReason: string | undefined
  readonly responseModel: string | undefined
}

export interface CallEnd {
  readonly outcome: Outcome
  readonly status: number
  readonly errorType?: string
  /** Without secrets. */
  readonly errorMessage?: string
  readonly attempts: number
  readonly facts?: AnswerFacts
  readonly region?: string | undefined
  readonly requestBytes: number
  readonly responseBytes: number
  readonly bodies: StoredBodies
}

export interface StoredBodies {
  readonly status: 'full' | 'truncated' | 'off'
  readonly request?: Uint8Array
  readonly response?: Uint8Array
}

/** Time from one moment to another, undefined when either never came. */
export function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from
}
