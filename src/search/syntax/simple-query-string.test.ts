import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import { EXAMPLE_FIELDS } from './example-fields.ts'
import { parseSimpleQueryString, type SimpleQueryStringOptions } from './simple-query-string.ts'

type Options = Partial<SimpleQueryStringOptions>

const MESSAGE = ['message']

function tree(text: string, options: Options = {}) {
  return parseSimpleQueryString(text, { ...EXAMPLE_FIELDS, fields: MESSAGE, ...options })
}

const word = (query: string) => ({ match: { message: { query } } })
const not = (clause: object) => ({ bool: { must_not: [clause], should: [{ match_all: {} }] } })

describe('operators', () => {
  const a = word('a')
  const b = word('b')
  const c = word('c')

  it.each([
    ['a', a],
    ['a b', { bool: { should: [a, b] } }],
    ['a + b', { bool: { must: [a, b] } }],
    ['a+b', { bool: { must: [a, b] } }],
    ['a | b', { bool: { should: [a, b] } }],
    ['a | b + c', { bool: { must: [{ bool: { should: [a, b] } }, c] } }],
    ['a + b | c', { bool: { should: [{ bool: { must: [a, b] } }, c] } }],
    ['a + (b | c)', { bool: { must: [a, { bool: { should: [b, c] } }] } }],
    ['-a', not(a)],
    ['--a', a],
    ['- a', a],
    ['a -b', { bool: { should: [a, not(b)] } }],
    ['a-b', word('a-b')],
    ['"a b"', { match_phrase: { message: { query: 'a b' } } }],
    ['"a b"~2', { match_phrase: { message: { query: 'a b', slop: 2 } } }],
    ['abc~1', { fuzzy: { message: { value: 'abc', fuzziness: 1 } } }],
    ['abc~', { fuzzy: { message: { value: 'abc', fuzziness: 2 } } }],
    ['abc~9', { fuzzy: { message: { value: 'abc', fuzziness: 2 } } }],
    ['abc~0', word('abc')],
    ['Ab*', { prefix: { message: { value: 'ab' } } }],
    ['\\(a\\)', word('(a)')],
    ['message:a', word('message:a')],
    ['*', { match_all: {} }],
  ])('reads %s', (text, expected) => {
    expect(tree(text)).toEqual(expected)
  })

  it.each([
    ['(a', a],
    ['a)', a],
    ['"a', a],
    ['+ a', a],
    ['a +', a],
    ['a | + b', { bool: { should: [a, b] } }],
    ['a + | b', { bool: { must: [a, b] } }],
    ['a + () b', { bool: { should: [a, b] } }],
    ['a "!!!" + b', { bool: { must: [a, b] } }],
    ['a\\', a],
    ['()', { match_none: {} }],
    ['""', { match_none: {} }],
    ['', { match_none: {} }],
    ['!!!', { match_none: {} }],
  ])('passes over what makes no sense in %j', (text, expected) => {
    expect(tree(text)).toEqual(expected)
  })

  it('joins clauses by the default operator', () => {
    const and = (query: string) => ({ match: { message: { query, operator: 'and' } } })
    expect(tree('a b | c', { defaultOperator: 'and' })).toEqual({
      bool: { should: [{ bool: { must: [and('a'), and('b')] } }, and('c')] },
    })
  })
})

describe('options', () => {
  it('knows the operators that the flags name', () => {
    expect(tree('a | b', { flags: 'NONE' })).toEqual(word('a | b'))
    expect(tree('a -b*', { flags: 'OR|WHITESPACE' })).toEqual({
      bool: { should: [word('a'), word('-b*')] },
    })
    expect(tree('a|b', { flags: 4 })).toEqual({ bool: { should: [word('a'), word('b')] } })
    expect(tree('a~1', { flags: 'SLOP' })).toEqual(word('a~1'))
    expect(() => tree('a', { flags: 'ZZZ' })).toThrow('Unknown simple_query_string flag [ZZZ]')
  })

  it('looks in every field that can take the word when none is given', () => {
    expect(tree('404', { fields: [] })).toMatchObject({
      multi_match: { query: '404', type: 'most_fields', lenient: true },
    })
  })

  it('counts the clauses that must match', () => {
    expect(tree('a b c', { minimumShouldMatch: 2 })).toMatchObject({
      bool: { minimum_should_match: 2 },
    })
    expect(tree('a', { minimumShouldMatch: 2 })).toMatchObject({
      match: { message: { query: 'a' } },
    })
  })

  it('finds nothing in a field that nobody mapped', () => {
    expect(tree('a', { fields: ['nope'] })).toEqual({ match_none: {} })
  })
})

it('takes any text, however it is written', () => {
  const pieces = fc.array(fc.constantFrom(...'ab +-|"()*~1\\', '"a b"'), { maxLength: 40 })
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    pieces.map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, fc.constantFrom('and', 'or'), (text, defaultOperator) => {
      expect(Object.keys(tree(text, { defaultOperator, fields: [] }))).toHaveLength(1)
    }),
    { numRuns: 200 },
  )
})

it.each(['(', '("', '"', '\\', '~', 'a~', '((a)', '-', '+ ', '"a"~'])(
  'reads a long text of %s in linear time or refuses it',
  (piece) => {
    const text = piece.repeat(32_000 / piece.length)
    const start = performance.now()
    try {
      tree(text)
    } catch (error) {
      expect(error).toBeInstanceOf(SearchFailure)
    }
    expect(performance.now() - start).toBeLessThan(1_000)
  },
)
