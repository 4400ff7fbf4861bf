import { describe, expect, it } from 'vitest'
import { callRate } from './call-rate.ts'

describe('callRate', () => {
  it.each([
    [7_200, 3_600, { unit: 'second', value: 2 }],
    [90, 3_600, { unit: 'minute', value: 1.5 }],
    [2, 3_600, { unit: 'hour', value: 2 }],
    [6, 86_400, { unit: 'hour', value: 0.25 }],
    [0, 3_600, { unit: 'hour', value: 0 }],
  ] as const)('says of %d calls in %d s %j', (calls, seconds, rate) => {
    expect(callRate(calls, seconds)).toEqual(rate)
  })
})
