import { describe, expect, it } from 'vitest'
import { logRange, logTicks } from './log-axis.ts'

describe('logRange', () => {
  it.each([
    [120, 900, [100, 1_000]],
    [120, 4_300, [100, 5_000]],
    [250, 250, [200, 500]],
    [100, 100, [100, 200]],
    [0.3, 120_000, [0.2, 200_000]],
  ])('puts %d to %d between round ends', (min, max, range) => {
    expect(logRange(min, max)).toEqual(range)
  })

  it('has ends even without values', () => {
    expect(logRange(null, null)).toEqual([1, 1_000])
  })
})

describe('logTicks', () => {
  it('marks powers of ten over a wide range', () => {
    expect(logTicks(0.2, 200_000)).toEqual([1, 10, 100, 1_000, 10_000, 100_000])
  })

  it('marks 1, 2 and 5 over a narrow one', () => {
    expect(logTicks(100, 1_000)).toEqual([100, 200, 500, 1_000])
  })
})
