import type { CallTimes } from './call-end.ts'
import type { CallLog } from './call-log.ts'
import type { CallerHeaders } from './caller-headers.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Reply } from './reply.ts'
import type { Route } from './routing/router.ts'
import type { BodyRule } from './stored-bodies.ts'

/** A call whose key, body and model are good and whose admission is in the journal. */
export interface AdmittedCall {
  readonly log: CallLog
  readonly reply: Reply
  readonly caller: CallerHeaders
  readonly request: ChatRequest
  readonly route: Route
  readonly times: CallTimes
  readonly bodyRule: BodyRule
}
