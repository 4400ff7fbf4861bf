import type { CallNames } from '../../accounts/index.ts'
import type { Breaker } from './breaker.ts'
import type { FirstByteTimes } from './first-byte-times.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { TargetHealth } from './target-health.ts'
import type { Upstream } from './upstream.ts'

/** A model at a provider, where calls can go. */
export interface Target {
  /** `provider/model`. */
  readonly name: string
  readonly upstream: Upstream
  /** The provider's own name of the model. */
  readonly model: string
  readonly weight: number
  readonly priority: number
  readonly breaker: Breaker
  readonly firstByteTimes: FirstByteTimes
  /** Of the provider, shared by its targets. */
  readonly health: TargetHealth
  /** Of the provider, shared by its targets. */
  readonly retryBudget: RetryBudget
  /** By what names its prices are looked up. */
  readonly priceNames: CallNames
  /** `provider` and `target` of the record, as JSON members with leading commas. */
  readonly recordFields: string
}
