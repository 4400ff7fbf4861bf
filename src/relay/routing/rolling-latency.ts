import type { Clock } from '../../kernel/index.ts'
import { RollingTally, type TallyWindow } from './rolling-tally.ts'

/** Each bucket is this much wider than the one before, so a quantile is 2.5 % off at most. */
const LOG_WIDTH = Math.log(1.05)

/** Latencies of an hour and more share the last bucket. */
const BUCKETS = Math.ceil(Math.log(3_600_000) / LOG_WIDTH) + 1

/** Quantiles of latencies over a rolling window, from a histogram of fixed size. */
export class RollingLatency {
  readonly #buckets: RollingTally

  constructor(window: TallyWindow, clock: Clock) {
    this.#buckets = new RollingTally(BUCKETS, window, clock)
  }

  /** What takes up to 1 ms counts as 1 ms. */
  add(ms: number): void {
    // a comparison that fails for NaN too
    const bucket = ms > 1 ? Math.ceil(Math.log(ms) / LOG_WIDTH) : 0
    this.#buckets.add(Math.min(bucket, BUCKETS - 1))
  }

  /** Latencies in the window. */
  get count(): number {
    return this.#buckets.total
  }

  /** Returns the latency in ms that `share` (0 to 1) of all keep to; undefined without any. */
  quantileMs(share: number): number | undefined {
    const { total } = this.#buckets
    if (total === 0) return undefined
    const bucket = this.#buckets.kindAt(Math.max(1, Math.ceil(share * total)))
    return bucket === 0 ? 1 : Math.exp((bucket - 0.5) * LOG_WIDTH)
  }
}
