import type { Config } from '../../kernel/index.ts'
import { backoffMs } from './backoff.ts'
import { chooseTarget } from './choose-target.ts'
import type { Route } from './router.ts'
import type { Target } from './target.ts'
import type { Decision } from './verdict.ts'

/** What is to be done after an attempt has failed. */
export type NextStep =
  | {
      readonly kind: 'call'
      readonly target: Target
      /** Pause before it, milliseconds. */
      readonly afterMs: number
      /** Whether it goes to targets of the next priority. */
      readonly fallback: boolean
    }
  | { readonly kind: 'give_up' }

const GIVE_UP: NextStep = { kind: 'give_up' }

/**
 * Where the attempts of one call go: by weight among the targets of a priority, again after a
 * pause while attempts, time and the provider's retry budget last, then to the next priority.
 */
export class TargetPlan {
  readonly #tiers: Route['tiers']
  readonly #settings: Config['relay']['retry']
  readonly #random: () => number
  /** No further attempt begins after it, on the monotonic clock. */
  readonly #lastStartMs: number
  readonly #tried = new Set<Target>()
  /** Targets that cannot take this request at all. */
  #unfit: Set<Target> | undefined
  #tier = 0
  #attempts = 0

  constructor(
    { tiers }: Route,
    settings: Config['relay']['retry'],
    admittedMs: number,
    random: () => number,
  ) {
    this.#tiers = tiers
    this.#settings = settings
    this.#random = random
    this.#lastStartMs = admittedMs + settings.total_ms
  }

  /** The target of the first attempt; undefined when no target can be called now. */
  first(): Target | undefined {
    const target = this.#fromTiers(0) ?? this.#lastResort()
    target?.retryBudget.deposit()
    return target
  }

  /** A further target for a hedged call, never one that was tried; undefined when there is none. */
  hedge(): Target | undefined {
    for (let tier = this.#tier; tier < this.#tiers.length; tier++) {
      const target = this.#choose(tier)
      if (target !== undefined && !this.#tried.has(target)) {
        this.#tried.add(target)
        return target
      }
    }
    return undefined
  }

  /** `retryAfterMs` is what the provider asked for; times are monotonic. */
  next(
    failed: Target,
    decision: Decision,
    retryAfterMs: number | undefined,
    nowMs: number,
  ): NextStep {
    if (decision === 'final' || nowMs >= this.#lastStartMs) return GIVE_UP
    if (decision === 'retry' && this.#attempts < this.#settings.attempts) {
      const step = this.#sameTier(failed, retryAfterMs, nowMs)
      if (step !== undefined) return step
    }
    if (decision === 'fallback') {
      const other = this.#choose(this.#tier)
      if (other !== undefined && !this.#tried.has(other)) return this.#call(other, 0, false)
    }
    return this.#nextTier()
  }

  /** Takes back a target that was to be called but cannot take the request at all. */
  reject(target: Target): void {
    this.#unfit ??= new Set()
    this.#unfit.add(target)
    this.#attempts--
  }

  /** A target that is left alone, but not without hope: refusing the call would serve nobody. */
  #lastResort(): Target | undefined {
    const target = this.#tiers.flat().find(({ breaker }) => breaker.lastResort)
    if (target === undefined) return undefined
    this.#tier = this.#tiers.findIndex((tier) => tier.includes(target))
    this.#attempts = 1
    this.#tried.add(target)
    return target
  }

  #sameTier(failed: Target, retryAfterMs: number | undefined, nowMs: number): NextStep | undefined {
    const other = this.#choose(this.#tier)
    if (other !== undefined && !this.#tried.has(other)) return this.#call(other, 0, false)
    const pauseMs = retryAfterMs ?? backoffMs(this.#attempts, this.#settings, this.#random)
    const inTime = nowMs + pauseMs < this.#lastStartMs && pauseMs <= this.#settings.max_ms
    if (!inTime) return undefined
    const target = other ?? failed
    // all of this priority were rejected: the last attempt was of the one before
    if (this.#tiers[this.#tier]?.includes(target) !== true) return undefined
    // a target that asked for a pause may be called after it; one that is broken may not
    if (target.breaker.state === 'open' || !target.retryBudget.withdraw()) return undefined
    return this.#call(target, pauseMs, false)
  }

  #nextTier(): NextStep {
    const target = this.#fromTiers(this.#tier + 1)
    return target === undefined ? GIVE_UP : { kind: 'call', target, afterMs: 0, fallback: true }
  }

  #fromTiers(from: number): Target | undefined {
    for (let tier = from; tier < this.#tiers.length; tier++) {
      const target = this.#choose(tier)
      if (target === undefined) continue
      this.#tier = tier
      this.#attempts = 1
      this.#tried.add(target)
      return target
    }
    return undefined
  }

  #choose(tier: number): Target | undefined {
    const targets = this.#tiers[tier] ?? []
    const unfit = this.#unfit
    const fit = unfit === undefined ? targets : targets.filter((target) => !unfit.has(target))
    return chooseTarget(fit, this.#tried, this.#random)
  }

  #call(target: Target, afterMs: number, fallback: boolean): NextStep {
    this.#attempts++
    this.#tried.add(target)
    return { kind: 'call', target, afterMs, fallback }
  }
}
