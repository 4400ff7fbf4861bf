import { describe, expect, it } from 'vitest'
import type { ApiKey, KeyLimits } from '../../accounts/index.ts'
import type { Config } from '../../kernel/index.ts'
import { type LimitVerdict, RateLimiter } from './rate-limiter.ts'

type Settings = Config['limits']

function startLimiter(settings: Partial<Settings> = {}) {
  const clock = { ms: 50_000, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  const limiter = new RateLimiter({ each_key: {}, teams: {}, ...settings }, clock)
  return { clock, limiter }
}

function keyWith(limits?: KeyLimits, team?: string): ApiKey {
  return {
    id: 'key_1',
    name: 'shop',
    createdMs: 0,
    ...(limits !== undefined && { limits }),
    ...(team !== undefined && { team }),
  }
}

function headersOf(verdict: LimitVerdict): Record<string, string> {
  const { headers } = verdict
  return Object.fromEntries(
    headers.flatMap((name, place) => (place % 2 === 0 ? [[name, headers[place + 1] ?? '']] : [])),
  )
}

function refused(verdict: LimitVerdict) {
  if (verdict.ok) throw new Error('the call was admitted')
  return { ...verdict.error, headers: headersOf(verdict) }
}

function admitted(verdict: LimitVerdict) {
  if (!verdict.ok) throw new Error(`the call was refused: ${verdict.error.message}`)
  return { lease: verdict.lease, headers: headersOf(verdict) }
}

describe('a call without limits', () => {
  it('is admitted without headers and without anything to settle', () => {
    const { limiter } = startLimiter({ teams: { web: { concurrent: 1 } } })
    const first = limiter.admit(keyWith(undefined, 'app'), 'small', undefined, 1e9)
    expect(first).toEqual({ ok: true, lease: undefined, headers: [] })
    expect(limiter.admit(keyWith(undefined, '__proto__'), 'toString', {}, 1)).toBe(first)
    expect(limiter.remembered).toBe(0)
  })
})

describe('requests a minute', () => {
  it('are refused over the limit with the time at which to come back', () => {
    const { clock, limiter } = startLimiter()
    const key = keyWith({ requestsPerMinute: 4 })
    for (const remaining of ['3', '2', '1', '0']) {
      const { headers } = admitted(limiter.admit(key, 'small', undefined, 10))
      expect(headers).toMatchObject({
        'x-ratelimit-limit-requests': '4',
        'x-ratelimit-remaining-requests': remaining,
      })
    }
    clock.ms += 500
    expect(refused(limiter.admit(key, 'small', undefined, 10))).toEqual({
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      message: 'the key shop has reached its limit of 4 requests a minute: try again in 14.5s',
      retry: true,
      headers: {
        'x-ratelimit-limit-requests': '4',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '59.5s',
        'retry-after': '15',
        'retry-after-ms': '14500',
      },
    })
    clock.ms += 14_499
    expect(limiter.admit(key, 'small', undefined, 10).ok).toBe(false)
    clock.ms += 1
    expect(limiter.admit(key, 'small', undefined, 10).ok).toBe(true)
  })

  it('are not given back by a call that came to nothing', () => {
    const { limiter } = startLimiter({ each_key: { requests_per_minute: 1 } })
    admitted(limiter.admit(keyWith(), 'small', undefined, 0)).lease?.settle(undefined)
    expect(limiter.admit(keyWith(), 'small', undefined, 0).ok).toBe(false)
  })
})

describe('tokens a minute', () => {
  it('are taken as estimated and corrected at the end', () => {
    const { limiter } = startLimiter({ each_key: { tokens_per_minute: 1_000 } })
    const call = (tokens: number) => limiter.admit(keyWith(), 'small', undefined, tokens)
    const first = admitted(call(600))
    expect(first.headers['x-ratelimit-remaining-tokens']).toBe('400')
    expect(refused(call(500)).headers['x-ratelimit-remaining-tokens']).toBe('400')
    first.lease?.settle(100)
    first.lease?.settle(900)
    const second = admitted(call(500))
    expect(second.headers['x-ratelimit-remaining-tokens']).toBe('400')
    second.lease?.settle(undefined)
    expect(admitted(call(1)).headers['x-ratelimit-remaining-tokens']).toBe('899')
  })

  it('that were used beyond the estimate are owed', () => {
    const { clock, limiter } = startLimiter({ each_key: { tokens_per_minute: 1_000 } })
    admitted(limiter.admit(keyWith(), 'small', undefined, 10)).lease?.settle(3_000)
    expect(refused(limiter.admit(keyWith(), 'small', undefined, 0))).toMatchObject({
      headers: { 'x-ratelimit-reset-tokens': '3m0s', 'retry-after-ms': '120000' },
    })
    clock.ms += 120_000
    expect(limiter.admit(keyWith(), 'small', undefined, 0).ok).toBe(true)
  })

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])(
    'that a provider reports as %d leave the estimate as it is',
    (reported) => {
      const { limiter } = startLimiter({ each_key: { tokens_per_minute: 1_000 } })
      admitted(limiter.admit(keyWith(), 'small', undefined, 600)).lease?.settle(reported)
      const { headers } = admitted(limiter.admit(keyWith(), 'small', undefined, 0))
      expect(headers['x-ratelimit-remaining-tokens']).toBe('400')
    },
  )

  it('that a provider makes up do not shut a key out for days', () => {
    const { clock, limiter } = startLimiter({ each_key: { tokens_per_minute: 1_000 } })
    admitted(limiter.admit(keyWith(), 'small', undefined, 1)).lease?.settle(1e308)
    expect(limiter.admit(keyWith(), 'small', undefined, 1).ok).toBe(false)
    clock.ms += 3_700_000
    expect(limiter.admit(keyWith(), 'small', undefined, 1).ok).toBe(true)
  })

  it('below what one call needs refuse it for good', () => {
    const { limiter } = startLimiter({ each_key: { tokens_per_minute: 1_000 } })
    const { message, retry, headers } = refused(limiter.admit(keyWith(), 'small', undefined, 1_001))
    expect(retry).toBe(false)
    expect(message).toContain('about 1001 tokens, more than the limit of 1000 tokens a minute')
    expect(headers).not.toHaveProperty('retry-after')
  })
})

