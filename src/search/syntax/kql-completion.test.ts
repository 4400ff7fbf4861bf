import fc from 'fast-check'
import { expect, it } from 'vitest'
import { kqlCompletion } from './kql-completion.ts'

/** The cursor is where the text has its bar. */
function at(marked: string) {
  const cursor = marked.indexOf('|')
  return kqlCompletion(marked.replace('|', ''), cursor)
}

const field = (prefix: string, from: number, to: number, nestedPath?: string) => ({
  kind: 'field',
  prefix,
  nestedPath,
  from,
  to,
})
const value = (name: string, prefix: string, from: number, to: number) => ({
  kind: 'value',
  field: name,
  prefix,
  from,
  to,
})
const operator = (name: string, place: number) => ({
  kind: 'operator',
  field: name,
  from: place,
  to: place,
})
const conjunction = (from: number, to = from) => ({ kind: 'conjunction', from, to })

it.each([
  ['|', [field('', 0, 0)]],
  ['sta|', [field('sta', 0, 3)]],
  ['st|atus', [field('st', 0, 6)]],
  ['(sta|', [field('sta', 1, 4)]],
  ['a and sta|', [field('sta', 6, 9)]],
  ['a and not |', [field('', 10, 10)]],
  ['"status co|', [field('status co', 0, 10)]],
  ['status |', [operator('status', 7), conjunction(7)]],
  ['status:|', [value('status', '', 7, 7)]],
  ['status: |', [value('status', '', 8, 8)]],
  ['status >= |', [value('status', '', 10, 10)]],
  ['status: 40|4', [value('status', '40', 8, 11)]],
  ['status: "40|', [value('status', '40', 8, 11)]],
  ['status: "40|4"', [value('status', '40', 8, 13)]],
  ['status: "404"|', [conjunction(13)]],
  ['status: 404 |', [conjunction(12)]],
  ['status: 404 an|', [conjunction(12, 14)]],
  ['status: 404 an|d b', [conjunction(12, 15)]],
  ['status: (40|', [value('status', '40', 9, 11)]],
  ['status: (400 or |', [value('status', '', 16, 16)]],
  ['status: (400 or 404) |', [conjunction(21)]],
  ['(status: 404) |', [conjunction(14)]],
  ['attempts: { pro|', [field('pro', 12, 15, 'attempts')]],
  ['attempts: { provider: op|', [value('attempts.provider', 'op', 22, 24)]],
  ['attempts: { provider |', [operator('attempts.provider', 21), conjunction(21)]],
  ['attempts: { provider: a } and |', [field('', 30, 30)]],
  ['a\\:b: |', [value('a:b', '', 6, 6)]],
] as const)('knows what is expected at the bar of %s', (marked, expected) => {
  expect(at(marked)).toEqual(expected)
})

it('answers on any text, at any place, within the text', () => {
  const texts = fc
    .array(fc.constantFrom(...'ab "(){}:<>=\\*', ' and ', 'not '), { maxLength: 40 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(texts, fc.nat(60), (text, place) => {
      const cursor = Math.min(place, text.length)
      const found = kqlCompletion(text, cursor)
      expect(found.length).toBeGreaterThan(0)
      for (const { from, to } of found) {
        expect(from).toBeLessThanOrEqual(cursor)
        expect(to).toBeGreaterThanOrEqual(cursor)
        expect(to).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 1_000 },
  )
})
