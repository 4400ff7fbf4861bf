import type { Clock } from '../../kernel/index.ts'
import { RollingLatency } from './rolling-latency.ts'
import { RollingTally } from './rolling-tally.ts'

/** `idle`: nothing was called, so nothing is known. */
export type HealthState = 'up' | 'degraded' | 'down' | 'idle'

/** How a provider did over the window. */
export interface HealthReading {
  readonly state: HealthState
  readonly calls: number
  /** 0 to 1. */
  readonly errorRate: number
  /** Of the calls that were answered; undefined when there are none. */
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
}

/** Seconds that a health reading looks back. */
export const HEALTH_WINDOW_S = 300

const WINDOW = { slots: HEALTH_WINDOW_S / 10, slotMs: 10_000 } as const

const ANSWERED = 0
const ERROR = 1

/** From this share of errors a provider is degraded; below it is the noise of a healthy one. */
const DEGRADED_RATE = 0.05

/** From this share of errors a provider is down, when there were calls enough to tell. */
const DOWN_RATE = 0.5
const DOWN_MIN_CALLS = 5

/**
 * Calls, errors and latency of one provider over the last 5 minutes. Cancelled calls and those
 * refused for the caller's own mistake are not to be counted: they say nothing of the provider.
 */
export class TargetHealth {
  readonly #calls: RollingTally
  readonly #latency: RollingLatency

  constructor(clock: Clock) {
    this.#calls = new RollingTally(2, WINDOW, clock)
    this.#latency = new RollingLatency(WINDOW, clock)
  }

  /** `latencyMs` is the time of the attempt until its answer was complete. */
  answered(latencyMs: number): void {
    this.#calls.add(ANSWERED)
    this.#latency.add(latencyMs)
  }

  /** Takes no latency: errors that come at once would make a broken provider look fast. */
  failed(): void {
    this.#calls.add(ERROR)
  }

  read(): HealthReading {
    const calls = this.#calls.total
    const errorRate = calls === 0 ? 0 : this.#calls.count(ERROR) / calls
    return {
      state: stateOf(calls, errorRate),
      calls,
      errorRate,
      p50Ms: this.#latency.quantileMs(0.5),
      p99Ms: this.#latency.quantileMs(0.99),
    }
  }
}

function stateOf(calls: number, errorRate: number): HealthState {
  if (calls === 0) return 'idle'
  if (calls >= DOWN_MIN_CALLS && errorRate >= DOWN_RATE) return 'down'
  return errorRate >= DEGRADED_RATE ? 'degraded' : 'up'
}
