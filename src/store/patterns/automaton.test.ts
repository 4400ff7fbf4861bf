import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { automatonTest } from './automaton-test.ts'
import { Characters } from './characters.ts'
import { parseRegexp } from './regexp-parser.ts'
import { parsePrefix, parseWildcard } from './wildcard.ts'
import { patternProblem } from './word-pattern.ts'

const characters = new Characters()
const nothing = () => undefined

function fits(pattern: string, text: string, ignoreCase = false): boolean {
  return automatonTest(parseRegexp(pattern, ignoreCase)).fits(characters.ofText(text))
}

describe('a regular expression', () => {
  it.each([
    ['ab.', ['abc', 'ab機', 'ab𠮷'], ['ab', 'abcd']],
    ['ab?c', ['ac', 'abc'], ['abbc']],
    ['ab+', ['ab', 'abbb'], ['a']],
    ['ab*', ['a', 'abbb'], ['b']],
    ['a{3}', ['aaa'], ['aa', 'aaaa']],
    ['a{2,4}', ['aa', 'aaaa'], ['a', 'aaaaa']],
    ['a{2,}', ['aa', 'aaaaaaaaa'], ['a']],
    ['abc|xyz', ['abc', 'xyz'], ['abcxyz']],
    ['abc(def)?', ['abc', 'abcdef'], ['abcd']],
    ['[abc-e]x', ['ax', 'dx'], ['-x', 'fx']],
    ['[^abc]', ['d', '機'], ['a', 'dd', '']],
    ['a.c&.*', ['abc'], ['ac']],
    ['aaa.+&.+bbb', ['aaabbb'], ['aaabb', 'bbbaaa']],
    ['a~bc', ['ac', 'adc', 'abbc'], ['abc']],
    ['~(abc)', ['', 'ab', 'abcd'], ['abc']],
    ['<1-100>', ['1', '42', '100', '007'], ['0', '101', '']],
    ['foo<01-100>', ['foo01', 'foo99', 'foo100', 'foo1'], ['foo101', 'foo0']],
    ['x<05-17>', ['x05', 'x17', 'x10'], ['x5', 'x18', 'x4']],
    ['@&~(abc.+)', ['', 'abc', 'abd'], ['abcd']],
    ['#|abc', ['abc'], ['', '#']],
    ['#', [], ['', '#', 'a']],
    ['"a.b*"', ['a.b*'], ['axb']],
    ['\\@\\.\\"', ['@."'], ['a']],
    ['a\\d\\w\\s?', ['a1_', 'a1x '], ['axx', 'a1-']],
    ['()', [''], ['a']],
    ['', [''], ['a']],
    ['(a|b)*c', ['c', 'ababc'], ['ab']],
    ['*a', ['*a'], ['a']],
  ] as const)('%s fits what it should', (pattern, fitting, others) => {
    expect(fitting.filter((text) => !fits(pattern, text))).toEqual([])
    expect(others.filter((text) => fits(pattern, text))).toEqual([])
  })

  it('takes ASCII letters in any case when asked to', () => {
    expect(fits('a[B]c"X"', 'AbCx', true)).toBe(true)
    expect(fits('a', 'A')).toBe(false)
  })

  it.each([
    ['a(b', "expected ')' at position 3"],
    ['[a', "expected ']' at position 2"],
    ['"a', `expected '"' at position 2`],
    ['a{', 'integer expected at position 2'],
    ['a{2', "expected '}' at position 3"],
    ['a)', 'end-of-string expected at position 1'],
    ['a\\', 'unexpected end-of-string'],
    ['|a', undefined],
    ['<a>', "'a' not found"],
    ['<1-x>', 'interval syntax error at position 4'],
    ['<1-2', "expected '>' at position 4"],
    ['[z-a]', 'invalid range: from (122) cannot be > to (97)'],
    ['((a{100}){100}){100}', expect.stringContaining('would require more than 10000 effort')],
    ['a{999999999999}', 'integer expected at position 14'],
  ] as const)('%s: %s', (value, problem) => {
    expect(patternProblem({ kind: 'regexp', value })).toEqual(problem)
  })

  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', 'ab')
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a})(${b})`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a}|${b})`),
      fc
        .tuple(tie('tree'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,2}'))
        .map(([a, count]) => `(${a})${count}`),
    ),
  }))
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
  const run = text.filter((one) => one !== '')

  it('fits what the engine of JavaScript says, where both know its operators', () => {
    fc.assert(
      fc.property(tree, text, (pattern, word) => {
        expect(fits(pattern, word)).toBe(new RegExp(`^(?:${pattern})$`, 's').test(word))
      }),
      { numRuns: 2000 },
    )
  })

  it('is negated by ~ and narrowed by &', () => {
    fc.assert(
      fc.property(tree, tree, text, (a, b, word) => {
        expect(fits(`~(${a})`, word)).toBe(!fits(a, word))
        expect(fits(`(${a})&(${b})`, word)).toBe(fits(a, word) && fits(b, word))
        expect(fits(`(${a})&~(${b})`, word)).toBe(fits(a, word) && !fits(b, word))
      }),
      { numRuns: 500 },
    )
  })

  it('finds the parts of a run that fit', () => {
    fc.assert(
      fc.property(tree, run, (pattern, given) => {
        const test = automatonTest(parseRegexp(pattern, false))
        const parts = Array.from(given, (_, from) =>
          Array.from(given.slice(from), (__, more) => given.slice(from, from + more + 1)),
        ).flat()
        const expected = parts.some((part) => fits(pattern, part))
        expect(test.fitsPart(characters.ofText(given), nothing)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('knows what every word that fits begins with and has inside', () => {
    fc.assert(
      fc.property(tree, text, (pattern, word) => {
        const test = automatonTest(parseRegexp(`ab${pattern}`, false))
        if (!test.fits(characters.ofText(word))) return
        expect(word.startsWith(test.beginning)).toBe(true)
        for (const part of test.inside) expect(word).toContain(part)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    '(a+)+b',
    '(a|aa)*b',
    '((a*)*)*b',
    '(a?){50}a{50}',
    '(.*a){20}',
    '(.*.*.*.*.*.*)*x',
    '((a?){30}){30}',
    '~((a|b)*a(a|b){12})',
    '(((((a|b)*a(a|b){5})&((a|b)*b(a|b){5}))|c)*d?)*',
  ])('%s takes no longer for being cruel', (pattern) => {
    const startMs = performance.now()
    const test = automatonTest(parseRegexp(pattern, false))
    for (let round = 0; round < 200; round++) {
      const word = Array.from({ length: 64 }, (_, place) => ((round * place) % 3 ? 'a' : 'b'))
      test.fits(characters.ofText(word.join('')))
    }
    expect(performance.now() - startMs).toBeLessThan(5_000)
  })
})

describe('a wildcard pattern', () => {
  it.each([
    ['a*c', ['ac', 'abbbc'], ['abcd']],
    ['?b', ['ab', '機b'], ['b', 'aab']],
    ['*', ['', 'abc'], []],
    ['**a**', ['a', 'xax'], ['x']],
    ['a\\*', ['a*'], ['ab']],
    ['a\\', ['a\\'], ['a']],
    ['.+', ['.+'], ['ab']],
  ] as const)('%s fits what it should', (pattern, fitting, others) => {
    const test = automatonTest(parseWildcard(pattern, false))
    expect(fitting.filter((text) => !test.fits(characters.ofText(text)))).toEqual([])
    expect(others.filter((text) => test.fits(characters.ofText(text)))).toEqual([])
  })

  it('says which text alone decides for a run', () => {
    const substring = (pattern: string) => automatonTest(parseWildcard(pattern, false)).substring
    expect(substring('*機器*')).toBe('機器')
    expect(substring('機器')).toBe('機器')
    expect(substring('機?器')).toBeUndefined()
    expect(substring('機*器')).toBeUndefined()
    expect(substring('機?')).toBeUndefined()
    expect(automatonTest(parsePrefix('機器', false)).substring).toBe('機器')
  })
})
