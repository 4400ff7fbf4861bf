import { describe, expect, it } from 'vitest'
import { fitsPattern, resolveIndices } from './index-names.ts'
import { SearchFailure } from './search-failure.ts'

const DAYS = ['2026-01-06', '2026-01-05'].map((day) => ({
  day,
  missing: [],
  bytes: 0,
  prefixes: ['holysheep-requests', 'holysheep-events'].map((prefix) => ({
    prefix,
    rows: 1,
    firstMs: Date.parse(day),
    lastMs: Date.parse(day),
  })),
}))

function names(expression: string, options: { ignore?: boolean; allow?: boolean } = {}) {
  return resolveIndices(expression, DAYS, {
    ignoreUnavailable: options.ignore ?? false,
    allowNoIndices: options.allow ?? true,
    nowMs: Date.parse('2026-01-06T01:00:00Z'),
  }).map(({ name }) => name.replace('holysheep-', '').replace('2026.01.', ''))
}

describe('an index expression', () => {
  it.each([
    ['', ['requests-06', 'events-06', 'requests-05', 'events-05']],
    ['_all', ['requests-06', 'events-06', 'requests-05', 'events-05']],
    ['holysheep-requests-2026.01.05', ['requests-05']],
    ['holysheep-events', ['events-06', 'events-05']],
    ['*-events-*,holysheep-requests-2026.01.05', ['events-06', 'requests-05', 'events-05']],
    ['*,-*-events-*', ['requests-06', 'requests-05']],
    ['<holysheep-events-{now/d-1d}>', ['events-05']],
    ['<holysheep-events-{now/d{yyyy.MM.dd}}>', ['events-06']],
    ['nothing-*', []],
  ])('%j names %j', (expression, expected) => {
    expect(names(expression)).toEqual(expected)
  })

  it('may name what does not exist only when that is allowed', () => {
    expect(() => names('nothing')).toThrow('no such index [nothing]')
    expect(() => names('holysheep-events,nothing')).toThrow('no such index [nothing]')
    expect(names('nothing', { ignore: true })).toEqual([])
    expect(() => names('nothing-*', { allow: false })).toThrow('no such index [nothing-*]')
  })

  it.each(['_nothing', 'a b', 'a/b', '<a{now>'])('%j is refused with 400', (expression) => {
    const refused = () => names(expression)
    expect(refused).toThrow(SearchFailure)
    expect(refused).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ status: 400 }) }),
    )
  })
})

describe('a pattern with stars', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'a*', true],
    ['abc', '*c', true],
    ['abc', 'a*c', true],
    ['abc', '*b*', true],
    ['abc', '**', true],
    ['abc', 'a*b', false],
    ['aba', 'ab*ba', false],
    ['abcabd', '*ab*d', true],
    ['abc', 'abcd*', false],
  ])('%j against %j is %j', (text, pattern, expected) => {
    expect(fitsPattern(text, pattern)).toBe(expected)
  })
})
