import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GrowingText } from './growing-text.ts'

it('is all its pieces in their order, however many and long', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 400, unit: 'binary' }), { maxLength: 300 }),
      (pieces) => {
        const text = new GrowingText()
        for (const piece of pieces) text.add(piece)
        expect(String(text)).toBe(pieces.join(''))
      },
    ),
  )
})
