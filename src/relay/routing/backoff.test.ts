import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, retryAfterMs, retryDelayMs } from './backoff.ts'

const SETTINGS = { base_ms: 200, max_ms: 5_000 }
const NOW_MS = Date.parse('2026-03-04T05:06:07Z')

describe('the pause before a retry', () => {
  it.each([
    [1, 200],
    [2, 400],
    [3, 800],
    [5, 3_200],
    [6, 5_000],
    [10_000, 5_000],
  ])('number %d is anything up to %d ms', (retry, longestMs) => {
    expect(backoffMs(retry, SETTINGS, () => 0)).toBe(0)
    expect(backoffMs(retry, SETTINGS, () => 0.5)).toBe(longestMs / 2)
    expect(backoffMs(retry, SETTINGS, () => 0.999_999)).toBeCloseTo(longestMs, 1)
  })

  it('is none when the settings say so', () => {
    expect(backoffMs(9_999, { base_ms: 0, max_ms: 5_000 }, () => 0.7)).toBe(0)
    expect(backoffMs(1, { base_ms: 200, max_ms: 0 }, () => 0.7)).toBe(0)
  })
})

describe('what a provider asks for in its headers', () => {
  it.each([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': ' 1.5 ' }, 1_500],
    [{ 'retry-after': ['2', '9'] }, 2_000],
    [{ 'retry-after': 'Wed, 04 Mar 2026 05:06:17 GMT' }, 10_000],
    [{ 'retry-after': 'Wednesday, 04-Mar-26 05:06:17 GMT' }, 10_000],
    [{ 'retry-after': '86400' }, 86_400_000],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after-ms': '12.25' }, 12.25],
    [{ 'retry-after-ms': 'soon', 'retry-after': '7' }, 7_000],
  ])('%j is a wait of %d ms', (headers, waitMs) => {
    expect(retryAfterMs(headers, NOW_MS)).toBe(waitMs)
  })

  it.each([
    {},
    { 'retry-after': '' },
    { 'retry-after': '-5' },
    { 'retry-after': 'soon 3' },
    { 'retry-after': '1e3' },
    { 'retry-after': '0x10' },
    { 'retry-after': '86401' },
    { 'retry-after': '9'.repeat(400) },
    { 'retry-after': 'Wed, 04 Mar 2026 05:06:06 GMT' },
    { 'retry-after': 'Wed, 04 Mar 2076 05:06:06 GMT' },
    { 'retry-after': 'Once, upon a time GMT' },
    { 'retry-after': 'Wed, 04 Mar 2026 06:06:17' },
    { 'retry-after': [] },
    { 'retry-after-ms': '-1' },
    { 'retry-after-ms': 'Infinity' },
    { 'retry-after-ms': '86400001', 'retry-after': '7' },
    { 'x-ratelimit-reset-requests': '20s' },
  ])('%j is none', (headers) => {
    expect(retryAfterMs(headers, NOW_MS)).toBeUndefined()
  })
})

function quotaError(...details: unknown[]) {
  return { error: { code: 429, status: 'RESOURCE_EXHAUSTED', details } }
}

describe('what Google asks for in the body of its error', () => {
  const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12s' }

  it.each([
    [quotaError(retryInfo), 12_000],
    [quotaError({ '@type': 'QuotaFailure', violations: [] }, null, retryInfo), 12_000],
    [quotaError({ retryDelay: '34.074824224s' }), 34_074.824_224],
    [quotaError({ retryDelay: 12 }, { retryDelay: '1s' }), 1_000],
    [[quotaError(retryInfo)], 12_000],
  ])('%j is a wait of %d ms', (body, waitMs) => {
    expect(retryDelayMs(body)).toBeCloseTo(waitMs, 6)
  })

  it.each([
    [undefined],
    ['12s'],
    [{}],
    [[]],
    [{ error: null }],
    [{ error: 'quota' }],
    [{ error: { details: { retryDelay: '12s' } } }],
    [quotaError()],
    [quotaError('12s', [], { retryDelay: '12' })],
    [quotaError({ retryDelay: '-12s' })],
    [quotaError({ retryDelay: '1e9s' })],
    [quotaError({ retryDelay: '99999999s' })],
    [JSON.parse('{"error":{"__proto__":{"details":[{"retryDelay":"1s"}]}}}')],
  ])('%j is none', (body) => {
    expect(retryDelayMs(body)).toBeUndefined()
  })

  it('is read from any JSON without a fault', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const body of [value, { error: value }, { error: { details: [value] } }]) {
          expect(['undefined', 'number']).toContain(typeof retryDelayMs(body))
        }
      }),
    )
  })
})
