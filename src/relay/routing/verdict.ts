import type { FailureKind } from './failure.ts'

/**
 * `retry`: the same may succeed if sent again. `fallback`: not at this target, another may.
 * `final`: sent again, it would come to the same.
 */
export type Decision = 'retry' | 'fallback' | 'final'

/** What follows from an attempt that did not bring the answer. */
export interface Verdict {
  readonly decision: Decision
  /** Which outcome of the attempt the target's breaker is to be told. */
  readonly breaker: 'succeeded' | 'failed' | 'cancelled'
  /** Whether it counts as an error of the provider; a caller's own mistake does not. */
  readonly countsAsError: boolean
}

/** What a provider's error says of itself beside its status. */
export interface ErrorHints {
  /** The error's own `code` or `type`. */
  readonly code?: string | undefined
  /** The header `x-should-retry`, by which OpenAI and Anthropic overrule the status. */
  readonly shouldRetry?: string | undefined
}

const BROKEN: Verdict = { decision: 'retry', breaker: 'failed', countsAsError: true }
const BUSY: Verdict = { decision: 'retry', breaker: 'cancelled', countsAsError: true }
/** Our credential or the account behind it is at fault, which the target's answer shows. */
const NOT_SERVED: Verdict = { decision: 'fallback', breaker: 'succeeded', countsAsError: true }
const NOT_KNOWN: Verdict = { decision: 'fallback', breaker: 'succeeded', countsAsError: false }
const CALLERS_MISTAKE: Verdict = { decision: 'final', breaker: 'succeeded', countsAsError: false }
const OWN_FAILURE: Verdict = { decision: 'final', breaker: 'cancelled', countsAsError: false }
/** Broken, and there is nothing to be sent again: output or all the time there was is gone. */
const FINAL_FAILURE: Verdict = { decision: 'final', breaker: 'failed', countsAsError: true }
/** The target answers and keeps to every other deadline: it is at work, not broken. */
const AT_WORK: Verdict = { decision: 'final', breaker: 'succeeded', countsAsError: true }

const BY_STATUS: Readonly<Record<number, Verdict>> = {
  401: NOT_SERVED,
  402: NOT_SERVED,
  403: NOT_SERVED,
  404: NOT_KNOWN,
  408: BUSY,
  409: BUSY,
  429: BUSY,
  501: { decision: 'retry', breaker: 'succeeded', countsAsError: true },
}

/** An account without credit, which OpenAI reports with a 429 or 400 like everything else. */
const ACCOUNT_CODES: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'billing_not_active',
  'billing_hard_limit_reached',
])

/**
 * Judges an attempt that failed on its way. `answerBegun`: output has gone to the caller, after
 * which nothing is sent again.
 */
export function verdictOnFailure(kind: FailureKind, answerBegun: boolean): Verdict {
  switch (kind) {
    case 'connect':
    case 'reset':
    case 'invalid_answer':
    case 'incomplete_stream':
    case 'timeout_connect':
    case 'timeout_first_byte':
    case 'timeout_idle':
      return answerBegun ? FINAL_FAILURE : BROKEN
    case 'timeout_total':
      return answerBegun ? AT_WORK : FINAL_FAILURE
    case 'relay_shutdown':
    case 'relay_bug':
      return OWN_FAILURE
    default:
      return kind satisfies never
  }
}

/** Judges an error that a provider has answered with, before output has begun. */
export function verdictOnStatus(status: number, hints: ErrorHints = {}): Verdict {
  const verdict = verdictOf(status)
  if (hints.code !== undefined && ACCOUNT_CODES.has(hints.code)) return NOT_SERVED
  if (hints.shouldRetry === 'false' && verdict.decision === 'retry') {
    return { ...verdict, decision: 'fallback' }
  }
  if (hints.shouldRetry === 'true' && verdict.decision === 'final') {
    return { ...verdict, decision: 'retry' }
  }
  return verdict
}

function verdictOf(status: number): Verdict {
  const special = BY_STATUS[status]
  if (special !== undefined) return special
  if (status >= 500) return BROKEN
  // redirects are not followed: the address in the configuration is not the provider's
  return status >= 300 && status < 400 ? NOT_SERVED : CALLERS_MISTAKE
}
