import { describe, expect, it } from 'vitest'
import { verdictOnFailure, verdictOnStatus } from './verdict.ts'

describe('an attempt that breaks before the answer has begun', () => {
  it.each([
    'connect',
    'reset',
    'invalid_answer',
    'incomplete_stream',
    'timeout_connect',
    'timeout_first_byte',
    'timeout_idle',
  ] as const)('by %s is made again and held against the target', (kind) => {
    expect(verdictOnFailure(kind, false)).toEqual({
      decision: 'retry',
      breaker: 'failed',
      countsAsError: true,
    })
  })

  it('because all the time was used is not made again, but held against the target', () => {
    expect(verdictOnFailure('timeout_total', false)).toEqual({
      decision: 'final',
      breaker: 'failed',
      countsAsError: true,
    })
  })
})

describe('an attempt that breaks after the answer has begun', () => {
  it.each(['reset', 'invalid_answer', 'incomplete_stream', 'timeout_idle'] as const)(
    'by %s is never made again',
    (kind) => {
      expect(verdictOnFailure(kind, true)).toEqual({
        decision: 'final',
        breaker: 'failed',
        countsAsError: true,
      })
    },
  )

  it('because all the time was used came from a target that works', () => {
    expect(verdictOnFailure('timeout_total', true)).toMatchObject({
      decision: 'final',
      breaker: 'succeeded',
    })
  })
})

it.each(['relay_shutdown', 'relay_bug'] as const)('%s says nothing of the target', (kind) => {
  for (const answerBegun of [false, true]) {
    expect(verdictOnFailure(kind, answerBegun)).toEqual({
      decision: 'final',
      breaker: 'cancelled',
      countsAsError: false,
    })
  }
})

describe('an error of the provider', () => {
  it.each([
    [400, 'final', 'succeeded', false],
    [401, 'fallback', 'succeeded', true],
    [402, 'fallback', 'succeeded', true],
    [403, 'fallback', 'succeeded', true],
    [404, 'fallback', 'succeeded', false],
    [405, 'final', 'succeeded', false],
    [408, 'retry', 'cancelled', true],
    [409, 'retry', 'cancelled', true],
    [413, 'final', 'succeeded', false],
    [422, 'final', 'succeeded', false],
    [429, 'retry', 'cancelled', true],
    [500, 'retry', 'failed', true],
    [501, 'retry', 'succeeded', true],
    [502, 'retry', 'failed', true],
    [503, 'retry', 'failed', true],
    [504, 'retry', 'failed', true],
    [529, 'retry', 'failed', true],
    [599, 'retry', 'failed', true],
    [301, 'fallback', 'succeeded', true],
  ] as const)('of status %d is %s, and %s for the breaker', (status, decision, breaker, counts) => {
    expect(verdictOnStatus(status)).toEqual({ decision, breaker, countsAsError: counts })
  })

  it.each([
    [429, 'insufficient_quota'],
    [429, 'billing_not_active'],
    [400, 'billing_hard_limit_reached'],
  ])('of status %d by %s needs another account, not another attempt', (status, code) => {
    expect(verdictOnStatus(status, { code })).toEqual({
      decision: 'fallback',
      breaker: 'succeeded',
      countsAsError: true,
    })
  })

  it('is retried or not as the provider says itself', () => {
    expect(verdictOnStatus(429, { shouldRetry: 'false' }).decision).toBe('fallback')
    expect(verdictOnStatus(500, { shouldRetry: 'false' })).toMatchObject({
      decision: 'fallback',
      breaker: 'failed',
    })
    expect(verdictOnStatus(400, { shouldRetry: 'true' }).decision).toBe('retry')
    expect(verdictOnStatus(400, { shouldRetry: 'false' }).decision).toBe('final')
    expect(verdictOnStatus(401, { shouldRetry: 'true' }).decision).toBe('fallback')
    expect(verdictOnStatus(429, { code: 'rate_limit_exceeded' }).decision).toBe('retry')
  })
})
