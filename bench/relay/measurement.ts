import type { Plan } from './plan.ts'
import type { Results } from './results.ts'
import type { Subject } from './subject.ts'

/** What the measuring of each gateway has in common. */
export interface Measurement {
  readonly plan: Plan
  /** The processor core of the gateways. */
  readonly core: number
  /** The provider without a gateway before it. */
  readonly direct: Subject
  readonly results: Results
}
