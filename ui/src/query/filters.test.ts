import { describe, expect, it } from 'vitest'
import { FAILED } from './elastic-query.ts'
import { FAILED_FILTER, filterClauses, formatFilter, parseFilter, toggleFilter } from './filters.ts'

const model = (value: string, negated = false) => ({ field: 'model', value, negated })

describe('parseFilter', () => {
  it.each([
    ['model:gpt-4o', model('gpt-4o')],
    ['!model:gpt-4o', model('gpt-4o', true)],
    ['trace_id:a:b', { field: 'trace_id', value: 'a:b', negated: false }],
    ['error_pattern:two\nlines', { field: 'error_pattern', value: 'two\nlines', negated: false }],
  ])('reads %j', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter)
    expect(formatFilter(filter)).toBe(text)
  })

  it.each(['', 'model', 'model:', ':x', 'Model:x', '__proto__:x', 'a b:c'])(
    'refuses %j',
    (text) => {
      expect(parseFilter(text)).toBeUndefined()
    },
  )
})

describe('toggleFilter', () => {
  it('adds, takes away, and replaces the opposite', () => {
    expect(toggleFilter([], model('a'))).toEqual([model('a')])
    expect(toggleFilter([model('a'), model('b')], model('a'))).toEqual([model('b')])
    expect(toggleFilter([model('a')], model('a', true))).toEqual([model('a', true)])
  })
})

describe('filterClauses', () => {
  it('takes wanted values of one field as alternatives, of several fields together', () => {
    const provider = { field: 'provider', value: 'openai', negated: false }
    expect(filterClauses([model('a'), provider, model('b')])).toEqual([
      { terms: { model: ['a', 'b'] } },
      { terms: { provider: ['openai'] } },
    ])
  })

  it('excludes each unwanted value', () => {
    expect(filterClauses([model('a', true), model('b', true)])).toEqual([
      { bool: { must_not: [{ term: { model: 'a' } }] } },
      { bool: { must_not: [{ term: { model: 'b' } }] } },
    ])
  })

  it('knows what counts as failed', () => {
    expect(filterClauses([FAILED_FILTER])).toEqual([FAILED])
    expect(filterClauses([{ ...FAILED_FILTER, negated: true }])).toEqual([
      { bool: { must_not: [FAILED] } },
    ])
  })
})
