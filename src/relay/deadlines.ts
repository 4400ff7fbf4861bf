import type { Clock, Config } from '../kernel/index.ts'
import type { FailureKind } from './routing/failure.ts'

type Timeouts = Config['relay']['timeouts']

/** How long a provider may take to close a connection after saying that it is done. */
const LINGER_MS = 1_000

/** The deadline of what a call waits for at the moment, under the one for the whole call. */
export class Deadlines {
  readonly #clock: Clock
  readonly #timeouts: Timeouts
  readonly #totalMs: number
  #phase: FailureKind = 'timeout_connect'
  #phaseMs: number

  constructor(clock: Clock, timeouts: Timeouts, admittedMs: number) {
    this.#clock = clock
    this.#timeouts = timeouts
    this.#totalMs = admittedMs + timeouts.total_ms
    // the connection pool times the connecting itself; this is for a pool that never tries
    this.#phaseMs = clock.monotonicMs() + timeouts.connect_ms + LINGER_MS
  }

  /** On the monotonic clock. */
  get nextMs(): number {
    return Math.min(this.#phaseMs, this.#totalMs)
  }

  /** Names what has run out at `nowMs`. */
  expired(nowMs: number): FailureKind {
    return nowMs >= this.#totalMs ? 'timeout_total' : this.#phase
  }

  untilFirstByte(): void {
    this.#begin('timeout_first_byte', this.#timeouts.first_byte_ms)
  }

  untilNextChunk(): void {
    this.#begin('timeout_idle', this.#timeouts.idle_ms)
  }

  /** It is the caller who is waited for, so only the whole call has a limit. */
  untilCallerReads(): void {
    this.#phaseMs = Number.POSITIVE_INFINITY
  }

  untilDrained(limitMs: number): void {
    this.#begin('timeout_idle', limitMs)
  }

  untilConnectionIsFree(): void {
    this.#begin('timeout_idle', LINGER_MS)
  }

  #begin(phase: FailureKind, limitMs: number): void {
    this.#phase = phase
    this.#phaseMs = this.#clock.monotonicMs() + limitMs
  }
}
