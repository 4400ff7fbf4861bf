import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Characters } from './characters.ts'
import { fuzzyTest } from './fuzzy-test.ts'

const characters = new Characters()
const nothing = () => undefined

function fits(value: string, word: string, options: Partial<Parameters<typeof fuzzyTest>[0]>) {
  const test = fuzzyTest({ value, distance: 1, prefixLength: 0, transpositions: true, ...options })
  return test.fits(characters.ofText(word))
}

/** All texts that one edit makes of `text`. */
function edited(text: string, alphabet: string, transpositions: boolean): Set<string> {
  const found = new Set([text])
  const letters = [...alphabet]
  for (let place = 0; place <= text.length; place++) {
    const [head, tail] = [text.slice(0, place), text.slice(place)]
    for (const letter of letters) found.add(head + letter + tail)
    if (tail === '') continue
    found.add(head + tail.slice(1))
    for (const letter of letters) found.add(head + letter + tail.slice(1))
    if (transpositions && tail.length > 1) found.add(head + tail[1] + tail[0] + tail.slice(2))
  }
  return found
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })

it('finds every word within one edit and no other', () => {
  fc.assert(
    fc.property(word, word, fc.boolean(), (value, other, transpositions) => {
      const expected = edited(value, 'abc', transpositions).has(other)
      expect(fits(value, other, { transpositions })).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})

it('finds every word within two edits of which none changes the other', () => {
  fc.assert(
    fc.property(word, word, (value, other) => {
      const twice = [...edited(value, 'abc', false)].flatMap((one) => [
        ...edited(one, 'abc', false),
      ])
      const expected = twice.includes(other)
      expect(fits(value, other, { distance: 2, transpositions: false })).toBe(expected)
    }),
    { numRuns: 300 },
  )
})

it.each([
  ['gpt', 'gtp', {}, true],
  ['gpt', 'gtp', { transpositions: false }, false],
  ['gpt', 'xpt', { prefixLength: 1 }, false],
  ['gpt', 'gxt', { prefixLength: 1 }, true],
  ['𠮷野家', '𠮷家', {}, true],
  ['kitten', 'sitting', { distance: 2 }, false],
  ['kitten', 'sittin', { distance: 2 }, true],
  ['ca', 'abc', { distance: 2 }, false],
  ['abc', 'abc', { distance: 0 }, true],
] as const)('compares %s with %s under %j', (value, other, options, expected) => {
  expect(fits(value, other, options)).toBe(expected)
})

it('finds a part of a run that is near', () => {
  const test = fuzzyTest({ value: '机器学习', distance: 1, prefixLength: 1, transpositions: true })
  expect(test.fitsPart(characters.ofText('这是机器学吗'), nothing)).toBe(true)
  expect(test.fitsPart(characters.ofText('这是机学习器'), nothing)).toBe(true)
  expect(test.fitsPart(characters.ofText('这是器学习'), nothing)).toBe(false)
})