describe('an estimate of tokens', () => {
  it.each([
    [{}, undefined, undefined, undefined, false],
    [{ tokens_per_minute: 1 }, undefined, undefined, undefined, true],
    [{ tokens_per_minute: 1 }, { concurrent: 1 }, undefined, undefined, false],
    [{}, { tokensPerMinute: 1 }, undefined, undefined, true],
    [{}, undefined, 'web', undefined, true],
    [{}, undefined, 'constructor', { requests_per_minute: 1 }, false],
    [{}, undefined, undefined, { tokens_per_minute: 1 }, true],
  ])(
    'is worth its time with the limits %j, %j, %j, %j: %s',
    (each_key, own, team, model, worth) => {
      const { limiter } = startLimiter({ each_key, teams: { web: { tokens_per_minute: 1 } } })
      expect(limiter.countsTokens(keyWith(own, team), model)).toBe(worth)
    },
  )
})

describe('calls under way at once', () => {
  it('get a place when another has ended, however it ended', () => {
    const { limiter } = startLimiter({ teams: { web: { concurrent: 2 } } })
    const call = () => limiter.admit(keyWith(undefined, 'web'), 'small', undefined, 10)
    const first = admitted(call())
    const second = admitted(call())
    expect(first.headers).toEqual({})
    expect(refused(call())).toMatchObject({
      message:
        'the team web has reached its limit of 2 concurrent calls: try again when one of them has ended',
      headers: { 'retry-after': '1', 'retry-after-ms': '1000' },
    })
    first.lease?.settle(undefined)
    first.lease?.settle(undefined)
    expect(call().ok).toBe(true)
    expect(call().ok).toBe(false)
    second.lease?.settle(50)
    expect(call().ok).toBe(true)
  })
})

