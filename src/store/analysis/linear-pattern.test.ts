import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LinearPattern, linearPattern } from './linear-pattern.ts'

function made(source: string, flags = {}): LinearPattern {
  const pattern = linearPattern(source, flags)
  if (typeof pattern === 'string') throw new Error(pattern)
  return pattern
}

function found(source: string, text: string): readonly (readonly (string | undefined)[])[] {
  return made(source)
    .matches(text)
    .map((match) => match.map((place) => place && text.slice(...place)))
}

describe('a pattern of an analyzer', () => {
  it.each([
    ['\\d+', 'a12b3', [['12'], ['3']]],
    [
      '(\\w)(\\w+)?',
      'ab c',
      [
        ['ab', 'a', 'b'],
        ['c', 'c', undefined],
      ],
    ],
    ['a|ab', 'ab', [['a']]],
    ['ab|a', 'ab', [['ab']]],
    ['a+?', 'aa', [['a'], ['a']]],
    ['x{2,3}', 'xxxxx', [['xxx'], ['xx']]],
    ['^a|b$', 'aab', [['a'], ['b']]],
    ['\\bfoo\\b', 'foo food foo', [['foo'], ['foo']]],
    ['[^a-c\\s]', 'ab d', [['d']]],
    ['\\p{Lu}', 'aÄB', [['Ä'], ['B']]],
    ['😀+', 'a😀😀', [['😀😀']]],
  ])('%s finds in %j what it says', (source, text, expected) => {
    expect(found(source, text)).toEqual(expected)
  })

  it.each([
    '(?=a)',
    '(?<n>a)',
    '\\1',
    'a++',
    '(a',
    'a)',
    '[a',
    '*a',
    'a{2',
    'a{9999}',
    '(((a{500}){500}){500})',
  ])('refuses %s, which cannot be searched for in linear time or is no pattern', (source) => {
    expect(typeof linearPattern(source)).toBe('string')
  })

  it('needs no longer than the text for patterns that run away elsewhere', () => {
    const started = performance.now()
    expect(made('(a+)+$').fits(`${'a'.repeat(50_000)}b`)).toBe(false)
    expect(made('(a|a)*b').matches('a'.repeat(5_000))).toEqual([])
    made('a.*b|a').matches('a'.repeat(20_000))
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('finds what the regular expressions of JavaScript find', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^b]',
      '\\w',
      '(a)',
      '(?:ab)',
      '(b|a)',
      '^',
      '$',
    )
    const repeat = fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '{1,2}')
    const branch = fc.array(fc.tuple(part, repeat), { minLength: 1, maxLength: 4 })
    const source = fc
      .array(branch, { minLength: 1, maxLength: 3 })
      .map((branches) =>
        branches
          .map((parts) =>
            parts.map(([one, times]) => (/[\^$]/.test(one[0]!) ? one : one + times)).join(''),
          )
          .join('|'),
      )
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 12 })
    fc.assert(
      fc.property(source, text, (pattern, sample) => {
        const expected = [...sample.matchAll(new RegExp(pattern, 'g'))].map(
          ({ 0: whole, index }) => [index, index + whole.length],
        )
        expect(
          made(pattern)
            .matches(sample)
            .map(([whole]) => whole),
        ).toEqual(expected)
      }),
      { numRuns: 2_000 },
    )
  })
})
