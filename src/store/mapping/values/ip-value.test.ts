import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ipDigits, ipText } from './ip-value.ts'

describe('an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fe80::', 'fe80::'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('%s is written as %s', (text, expected) => {
    expect(ipText(ipDigits(text) ?? '')).toBe(expected)
  })

  it.each(['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', 'x', ':::', '1::2::3', 'fe80::1%lo'])(
    '%j is none',
    (text) => {
      expect(ipDigits(text)).toBeUndefined()
    },
  )

  it('comes back from its digits, and sorts as they do', () => {
    const v6 = fc.ipV6()
    fc.assert(
      fc.property(fc.oneof(v6, fc.ipV4()), (text) => {
        const digits = ipDigits(text) ?? ''
        expect(digits).toMatch(/^[0-9a-f]{32}$/)
        expect(ipDigits(ipText(digits))).toBe(digits)
      }),
    )
    expect(ipDigits('9.0.0.0')! < ipDigits('10.0.0.0')!).toBe(true)
  })
})
