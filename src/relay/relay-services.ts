import type { KeyBook } from '../accounts/index.ts'
import type { Config } from '../kernel/index.ts'
import type { CallLogServices } from './call-log.ts'
import type { DrainGate } from './drain-gate.ts'
import type { InFlight } from './in-flight.ts'
import type { RefusalLimit } from './refusal-limit.ts'
import type { Router } from './routing/router.ts'

/** What every call of one relay shares. */
export interface RelayServices extends CallLogServices {
  readonly settings: Config['relay']
  readonly keys: KeyBook
  /** When the relay was built, milliseconds since 1970 UTC. */
  readonly startedMs: number
  readonly router: Router
  readonly inFlight: InFlight
  readonly drainGate: DrainGate
  readonly refusalLimit: RefusalLimit
}
