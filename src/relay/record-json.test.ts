import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textField, usdFromNanos } from './record-json.ts'

it.each([
  [0, '0'],
  [1, '0.000000001'],
  [320_000, '0.00032'],
  [166_250_000, '0.16625'],
  [1_000_000_000, '1'],
  [12_345_678_901, '12.345678901'],
] as const)('writes %d nano-USD as %s', (nanos, text) => {
  expect(usdFromNanos(nanos)).toBe(text)
})

it('writes any text as JSON that reads back the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = `{${textField('user_id', text).slice(1)}}`
      expect(JSON.parse(json)).toEqual({ user_id: text })
    }),
  )
})