describe('a key, its team and the model', () => {
  it('have to admit the call together, and nothing is taken when one refuses', () => {
    const { limiter } = startLimiter({
      each_key: { requests_per_minute: 10 },
      teams: { web: { requests_per_minute: 5, tokens_per_minute: 500 } },
    })
    const key = keyWith(undefined, 'web')
    const small = { requests_per_minute: 1 }
    expect(admitted(limiter.admit(key, 'small', small, 10)).headers).toMatchObject({
      'x-ratelimit-limit-requests': '1',
      'x-ratelimit-limit-tokens': '500',
      'x-ratelimit-remaining-tokens': '490',
    })
    for (let calls = 0; calls < 20; calls++) {
      expect(refused(limiter.admit(key, 'small', small, 10)).message).toContain('the model small')
    }
    expect(admitted(limiter.admit(key, 'large', undefined, 10)).headers).toMatchObject({
      'x-ratelimit-limit-requests': '5',
      'x-ratelimit-remaining-requests': '3',
      'x-ratelimit-remaining-tokens': '480',
    })
  })

  it("use the key's own limits instead of those of every key", () => {
    const { limiter } = startLimiter({ each_key: { requests_per_minute: 1 } })
    const key = keyWith({ tokensPerMinute: 1_000 })
    for (let calls = 0; calls < 5; calls++) {
      expect(limiter.admit(key, 'small', undefined, 10).ok).toBe(true)
    }
  })

  it('name the one that takes longest to come back', () => {
    const { limiter } = startLimiter({
      each_key: { requests_per_minute: 1 },
      teams: { web: { requests_per_minute: 60, concurrent: 1 } },
    })
    const key = keyWith(undefined, 'web')
    limiter.admit(key, 'small', undefined, 0)
    expect(refused(limiter.admit(key, 'small', undefined, 0)).message).toContain(
      'the key shop has reached its limit of 1 requests a minute: try again in 1m0s',
    )
  })
})

describe('other settings', () => {
  it('keep what was used under the old ones', () => {
    const { limiter } = startLimiter({ each_key: { requests_per_minute: 10, concurrent: 3 } })
    const first = admitted(limiter.admit(keyWith(), 'small', undefined, 0))
    for (let calls = 0; calls < 2; calls++) limiter.admit(keyWith(), 'small', undefined, 0)
    limiter.reload({ each_key: { requests_per_minute: 60, concurrent: 3 }, teams: {} })
    expect(refused(limiter.admit(keyWith(), 'small', undefined, 0)).headers).toMatchObject({
      'x-ratelimit-remaining-requests': '57',
    })
    first.lease?.settle(undefined)
    expect(admitted(limiter.admit(keyWith(), 'small', undefined, 0)).headers).toMatchObject({
      'x-ratelimit-remaining-requests': '56',
    })
    limiter.reload({ each_key: { requests_per_minute: 2 }, teams: {} })
    // four were used where two may be: two more have to come back first, and one for the call
    expect(refused(limiter.admit(keyWith(), 'small', undefined, 0)).headers).toMatchObject({
      'retry-after': '90',
    })
  })

  it('without limits admit everything', () => {
    const { limiter } = startLimiter({ each_key: { requests_per_minute: 1 } })
    limiter.admit(keyWith(), 'small', undefined, 0)
    limiter.reload({ each_key: {}, teams: {} })
    expect(limiter.admit(keyWith(), 'small', undefined, 0)).toMatchObject({ lease: undefined })
  })
})

describe('what is remembered', () => {
  it('is forgotten once it makes no difference, however many keys there are', () => {
    const { clock, limiter } = startLimiter({ each_key: { requests_per_minute: 60 } })
    let most = 0
    for (let call = 0; call < 1_000_000; call++) {
      clock.ms += 1
      const key = { ...keyWith(), id: `key_${call}` }
      admitted(limiter.admit(key, 'small', undefined, 0)).lease?.settle(0)
      most = Math.max(most, limiter.remembered)
    }
    // each is back to full after a second, in which a thousand others come
    expect(most).toBeLessThan(3_000)
  })

  it('is never forgotten while a call is under way', () => {
    const { clock, limiter } = startLimiter({ each_key: { concurrent: 1 } })
    limiter.admit(keyWith(), 'small', undefined, 0)
    for (let call = 0; call < 100; call++) {
      clock.ms += 60_000
      const other = limiter.admit({ ...keyWith(), id: `key_${call}x` }, 'small', undefined, 0)
      admitted(other).lease?.settle(undefined)
    }
    expect(limiter.admit(keyWith(), 'small', undefined, 0).ok).toBe(false)
    expect(limiter.remembered).toBeLessThan(5)
  })
})
