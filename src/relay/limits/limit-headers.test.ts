import { expect, it } from 'vitest'
import { durationText } from './limit-headers.ts'

it.each([
  [0, '0s'],
  [0.2, '1ms'],
  [120, '120ms'],
  [999.5, '1s'],
  [1_000, '1s'],
  [1_500, '1.5s'],
  [8_642, '8.642s'],
  [59_999, '59.999s'],
  [60_000, '1m0s'],
  [360_000, '6m0s'],
  [361_250, '6m1.25s'],
  [3_600_000, '1h0m0s'],
] as const)('%d ms are written as %s', (ms, expected) => {
  expect(durationText(ms)).toBe(expected)
})
