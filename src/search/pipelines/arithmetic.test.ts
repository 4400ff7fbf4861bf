import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import { arithmetic } from './arithmetic.ts'

describe('a script of a bucket aggregation', () => {
  it.each([
    ['params.a / params.b * 100', 50],
    ['params.a > 1 ? params.b : 0', 4],
    ['return (params.a + params.b) % 4;', 2],
    ['params.a >= 2 && !(params.b < 4)', 1],
    ['Math.max(params.a, Math.abs(-7.5))', 7.5],
    ['-params.a * -params.b', 8],
    ['a + b', 6],
    ['2 - 1 - 1', 0],
    ['1.5e2 + .5', 150.5],
    ['params.missing + 1', Number.NaN],
  ] as const)('%s is %d of a = 2, b = 4', (source, expected) => {
    expect(arithmetic(source)({ a: 2, b: 4 })).toEqual(expected)
  })

  it.each([
    'params.a; params.b',
    'for (;;) {}',
    'params.a +',
    'doc["x"].value',
    'Math.random()',
    '(params.a',
    '"text"',
    `${'('.repeat(5_000)}1`,
    `${'-'.repeat(1_900)}1`,
    'constructor.x',
  ])('refuses %s', (source) => {
    expect(() => arithmetic(source)).toThrow(SearchFailure)
  })

  it('ends any text in a number or a refusal', () => {
    const pieces = fc.constantFrom(
      'params.a',
      '1',
      '+',
      '-',
      '(',
      ')',
      '?',
      ':',
      '&&',
      'Math.min(',
      ',',
      ' ',
      '!',
    )
    const source = fc.oneof(
      fc.string(),
      fc.array(pieces).map((list) => list.join('')),
    )
    fc.assert(
      fc.property(source, (text) => {
        try {
          expect(arithmetic(text)({ a: 1 })).toBeTypeOf('number')
        } catch (error) {
          expect(error).toBeInstanceOf(SearchFailure)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
