import { expect, it } from 'vitest'
import { withDates } from './date-math-name.ts'

const NOW = Date.parse('2026-01-06T20:00:00Z')

it.each([
  ['logs', 'logs'],
  ['<logs-{now/d}>', 'logs-2026.01.06'],
  ['<logs-{now/d-1d}-x>', 'logs-2026.01.05-x'],
  ['<logs-{now/M{yyyy.MM}}>', 'logs-2026.01'],
  ['<{now{yyyy}}-{now{MM}}>', '2026-01'],
  ['<logs-{now/d{yyyy.MM.dd|+12:00}}>', 'logs-2026.01.07'],
  ['<logs-{now/d{yyyy.MM.dd|-0130}}>', 'logs-2026.01.06'],
  ['<logs-{2026-03-01||/d}>', 'logs-2026.03.01'],
  ['<a\\{b\\}>', 'a{b}'],
  ['<plain>', 'plain'],
])('%j is %j', (name, expected) => {
  expect(withDates(name, NOW)).toBe(expected)
})

it.each(['<a{now>', '<a}>', '<{now{yyyy}>', '<{now{yyyy|nowhere}}>', '<{}>'])(
  '%j is refused',
  (name) => {
    expect(() => withDates(name, NOW)).toThrow()
  },
)
