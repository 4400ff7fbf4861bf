import type { PlannedCall } from './plan.ts'

/**
 * How a call ended for its caller:
 * - `answered`: the whole answer arrived, whatever it said
 * - `broken`: it was sent, and the connection ended before the answer was complete
 * - `unreached`: no connection could be made, nothing was sent
 */
type Ending = 'answered' | 'broken' | 'unreached'

/** What a caller saw of one call. Tokens are absent when the answer did not tell them. */
export interface Reply {
  readonly ending: Ending
  readonly status?: number
  readonly requestId?: string
  readonly seenPromptTokens?: number
  readonly seenCompletionTokens?: number
  /** What the answer or the connection said went wrong. */
  readonly error?: string
}

/** One line of the replay's own list: what was asked and what came back. */
export interface CallResult extends Reply, PlannedCall {
  readonly startedMs: number
  readonly durationMs: number
}

/** Makes one call and reports how it ended; never throws. */
export type SendCall = (call: PlannedCall) => Promise<Reply>
