import { describe, expect, it } from 'vitest'
import { EXAMPLE_FIELDS } from './example-fields.ts'
import { queryStringTree, simpleQueryStringTree } from './query-string-body.ts'

const both = [
  ['query_string', queryStringTree],
  ['simple_query_string', simpleQueryStringTree],
] as const

describe.each(both)('the body of %s', (name, tree) => {
  const read = (body: unknown) => tree(body, EXAMPLE_FIELDS)

  it('has a text and options', () => {
    expect(
      read({
        query: 'a',
        fields: ['message'],
        default_operator: 'AND',
        analyze_wildcard: true,
        lenient: true,
        boost: 2,
        auto_generate_synonyms_phrase_query: false,
        _name: 'mine',
      }),
    ).toEqual({ match: { message: { query: 'a', operator: 'and', boost: 2 } } })
    expect(read({ query: 5, fields: ['message'] })).toEqual({ match: { message: { query: '5' } } })
  })

  it('looks in all fields when the list is empty', () => {
    expect(read({ query: 'a', fields: [] })).toMatchObject({ multi_match: { query: 'a' } })
  })

  it.each([
    [{}, 'requires [query]'],
    [{ query: null }, 'requires [query]'],
    [{ query: ['a'] }, '[query]'],
    [{ query: 'a', zzz: 1 }, 'does not support [zzz]'],
    [{ query: 'a', default_operator: 'xor' }, '[default_operator] must be [and] or [or]'],
    [{ query: 'a', fields: 'message' }, '[fields] must be a list of names'],
    [{ query: 'a', fields: [1] }, '[fields] must be a list of names'],
    [{ query: 'a', lenient: 'maybe' }, '[lenient] must be a boolean'],
    ['a', 'expected an object'],
    [null, 'expected an object'],
  ])('refuses %j', (body, reason) => {
    expect(() => read(body)).toThrow(reason)
    expect(() => read(body)).toThrow(`[${name}]`)
  })
})

it('reads the options that query_string alone has', () => {
  const body = {
    query: '"a b" OR abc~',
    default_field: 'message',
    phrase_slop: 2,
    fuzziness: 'AUTO:3,6',
    enable_position_increments: true,
    max_determinized_states: 10,
    rewrite: 'constant_score',
    type: 'most_fields',
    time_zone: '+01:00',
    tie_breaker: 0.3,
    escape: false,
  }
  expect(queryStringTree(body, EXAMPLE_FIELDS)).toEqual({
    bool: {
      should: [
        { match_phrase: { message: { query: 'a b', slop: 2 } } },
        { fuzzy: { message: { value: 'abc', fuzziness: 'AUTO:3,6' } } },
      ],
    },
  })
  expect(() =>
    queryStringTree({ query: 'a', fields: ['b'], default_field: 'c' }, EXAMPLE_FIELDS),
  ).toThrow('in conjunction with [default_field]')
})

it('reads the flags that simple_query_string alone has', () => {
  const tree = (flags: unknown) =>
    simpleQueryStringTree({ query: 'a|b', fields: ['message'], flags }, EXAMPLE_FIELDS)
  expect(tree('AND')).toEqual({ match: { message: { query: 'a|b' } } })
  expect(tree(1)).toEqual(tree('AND'))
  expect(tree('all')).toMatchObject({ bool: {} })
})
