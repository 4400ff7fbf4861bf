import type { Clock, Config } from '../../kernel/index.ts'
import { RollingTally } from './rolling-tally.ts'

/** `half_open`: the pause is over, the next call is the probe that decides. */
export type BreakerState = 'closed' | 'open' | 'half_open'

const SLOTS = 30
const SLOT_MS = 1_000
const WINDOW_MS = SLOTS * SLOT_MS

const ANSWERED = 0
const FAILED = 1

/** The pause doubles with each failed probe, up to this many times `open_ms`. */
const MAX_PAUSES = 8

/** Providers count by the minute: a longer rest would leave out a target that serves again. */
const MAX_REST_MS = 60_000

/** From this share of failures on nothing is to be hoped for. */
const HOPELESS_SHARE = 0.9

/** A ticket whose outcome counts for nothing. */
const NO_TICKET = -1

/**
 * Leaves a target alone that fails too often. Opens when the share of failures in the last 30 s
 * reaches `failure_percent`, `min_calls` given. After the pause one probe at a time is let
 * through. The first that is answered closes the breaker: answers take seconds to minutes, and
 * to wait for several in a row would keep a healthy target away for long, while closing too
 * early costs `min_calls` attempts that are retried elsewhere. A failed probe doubles the pause,
 * up to 8 times `open_ms`; so does failing again within 30 s of having been closed.
 *
 * Who calls takes a ticket with `enter` and gives it back with exactly one outcome. An outcome
 * from before the last change of state counts for nothing. All times are monotonic ms.
 */
export class Breaker {
  readonly #settings: Config['relay']['breaker']
  readonly #clock: Clock
  readonly #outcomes: RollingTally
  /** Changes with the state and with each probe; tickets of older ones are void. */
  #generation = 0
  #broken: boolean = false
  #probing: boolean = false
  /** Length of the present or last pause, in multiples of `open_ms`. */
  #pauses = 0
  #openUntilMs = 0
  #closedMs = Number.NEGATIVE_INFINITY
  #restUntilMs = Number.NEGATIVE_INFINITY
  /** Share of failures that opened the breaker. */
  #failureShare = 0

  constructor(settings: Config['relay']['breaker'], clock: Clock) {
    this.#settings = settings
    this.#clock = clock
    this.#outcomes = new RollingTally(2, { slots: SLOTS, slotMs: SLOT_MS }, clock)
  }

  get state(): BreakerState {
    if (!this.#broken) return 'closed'
    return this.#clock.monotonicMs() < this.#openUntilMs ? 'open' : 'half_open'
  }

  /** Whether the provider has asked to be left alone; says nothing of the state. */
  get resting(): boolean {
    return this.#clock.monotonicMs() < this.#restUntilMs
  }

  /**
   * Whether the target is open although it still answered some calls: where no other target can
   * be called, one that answers now and then is better than none.
   */
  get lastResort(): boolean {
    return this.#broken && this.#failureShare < HOPELESS_SHARE && !this.resting
  }

  /** When the target may be called as far as is known; past when it may be called now. */
  get callableFromMs(): number {
    return Math.max(this.#restUntilMs, this.#broken ? this.#openUntilMs : 0)
  }

  /** False while open, while the probe is out, and while resting. Changes nothing. */
  mayCall(): boolean {
    return !this.resting && this.#admits()
  }

  /** Returns the ticket of an attempt that is about to begin; takes the probe when half-open. */
  enter(): number {
    if (!this.#broken) return this.#generation
    if (!this.#admits()) return NO_TICKET
    this.#probing = true
    this.#generation += 1
    return this.#generation
  }

  /** The target gave an answer, be it that the request was wrong. */
  succeeded(ticket: number): void {
    if (ticket !== this.#generation) return
    if (this.#broken) this.#close()
    else this.#count(ANSWERED)
  }

  failed(ticket: number): void {
    if (ticket !== this.#generation) return
    if (this.#broken) {
      this.#failureShare = 1
      this.#open(this.#pauses * 2)
    } else this.#count(FAILED)
  }

  /** The attempt says nothing of the target, as when the caller has left. */
  cancelled(ticket: number): void {
    if (ticket !== this.#generation || !this.#broken) return
    this.#probing = false
    this.#generation += 1
  }

  /** Keeps the target from being called until `monotonicMs`, for a minute at most. */
  restUntil(monotonicMs: number): void {
    const latestMs = this.#clock.monotonicMs() + MAX_REST_MS
    this.#restUntilMs = Math.max(this.#restUntilMs, Math.min(monotonicMs, latestMs))
  }

  #admits(): boolean {
    return !this.#broken || (!this.#probing && this.#clock.monotonicMs() >= this.#openUntilMs)
  }

  #count(outcome: number): void {
    this.#outcomes.add(outcome)
    const { total } = this.#outcomes
    const failures = this.#outcomes.count(FAILED)
    const { min_calls, failure_percent } = this.#settings
    if (total < min_calls || failures * 100 < failure_percent * total) return
    this.#failureShare = failures / total
    const again = this.#clock.monotonicMs() - this.#closedMs < WINDOW_MS
    this.#open(again ? this.#pauses * 2 : 1)
  }

  #open(pauses: number): void {
    this.#broken = true
    this.#pauses = Math.min(pauses, MAX_PAUSES)
    this.#openUntilMs = this.#clock.monotonicMs() + this.#pauses * this.#settings.open_ms
    this.#change()
  }

  #close(): void {
    this.#broken = false
    this.#closedMs = this.#clock.monotonicMs()
    this.#change()
  }

  #change(): void {
    this.#probing = false
    this.#generation += 1
    this.#outcomes.clear()
  }
}
