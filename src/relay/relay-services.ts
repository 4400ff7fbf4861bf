import type { KeyBook } from '../accounts/index.ts'
import type { Config } from '../kernel/index.ts'
import type { AnswerReuse } from './answer-reuse.ts'
import type { CallLogServices } from './call-log.ts'
import type { DrainGate } from './drain-gate.ts'
import type { InFlight } from './in-flight.ts'
import type { RateLimiter } from './limits/rate-limiter.ts'
import type { RefusalLimit } from './refusal-limit.ts'
import type { Router } from './routing/router.ts'

/** What every call of one relay shares. */
export interface RelayServices extends CallLogServices {
  /** Those of the present configuration; a call keeps what it began with. */
  settings: Config['relay']
  readonly keys: KeyBook
  /** When the relay was built, milliseconds since 1970 UTC. */
  readonly startedMs: number
  /** That of the present configuration. */
  router: Router
  readonly limiter: RateLimiter
  readonly reuse: AnswerReuse
  /** A number from 0 to 1. */
  readonly random: () => number
  readonly inFlight: InFlight
  readonly drainGate: DrainGate
  readonly refusalLimit: RefusalLimit
}
