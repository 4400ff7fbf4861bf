import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SortKind, sortValue } from './hit-sort-values.ts'

function value(kind: SortKind, missingIsLow = false, format?: string) {
  return sortValue({ field: 'f', kind, format, fieldFormat: undefined, missingIsLow, nowMs: 0 })
}

const json = (given: unknown) => JSON.stringify(given)

describe('the sort value of a hit', () => {
  it.each<readonly [SortKind, boolean, string]>([
    ['whole', false, '9223372036854775807'],
    ['whole', true, '-9223372036854775808'],
    ['boolean', false, '9223372036854775807'],
    ['date', true, '-9223372036854775808'],
    ['double', false, '"Infinity"'],
    ['float', true, '"-Infinity"'],
    ['nanos', true, '0'],
    ['keyword', false, 'null'],
    ['ip', true, 'null'],
  ])('of a missing %s (low: %j) is %s', (kind, missingIsLow, expected) => {
    const sort = value(kind, missingIsLow)
    expect(json(sort.answer([null, null]))).toBe(expected)
  })

  it.each<readonly [string, string]>([
    ['yyyy-MM-dd', '+292278994-08-17'],
    ['strict_date_optional_time', '+292278994-08-17T07:12:55.807Z'],
    ['epoch_millis', '9223372036854775807'],
  ])('of a missing date in the format %s is %s, and is understood again', (format, expected) => {
    const sort = value('date', false, format)
    expect(sort.answer([null])).toBe(expected)
    expect(sort.after(expected)).toEqual([null])
  })

  it('goes on behind the hit that it came from, whatever the key', () => {
    const whole = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 2n })
    fc.assert(
      fc.property(whole, (number) => {
        const sort = value('wide')
        const cells = [Number(number >> 32n), Number(number & (2n ** 32n - 1n))]
        const answered = json(sort.answer(cells))
        expect(answered).toBe(String(number))
        expect(sort.after(answered).map((one) => one?.value)).toEqual(cells)
      }),
    )
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const sort = value('double')
        expect(sort.after(sort.answer([number]))[0]?.value).toBe(number)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1e15, max: 4e15 }), (micros) => {
        const sort = value('nanos')
        const rounded = JSON.parse(json(sort.answer([micros]))) as number
        expect(sort.after(rounded)[0]?.value).toBe(micros)
        expect(sort.after(json(sort.answer([micros])))[0]?.value).toBe(micros)
      }),
    )
    for (const kind of ['whole', 'wide', 'double', 'date', 'nanos', 'keyword'] as const) {
      for (const low of [false, true]) {
        const sort = value(kind, low)
        const answered = sort.answer([null, null])
        if (kind === 'nanos' && low) continue
        const given = typeof answered === 'object' && answered !== null ? json(answered) : answered
        for (const one of sort.after(given)) expect(one).toBeNull()
      }
    }
  })

  it.each<readonly [SortKind, unknown]>([
    ['whole', 'x'],
    ['wide', true],
    ['double', 'one'],
    ['date', 'zz'],
    ['date', 'now'],
    ['ip', 'zz'],
    ['whole', [5]],
    ['keyword', {}],
  ])('of kind %s cannot be %j', (kind, given) => {
    expect(() => value(kind).after(given)).toThrow()
  })

  it.each<readonly [SortKind, unknown, unknown]>([
    ['boolean', 'false', 0],
    ['boolean', true, 1],
    ['whole', '5.7', 5],
    ['whole', 1e17, Number.MAX_SAFE_INTEGER],
    ['date', '2026-01-05T10:00:00Z', 1_767_607_200_000],
    ['date', '1767607200000', 1_767_607_200_000],
    ['keyword', 5, '5'],
    ['ip', '::1', '00000000000000000000000000000001'],
  ])('of kind %s may be given as %j', (kind, given, expected) => {
    expect(value(kind).after(given)[0]?.value).toBe(expected)
  })
})
