import type { ApiKey } from '../../accounts/index.ts'
import type { Clock, Config } from '../../kernel/index.ts'
import type { CallerError } from '../caller-error.ts'
import { durationText, limitHeaders } from './limit-headers.ts'
import type { Obstacle, Scope } from './scope.ts'
import { ScopeBook } from './scope-book.ts'

type Limits = Config['limits']['each_key']

export type LimitVerdict =
  | {
      readonly ok: true
      /** To be settled when the call has ended; undefined when nothing limits the call. */
      readonly lease: Lease | undefined
      /** `x-ratelimit-*` for the answer, names and values in turn. */
      readonly headers: readonly string[]
    }
  | { readonly ok: false; readonly error: CallerError; readonly headers: readonly string[] }

const UNLIMITED: LimitVerdict = { ok: true, lease: undefined, headers: [] }

/**
 * Limits requests a minute, tokens a minute and calls under way at once, for each key (its own
 * limits, else those of every key), each team and each model. A call has to pass all of them, and
 * takes nothing anywhere when one refuses.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #keys = new ScopeBook('key')
  readonly #teams = new ScopeBook('team')
  readonly #models = new ScopeBook('model')
  #settings: Config['limits']

  constructor(settings: Config['limits'], clock: Clock) {
    this.#settings = settings
    this.#clock = clock
  }

  /** Keys, teams and models whose use is remembered at the moment. */
  get remembered(): number {
    return this.#keys.size + this.#teams.size + this.#models.size
  }

  /** Takes other settings; what was used under the old ones stays used. */
  reload(settings: Config['limits']): void {
    this.#settings = settings
  }

  /** Whether tokens are limited for such a call, so that an estimate of them is worth its time. */
  countsTokens({ limits, team }: ApiKey, modelLimits: Limits | undefined): boolean {
    const { each_key, teams } = this.#settings
    const ofKey = limits === undefined ? each_key.tokens_per_minute : limits.tokensPerMinute
    const ofTeam = team !== undefined && Object.hasOwn(teams, team) ? teams[team] : undefined
    return (ofKey ?? ofTeam?.tokens_per_minute ?? modelLimits?.tokens_per_minute) !== undefined
  }

  /** Admits a call that will use about `estimatedTokens`, or says when to come back. */
  admit(
    key: ApiKey,
    model: string,
    modelLimits: Limits | undefined,
    estimatedTokens: number,
  ): LimitVerdict {
    const nowMs = this.#clock.monotonicMs()
    const ofKey = this.#keyScope(key, nowMs)
    const ofTeam = this.#teamScope(key.team, nowMs)
    const ofModel = find(this.#models, model, modelLimits, nowMs)
    if (ofKey === undefined && ofTeam === undefined && ofModel === undefined) return UNLIMITED
    const scopes = [ofKey, ofTeam, ofModel].filter((scope) => scope !== undefined)
    const tokens = isCount(estimatedTokens) ? estimatedTokens : 0
    const obstacle = worstObstacle(scopes, tokens, nowMs)
    if (obstacle !== undefined) return refusal(obstacle, scopes, tokens, nowMs)
    for (const scope of scopes) scope.enter(tokens, nowMs)
    const lease = new Lease(scopes, tokens, this.#clock)
    return { ok: true, lease, headers: limitHeaders(scopes, nowMs) }
  }

  #keyScope({ id, name, limits }: ApiKey, nowMs: number): Scope | undefined {
    if (limits === undefined) return find(this.#keys, id, this.#settings.each_key, nowMs, name)
    const { requestsPerMinute, tokensPerMinute, concurrent } = limits
    return this.#keys.find(id, name, requestsPerMinute, tokensPerMinute, concurrent, nowMs)
  }

  #teamScope(team: string | undefined, nowMs: number): Scope | undefined {
    const { teams } = this.#settings
    if (team === undefined || !Object.hasOwn(teams, team)) return undefined
    return find(this.#teams, team, teams[team], nowMs)
  }
}

function find(
  book: ScopeBook,
  id: string,
  limits: Limits | undefined,
  nowMs: number,
  name = id,
): Scope | undefined {
  if (limits === undefined) return undefined
  const { requests_per_minute: requests, tokens_per_minute: tokens, concurrent } = limits
  return book.find(id, name, requests, tokens, concurrent, nowMs)
}

/** What a call has taken from its scopes. */
class Lease {
  readonly #scopes: readonly Scope[]
  readonly #estimatedTokens: number
  readonly #clock: Clock
  #settled: boolean = false

  constructor(scopes: readonly Scope[], estimatedTokens: number, clock: Clock) {
    this.#scopes = scopes
    this.#estimatedTokens = estimatedTokens
    this.#clock = clock
  }

  /**
   * Ends the call: its place is free again, and what it really used replaces the estimate;
   * undefined when it used nothing. Only the first time counts.
   */
  settle(actualTokens: number | undefined): void {
    if (this.#settled) return
    this.#settled = true
    const nowMs = this.#clock.monotonicMs()
    const used = actualTokens ?? 0
    const moreTokens = isCount(used) ? used - this.#estimatedTokens : 0
    for (const scope of this.#scopes) scope.leave(moreTokens, nowMs)
  }
}

export type { Lease }

function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0
}

function worstObstacle(
  scopes: readonly Scope[],
  tokens: number,
  nowMs: number,
): Obstacle | undefined {
  let worst: Obstacle | undefined
  for (const scope of scopes) {
    const obstacle = scope.obstacle(tokens, nowMs)
    if (obstacle !== undefined && obstacle.waitMs > (worst?.waitMs ?? 0)) worst = obstacle
  }
  return worst
}

function refusal(
  obstacle: Obstacle,
  scopes: readonly Scope[],
  tokens: number,
  nowMs: number,
): LimitVerdict {
  const { waitMs } = obstacle
  const canCome = Number.isFinite(waitMs)
  const headers = limitHeaders(scopes, nowMs)
  if (canCome) {
    headers.push('retry-after', String(Math.ceil(waitMs / 1_000)))
    headers.push('retry-after-ms', String(Math.ceil(waitMs)))
  }
  const error: CallerError = {
    status: 429,
    message: canCome ? waitMessage(obstacle) : neverMessage(obstacle, tokens),
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    retry: canCome,
  }
  return { ok: false, error, headers }
}

const KIND_TEXTS = {
  requests: 'requests a minute',
  tokens: 'tokens a minute',
  concurrent: 'concurrent calls',
} as const

function waitMessage({ scope, kind, limit, waitMs }: Obstacle): string {
  const when = kind === 'concurrent' ? 'when one of them has ended' : `in ${durationText(waitMs)}`
  return `the ${scope.kind} ${scope.name} has reached its limit of ${limit} ${KIND_TEXTS[kind]}: try again ${when}`
}

function neverMessage({ scope, limit }: Obstacle, tokens: number): string {
  return `the call needs about ${Math.ceil(tokens)} tokens, more than the limit of ${limit} tokens a minute of the ${scope.kind} ${scope.name}: make it shorter`
}
