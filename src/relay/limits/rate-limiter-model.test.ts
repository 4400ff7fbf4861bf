import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type LimitVerdict, RateLimiter } from './rate-limiter.ts'

type Lease = Extract<LimitVerdict, { ok: true }>['lease']

interface Limits {
  readonly requests_per_minute?: number
  readonly tokens_per_minute?: number
  readonly concurrent?: number
}

/** The limits written down plainly: what is left of each is counted up as time goes by. */
class PlainScope {
  readonly limits: Limits
  requests: number
  tokens: number
  underWay = 0

  constructor(limits: Limits) {
    this.limits = limits
    this.requests = limits.requests_per_minute ?? 0
    this.tokens = limits.tokens_per_minute ?? 0
  }

  pass(ms: number): void {
    const { requests_per_minute: requests = 0, tokens_per_minute: tokens = 0 } = this.limits
    this.requests = Math.min(requests, this.requests + (ms * requests) / 60_000)
    this.tokens = Math.min(tokens, this.tokens + (ms * tokens) / 60_000)
  }

  admits(tokens: number): boolean {
    const { requests_per_minute, tokens_per_minute } = this.limits
    return (
      (requests_per_minute === undefined || this.requests > 1 - ROUNDING) &&
      (tokens_per_minute === undefined || this.tokens > tokens - ROUNDING) &&
      !this.crowded
    )
  }

  get crowded(): boolean {
    return this.underWay >= (this.limits.concurrent ?? Infinity)
  }

  change(requests: number, tokens: number, underWay: number): void {
    this.requests -= requests
    this.tokens = Math.min(this.limits.tokens_per_minute ?? 0, this.tokens - tokens)
    this.underWay += underWay
  }
}

/** Far less than what comes back in the millisecond that the clock moves by. */
const ROUNDING = 1e-7

const limit = fc.constantFrom(1, 2, 5, 60, 600)
const limits: fc.Arbitrary<Limits> = fc.record(
  { requests_per_minute: limit, tokens_per_minute: limit, concurrent: limit },
  { requiredKeys: [] },
)
const step = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(40_000) }),
  fc.record({
    kind: fc.constant('call' as const),
    key: fc.nat(2),
    inTeam: fc.boolean(),
    model: fc.nat(1),
    tokens: fc.nat(700),
  }),
  fc.record({
    kind: fc.constant('end' as const),
    which: fc.nat(20),
    used: fc.option(fc.nat(900), { nil: undefined }),
  }),
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Call = Extract<Step, { kind: 'call' }>

/** The limiter and the plain count of it, told the same. */
class SideBySide {
  readonly #clock = { ms: 0, nowMs: () => this.#clock.ms, monotonicMs: () => this.#clock.ms }
  readonly #limits: readonly [key: Limits, team: Limits, model: Limits]
  readonly #limiter: RateLimiter
  readonly #plain = new Map<string, PlainScope>()
  readonly #underWay: { lease: Lease; tokens: number; scopes: readonly PlainScope[] }[] = []

  constructor(key: Limits, team: Limits, model: Limits) {
    this.#limits = [key, team, model]
    this.#limiter = new RateLimiter({ each_key: key, teams: { web: team } }, this.#clock)
  }

  pass(ms: number): void {
    this.#clock.ms += ms
    for (const scope of this.#plain.values()) scope.pass(ms)
  }

  call(call: Call): void {
    const scopes = this.#scopesOf(call)
    const verdict = this.#admit(call, scopes)
    const waitMs = waitOf(verdict)
    if (verdict.ok || waitMs === undefined || scopes.some((scope) => scope.crowded)) return
    this.pass(waitMs)
    expect(this.#admit(call, scopes).ok).toBe(true)
  }

  end(which: number, used: number | undefined): void {
    const [call] = this.#underWay.splice(which, 1)
    if (call === undefined) return
    call.lease?.settle(used)
    for (const scope of call.scopes) scope.change(0, (used ?? 0) - call.tokens, -1)
  }

  #admit({ key, inTeam, model, tokens }: Call, scopes: readonly PlainScope[]): LimitVerdict {
    const expected = scopes.every((scope) => scope.admits(tokens))
    const team = inTeam ? { team: 'web' } : {}
    const apiKey = { id: `key_${key}`, name: `k${key}`, createdMs: 0, ...team }
    const verdict = this.#limiter.admit(apiKey, `m${model}`, this.#limits[2], tokens)
    expect(verdict.ok).toBe(expected)
    if (verdict.ok) {
      for (const scope of scopes) scope.change(1, tokens, 1)
      this.#underWay.push({ lease: verdict.lease, tokens, scopes })
    }
    return verdict
  }

  #scopesOf({ key, inTeam, model }: Call): readonly PlainScope[] {
    const [ofKey, ofTeam, ofModel] = this.#limits
    return [
      this.#scope(`key ${key}`, ofKey),
      ...(inTeam ? [this.#scope('team', ofTeam)] : []),
      this.#scope(`model ${model}`, ofModel),
    ]
  }

  #scope(name: string, its: Limits): PlainScope {
    const scope = this.#plain.get(name) ?? new PlainScope(its)
    this.#plain.set(name, scope)
    return scope
  }
}

function waitOf({ headers }: LimitVerdict): number | undefined {
  const place = headers.indexOf('retry-after-ms')
  return place === -1 ? undefined : Number(headers[place + 1])
}

it('the limits admit what a plain count of them admits, and say truly when to come back', () => {
  fc.assert(
    fc.property(limits, limits, limits, fc.array(step, { maxLength: 60 }), (...given) => {
      const [key, team, model, steps] = given
      const both = new SideBySide(key, team, model)
      for (const each of steps) {
        if (each.kind === 'pass') both.pass(each.ms)
        else if (each.kind === 'end') both.end(each.which, each.used)
        else both.call(each)
      }
    }),
    { numRuns: 500 },
  )
})
