import { expect, it } from 'vitest'
import { decimalFormat } from './decimal-format.ts'

it.each([
  ['0.00', 1.005, '1.00'],
  ['0.00', -2.5, '-2.50'],
  ['000', 7, '007'],
  ['#,##0.##', 1234567.891, '1,234,567.89'],
  ['#,##0.##', 12, '12'],
  ['#.##', 0.5, '.5'],
  ['0', 2.5, '2'],
  ['0', 3.5, '4'],
  ['0.0%', 0.125, '12.5%'],
  ["$0.0'x'", 3, '$3.0x'],
])('writes with %s the number %d as %s', (pattern, value, text) => {
  expect(decimalFormat(pattern)(value)).toBe(text)
})

it.each(['0.0E0', '0;(0)', 'x', ''])('refuses the pattern "%s"', (pattern) => {
  expect(() => decimalFormat(pattern)).toThrow(`[${pattern}]`)
})
