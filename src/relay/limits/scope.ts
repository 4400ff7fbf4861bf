import { Meter } from './meter.ts'

export type ScopeKind = 'key' | 'team' | 'model'

/** What a limit can be about. */
export type LimitKind = 'requests' | 'tokens' | 'concurrent'

/** Why a call cannot be admitted now, and for how long; infinite: never. */
export interface Obstacle {
  readonly scope: Scope
  readonly kind: LimitKind
  readonly limit: number
  readonly waitMs: number
}

/** Nobody knows when a call under way will end: come back and see. */
const CONCURRENT_WAIT_MS = 1_000

/** One key, team or model, and what its calls have used. */
export class Scope {
  readonly kind: ScopeKind
  /** As a person knows it. */
  readonly name: string
  readonly requests = new Meter()
  readonly tokens = new Meter()
  #concurrent: number | undefined
  #underWay = 0

  constructor(kind: ScopeKind, name: string) {
    this.kind = kind
    this.name = name
  }

  setLimits(
    requests: number | undefined,
    tokens: number | undefined,
    concurrent: number | undefined,
    nowMs: number,
  ): void {
    this.requests.setLimit(requests, nowMs)
    this.tokens.setLimit(tokens, nowMs)
    this.#concurrent = concurrent
  }

  /** What stands longest in the way of a call of so many tokens; undefined when nothing does. */
  obstacle(tokens: number, nowMs: number): Obstacle | undefined {
    const tokensMs = this.tokens.waitMs(tokens, nowMs)
    const requestsMs = this.requests.waitMs(1, nowMs)
    const concurrentMs = this.#underWay < (this.#concurrent ?? Infinity) ? 0 : CONCURRENT_WAIT_MS
    const waitMs = Math.max(tokensMs, requestsMs, concurrentMs)
    if (waitMs === 0) return undefined
    if (waitMs === tokensMs) return this.#obstacle('tokens', this.tokens.limit, waitMs)
    if (waitMs === requestsMs) return this.#obstacle('requests', this.requests.limit, waitMs)
    return this.#obstacle('concurrent', this.#concurrent, waitMs)
  }

  enter(tokens: number, nowMs: number): void {
    this.requests.take(1, nowMs)
    this.tokens.take(tokens, nowMs)
    this.#underWay++
  }

  /** A call has ended; it used `moreTokens` more than it took when it entered. */
  leave(moreTokens: number, nowMs: number): void {
    this.tokens.take(moreTokens, nowMs)
    this.#underWay--
  }

  /** Whether it could be forgotten and made anew without a difference. */
  isIdle(nowMs: number): boolean {
    return (
      this.#underWay === 0 && this.requests.spentMs(nowMs) === 0 && this.tokens.spentMs(nowMs) === 0
    )
  }

  #obstacle(kind: LimitKind, limit: number | undefined, waitMs: number): Obstacle {
    return { scope: this, kind, limit: limit ?? 0, waitMs }
  }
}
