import type { Clock } from '../../kernel/index.ts'
import { RollingLatency } from './rolling-latency.ts'

const WINDOW = { slots: 10, slotMs: 30_000 } as const

/** With fewer samples the 95th percentile is the slowest of them, which says nothing. */
const MIN_SAMPLES = 20

/** How long one target takes to begin its answers, over the last 5 minutes: when to hedge. */
export class FirstByteTimes {
  readonly #latency: RollingLatency

  constructor(clock: Clock) {
    this.#latency = new RollingLatency(WINDOW, clock)
  }

  /** Takes the milliseconds from sending a request to the first byte of its answer. */
  add(ms: number): void {
    this.#latency.add(ms)
  }

  /** The 95th percentile in ms; undefined while there are fewer than 20 samples. */
  get p95Ms(): number | undefined {
    return this.#latency.count < MIN_SAMPLES ? undefined : this.#latency.quantileMs(0.95)
  }
}
