import fc from 'fast-check'
import { expect, it } from 'vitest'
import { queryTerms } from '../tokens.ts'
import { hasPhrase } from './phrase.ts'
import { phraseHint } from './phrase-hint.ts'

it.each([
  ['It is in the box', 'is in the', true],
  ['This in the box', 'is in the', false],
  ['is in a box, the end', 'is in the', false],
  ['Is -- IN: “the” box', 'is in the', true],
  ['ís ın the', 'is in the', true],
  ['is in them', 'is in the', false],
] as const)('tells of "%s" whether it may have "%s": %s', (text, phrase, expected) => {
  expect(phraseHint(queryTerms(phrase))?.(text)).toBe(expected)
})

it.each([
  ['of characters written without blanks', '机器学习'],
  ['of words with signs in them', "isn't it"],
  ['of words that may have been cut', `a ${'b'.repeat(64)}`],
])('has nothing to tell of phrases %s', (_, phrase) => {
  expect(phraseHint(queryTerms(phrase))).toBeUndefined()
})

it('never denies a phrase that a text has', () => {
  const word = fc.constantFrom(
    'a',
    'A',
    'is',
    'ís',
    'ISN',
    'ß',
    'ss',
    'ﬁ',
    'fi',
    'đ',
    '1',
    'e\u0301',
  )
  const gap = fc.constantFrom(
    ' ',
    '  ',
    ', ',
    '. ',
    '-',
    "'",
    '_',
    '机',
    ' 😀 ',
    '\u00ad',
    'ｘ',
    '\n',
  )
  const text = fc
    .array(fc.tuple(word, gap), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.map(([one, end]) => one + end).join(''))
  const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '))
  fc.assert(
    fc.property(text, phrase, (whole, sought) => {
      const terms = queryTerms(sought)
      const hint = phraseHint(terms)
      fc.pre(hint !== undefined)
      if (hasPhrase(whole, terms, 0)) expect(hint!(whole)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

it('takes no longer than the text is long', () => {
  const texts = ['is '.repeat(300_000), 'is'.repeat(300_000), `is${' '.repeat(500_000)}`]
  const hint = phraseHint(queryTerms('is in the'))!
  const startMs = performance.now()
  for (const text of texts) expect(hint(text)).toBe(false)
  expect(performance.now() - startMs).toBeLessThan(1000)
})
