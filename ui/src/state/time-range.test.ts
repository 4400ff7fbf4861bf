import { describe, expect, it } from 'vitest'
import { bucketStarts, previousWindow, RANGE_NAMES, windowOf } from './time-range.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 0, 30)

describe('windowOf', () => {
  it('ends the last hour now', () => {
    expect(windowOf({ kind: 'last', name: '1h' }, NOW)).toEqual({
      fromMs: NOW - 3_600_000,
      toMs: NOW,
      bucketMs: 60_000,
    })
  })

  it.each([
    [40_000, 1_000],
    [90_000, 1_000],
    [10 * 60_000, 15_000],
    [3 * 3_600_000, 300_000],
    [90 * 86_400_000, 86_400_000],
    [3_000 * 86_400_000, 86_400_000],
  ])('gives %d ms between two fixed moments columns of %d ms', (lengthMs, bucketMs) => {
    const range = { kind: 'fixed', fromMs: NOW - lengthMs, toMs: NOW } as const
    expect(windowOf(range, 0)).toEqual({ fromMs: NOW - lengthMs, toMs: NOW, bucketMs })
  })

  it('draws between 50 and 100 columns for every offered range', () => {
    for (const name of RANGE_NAMES) {
      const columns = bucketStarts(windowOf({ kind: 'last', name }, NOW)).length
      expect(columns).toBeGreaterThanOrEqual(50)
      expect(columns).toBeLessThanOrEqual(100)
    }
  })
})

describe('previousWindow', () => {
  it('is as long and ends where the window begins', () => {
    const window = windowOf({ kind: 'last', name: '6h' }, NOW)
    const former = previousWindow(window)
    expect(former.toMs).toBe(window.fromMs)
    expect(former.toMs - former.fromMs).toBe(6 * 3_600_000)
  })
})

describe('bucketStarts', () => {
  it('aligns columns to the epoch and covers both ends', () => {
    const starts = bucketStarts({ fromMs: NOW - 120_000, toMs: NOW, bucketMs: 60_000 })
    expect(starts.map((ms) => new Date(ms).toISOString().slice(14, 19))).toEqual([
      '58:00',
      '59:00',
      '00:00',
    ])
  })

  it('does not begin a column at the end', () => {
    expect(bucketStarts({ fromMs: 0, toMs: 120_000, bucketMs: 60_000 })).toEqual([0, 60_000])
  })
})
