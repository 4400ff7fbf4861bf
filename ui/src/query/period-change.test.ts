import { describe, expect, it } from 'vitest'
import { errorRate, pointChange, relativeChange } from './period-change.ts'

describe('relativeChange', () => {
  it.each([
    [150, 100, { kind: 'moved', direction: 'up', amount: 0.5 }],
    [50, 100, { kind: 'moved', direction: 'down', amount: 0.5 }],
    [100.4, 100, { kind: 'same' }],
    [0, 100, { kind: 'moved', direction: 'down', amount: 1 }],
    [5, 0, { kind: 'unknown' }],
    [5, undefined, { kind: 'unknown' }],
    [undefined, 5, { kind: 'unknown' }],
  ] as const)('from %s after %s is %j', (now, before, change) => {
    expect(relativeChange(now, before)).toEqual(change)
  })
})

describe('pointChange', () => {
  it('is the difference of two shares, also from none', () => {
    expect(pointChange(0.05, 0)).toEqual({ kind: 'moved', direction: 'up', amount: 0.05 })
    expect(pointChange(0.02, 0.05)).toMatchObject({ direction: 'down' })
    expect(pointChange(0.02001, 0.02)).toEqual({ kind: 'same' })
  })
})

describe('errorRate', () => {
  it('is unknown without calls', () => {
    expect(errorRate({ calls: 0, failed: 0 })).toBeUndefined()
    expect(errorRate({ calls: 8, failed: 2 })).toBe(0.25)
  })
})
