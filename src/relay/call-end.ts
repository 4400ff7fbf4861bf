import type { TokenUsage } from '../accounts/index.ts'
import type { Outcome } from '../record/index.ts'
import type { Target } from './routing/target.ts'

/** Moments of a call on the monotonic clock; those that never came are undefined. */
export interface CallTimes {
  readonly admittedMs: number
  bodyReadMs: number | undefined
  /** When the first provider was called. */
  dispatchedMs: number | undefined
}

/** Moments of one attempt at a provider, on the same clock. */
export interface AttemptTimes {
  dispatchedMs: number
  connectedMs: number | undefined
  firstByteMs: number | undefined
  endedMs: number | undefined
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
  readonly errorType?: string | undefined
  /** Without secrets. */
  readonly errorMessage?: string | undefined
  readonly facts?: AnswerFacts | undefined
  /** What an answer out of the cache would have cost, nano-USD. */
  readonly savedNanoUsd?: number | undefined
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

/** What became of the response cache in a call. */
export type CacheState = 'off' | 'miss' | 'hit' | 'idempotent'

/** The last attempt at a provider, and what is to be said of all of them. */
export interface LastAttempt {
  readonly target: Target | undefined
  readonly times: AttemptTimes | undefined
  readonly count: number
  /** Whether another target than the first was called last. */
  readonly fallback: boolean
  /** Further members of the record, with leading commas. */
  readonly fields: string
}

/** For calls that no provider was called for. */
export const NO_ATTEMPT: LastAttempt = {
  target: undefined,
  times: undefined,
  count: 0,
  fallback: false,
  fields: '',
}

/** Time from one moment to another, undefined when either never came. */
export function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from
}
