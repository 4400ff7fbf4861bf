import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { positions, type QueryTerm, queryTerms } from '../tokens.ts'
import { hasPhrase } from './phrase.ts'

describe('a phrase', () => {
  it.each([
    ['the quick brown fox', 'quick fox', 0, false],
    ['the quick brown fox', 'quick fox', 1, true],
    ['the quick brown fox', 'fox quick', 2, false],
    ['the quick brown fox', 'fox quick', 3, true],
    ['quick fox', 'fox quick', 1, false],
    ['quick fox', 'fox quick', 2, true],
    ['to be or not', 'be be', 9, false],
    ['to be or not to be', 'be be', 2, false],
    ['to be or not to be', 'be be', 3, true],
    ['a b a', 'a a', 1, true],
    ['Việt Nam', 'viet nam', 0, true],
    ['viet nam', 'Việt Nam', 0, true],
    ['机器学习很好', '器学习', 0, true],
    ['机器 学习', '机器学习', 0, false],
    ['x', 'x y', 5, false],
    ['', 'x', 5, false],
  ] as const)('in "%s" "%s" with slop %d: %s', (text, phrase, slop, expected) => {
    expect(hasPhrase(text, queryTerms(phrase), slop)).toBe(expected)
  })

  const word = fc.constantFrom('a', 'b', 'c', 'ab', 'é', 'e')
  const words = (length: number) => fc.array(word, { minLength: 1, maxLength: length })

  it('stands where some choice of different words is near enough, and nowhere else', () => {
    fc.assert(
      fc.property(words(9), words(4), fc.nat({ max: 5 }), (text, phrase, slop) => {
        const terms = queryTerms(phrase.join(' '))
        const expected = stands(positions(text.join(' ')), terms, slop)
        expect(hasPhrase(text.join(' '), terms, slop)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['words in no order', `${'a '.repeat(2990)}b `.repeat(10), `${'a '.repeat(3000)} b`, 0, false],
    ['just enough words', 'a '.repeat(500), 'a '.repeat(500), 2, true],
    ['words in turn', 'a b '.repeat(5000), 'b a '.repeat(500), 5, true],
    ['words far apart', `a ${'x '.repeat(50_000)}b `, 'b a', 2 ** 31, true],
  ] as const)('is soon sought among %s', (_, text, phrase, slop, expected) => {
    const startMs = performance.now()
    expect(hasPhrase(text, queryTerms(phrase), slop)).toBe(expected)
    expect(performance.now() - startMs).toBeLessThan(3000)
  })

  it('is not sought any longer when its time is up', () => {
    const tooLate = () => {
      throw new Error('too late')
    }
    expect(() => hasPhrase('a b', queryTerms('a b'), 0, undefined, tooLate)).toThrow('too late')
  })
})

function stands(text: ReturnType<typeof positions>, terms: readonly QueryTerm[], slop: number) {
  const choose = (chosen: readonly number[]): boolean => {
    const term = terms[chosen.length]
    if (term === undefined) {
      const begins = chosen.map((place, at) => place - terms[at]!.offset)
      return Math.max(...begins) - Math.min(...begins) <= slop
    }
    return text.some(
      (forms, place) =>
        !chosen.includes(place) &&
        term.tokens.some((token) => forms.includes(token.text)) &&
        choose([...chosen, place]),
    )
  }
  return choose([])
}
