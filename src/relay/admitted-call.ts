import type { AnswerTap } from './answer-tap.ts'
import type { CallTimes } from './call-end.ts'
import type { CallLog } from './call-log.ts'
import type { AskedCall } from './exchange.ts'
import type { Lease } from './limits/rate-limiter.ts'
import type { Reply } from './reply.ts'
import type { Route } from './routing/router.ts'
import type { BodyRule } from './stored-bodies.ts'

/** A call whose key, body and model are good; its admission comes into the journal next. */
export interface AdmittedCall {
  readonly asked: AskedCall
  readonly log: CallLog
  readonly reply: Reply
  readonly route: Route
  readonly times: CallTimes
  readonly bodyRule: BodyRule
  /** Keeps a copy of the answer for the cache or for a repeated request. */
  readonly tap: AnswerTap | undefined
  /** What the call has taken from its rate limits. */
  readonly lease: Lease | undefined
}
