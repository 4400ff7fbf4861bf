import { describe, expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import { EXAMPLE_FIELDS } from './example-fields.ts'
import { parseQueryString, type QueryStringOptions } from './query-string.ts'

type Options = Partial<QueryStringOptions>

function tree(text: string, options: Options = {}) {
  return parseQueryString(text, { ...EXAMPLE_FIELDS, ...options })
}

function failure(text: string, options: Options = {}) {
  try {
    tree(text, options)
  } catch (error) {
    if (error instanceof SearchFailure) return error.details
    throw error
  }
  throw new Error('no failure')
}

const MESSAGE: Options = { fields: ['message'], lenient: true }
const word = (query: string) => ({ match: { message: { query } } })
const range = (field: string, options: object) => ({ range: { [field]: options } })

describe('fields', () => {
  it('looks for words without field in every field that can take them', () => {
    expect(tree('reset')).toEqual({
      multi_match: {
        query: 'reset',
        type: 'best_fields',
        fields: ['message', 'model', 'model.keyword', 'user_id', 'attempts.provider', 'labels.a:b'],
        lenient: true,
      },
    })
    expect(JSON.stringify(tree('404'))).toContain('"status_code","cost"')
  })

  it.each([
    ['model.keyword:gpt-4o', { match: { 'model.keyword': { query: 'gpt-4o' } } }],
    ['model.keyword:"gpt-4o"', { match: { 'model.keyword': { query: 'gpt-4o' } } }],
    ['model:gpt-4o', { match: { model: { query: 'gpt-4o' } } }],
    ['model : gpt', { match: { model: { query: 'gpt' } } }],
    ['model.\\*:gpt*', { prefix: { 'model.keyword': { value: 'gpt' } } }],
    ['labels.a\\:b:x', { match: { 'labels.a:b': { query: 'x' } } }],
    ['status_code:404', { match: { status_code: { query: '404', lenient: true } } }],
    ['stream:true', { match: { stream: { query: 'true', lenient: true } } }],
    ['client_ip:"10.0.0.0/24"', { match: { client_ip: { query: '10.0.0.0/24', lenient: true } } }],
  ])('reads %s', (text, expected) => {
    expect(tree(text)).toEqual(expected)
  })

  it('asks all fields that an escaped star stands for', () => {
    expect(tree('mod\\*:gpt')).toMatchObject({
      multi_match: { query: 'gpt', fields: ['model', 'model.keyword'] },
    })
  })

  it.each([
    'nope:foo',
    'Message:connection',
    'nope:[1 TO 2]',
    'nope:a*',
    'status_code:abc',
    'status_code:99999999999999999999',
    'status_code:[abc TO 500]',
    'status_code:4*',
    'status_code:/4.*/',
    'status_code:404~',
    'stream:yes',
    'client_ip:10.0.0',
    'client_ip:"10.0.0.0/33"',
    '@timestamp:abc',
    '_exists_:nope',
    '_exists_:a*',
    '_exists_:*',
    '_exists_:(cost message)',
  ])('finds nothing for %s instead of failing', (text) => {
    expect(tree(text)).toEqual({ match_none: {} })
  })

  it('leaves a value that does not fit to the field when fields were chosen', () => {
    expect(tree('status_code:abc', { fields: ['message'] })).toEqual({
      match: { status_code: { query: 'abc' } },
    })
  })

  it('reads dates in the format of their field', () => {
    expect(tree('day:20260101')).toEqual({ match: { day: { query: '20260101', lenient: true } } })
    expect(tree('day:2026-01-01')).toEqual({ match_none: {} })
  })

  it('takes default fields with boosts and patterns', () => {
    expect(tree('gpt', { fields: ['model*^2', 'message'] })).toEqual({
      multi_match: {
        query: 'gpt',
        type: 'best_fields',
        fields: ['model^2', 'model.keyword^2', 'message'],
      },
    })
    expect(tree('gpt', { fields: ['message^3'] })).toEqual({
      match: { message: { query: 'gpt', boost: 3 } },
    })
    expect(tree('gpt', { fields: ['message^2', 'mess*^3'] })).toEqual({
      match: { message: { query: 'gpt', boost: 6 } },
    })
    expect(tree('gpt', { defaultField: 'message' })).toEqual(word('gpt'))
    expect(tree('gpt', { fields: ['nope'] })).toEqual({ match_none: {} })
    expect(failure('gpt', { fields: ['message^x'] }).type).toBe('number_format_exception')
    expect(failure('gpt', { fields: ['message^-1'] }).reason).toContain('negative [boost]')
  })
})

describe('operators', () => {
  const a = word('a')
  const b = word('b')
  const c = word('c')

  it.each([
    ['a b', word('a b')],
    ['message:(a b)', word('a b')],
    ['a AND b', { bool: { must: [a, b] } }],
    ['a && b', { bool: { must: [a, b] } }],
    ['a OR b', { bool: { should: [a, b] } }],
    ['a || b', { bool: { should: [a, b] } }],
    ['+a -b', { bool: { must: [a], must_not: [b] } }],
    ['+a b', { bool: { must: [a], should: [b] } }],
    ['a!b', { bool: { should: [a], must_not: [b] } }],
    ['NOT a', { bool: { must_not: [a] } }],
    ['!a', { bool: { must_not: [a] } }],
    ['-a', { bool: { must_not: [a] } }],
    ['a AND NOT b', { bool: { must: [a], must_not: [b] } }],
    ['a OR (NOT b)', { bool: { should: [a, { bool: { must_not: [b] } }] } }],
    ['a AND b OR c', { bool: { must: [a, b], should: [c] } }],
    ['a OR b AND c', { bool: { must: [b, c], should: [a] } }],
    ['(a OR b) AND c', { bool: { must: [{ bool: { should: [a, b] } }, c] } }],
    ['a b AND c', { bool: { must: [b, c], should: [a] } }],
    ['a b c AND d', { bool: { must: [c, word('d')], should: [word('a b')] } }],
    ['message:a OR b', { bool: { should: [a, b] } }],
    ['a&&b', word('a&&b')],
    ['a and b', word('a and b')],
    ['\\AND', word('AND')],
    ['- a', a],
    ['a AND "!!!"', a],
    ['((a))', a],
    ['a(b)', { bool: { should: [a, b] } }],
  ])('reads %s', (text, expected) => {
    expect(tree(text, MESSAGE)).toEqual(expected)
  })

  it.each([
    ['a b', { match: { message: { query: 'a b', operator: 'and' } } }],
    ['a OR b', ['should', 'should']],
    ['a OR b c', ['must', 'should', 'should']],
    ['a AND b OR c', ['must', 'should', 'should']],
    ['a -b', ['must', 'must_not']],
  ])('reads %s with "and" between words', (text, expected) => {
    const found = tree(text, { ...MESSAGE, defaultOperator: 'and' })
    if (!Array.isArray(expected)) return expect(found).toEqual(expected)
    const { bool } = found as { bool: Record<string, unknown[]> }
    expect(
      Object.entries(bool)
        .flatMap(([occur, all]) => all.map(() => occur))
        .sort(),
    ).toEqual(expected)
  })
})

describe('words, phrases and patterns', () => {
  it.each([
    ['"connection reset"', { match_phrase: { message: { query: 'connection reset' } } }],
    ['"a b"~2', { match_phrase: { message: { query: 'a b', slop: 2 } } }],
    ['"a b"~1.7', { match_phrase: { message: { query: 'a b', slop: 1 } } }],
    ['"a \\"b"', { match_phrase: { message: { query: 'a "b' } } }],
    ['conection~', { fuzzy: { message: { value: 'conection', fuzziness: 'AUTO' } } }],
    ['Conection~1', { fuzzy: { message: { value: 'conection', fuzziness: 1 } } }],
    ['user_id:Ann~2', { fuzzy: { user_id: { value: 'Ann', fuzziness: 2 } } }],
    ['Conn*', { prefix: { message: { value: 'conn' } } }],
    ['user_id:Conn*', { prefix: { user_id: { value: 'Conn' } } }],
    ['C?nn*', { wildcard: { message: { value: 'c?nn*' } } }],
    ['*a', { wildcard: { message: { value: '*a' } } }],
    ['user_id:a\\*b*', { prefix: { user_id: { value: 'a*b' } } }],
    ['user_id:a\\*b?', { wildcard: { user_id: { value: 'a\\*b?' } } }],
    ['/Con.*/', { regexp: { message: { value: 'Con.*' } } }],
    ['/a\\/b/', { regexp: { message: { value: 'a\\/b' } } }],
    ['x\\:y', word('x:y')],
    ['\\u0041', word('A')],
    ['reset^2', { match: { message: { query: 'reset', boost: 2 } } }],
    ['a~1^2', { fuzzy: { message: { value: 'a', fuzziness: 1, boost: 2 } } }],
    ['a^2~1', { fuzzy: { message: { value: 'a', fuzziness: 1, boost: 2 } } }],
    ['(a OR b)^3', { bool: { should: [word('a'), word('b')], boost: 3 } }],
  ])('reads %s', (text, expected) => {
    expect(tree(text, MESSAGE)).toEqual(expected)
  })

  it('looks for a pattern in every field of words', () => {
    expect(tree('Gpt*', { fields: ['model*', 'status_code'], lenient: true })).toEqual({
      dis_max: {
        queries: [
          { prefix: { model: { value: 'gpt' } } },
          { prefix: { 'model.keyword': { value: 'Gpt' } } },
        ],
      },
    })
  })

  it('analyses what stands before a star when asked to', () => {
    const options = { ...MESSAGE, analyzeWildcard: true }
    expect(tree('Two-Wor*', options)).toEqual({
      bool: { should: [word('two'), { prefix: { message: { value: 'wor' } } }] },
    })
    expect(tree('Wor*', options)).toEqual({ prefix: { message: { value: 'wor' } } })
  })

  it.each([
    ['a~0.8', 'fuzziness needs to be one of 0.0, 1.0 or 2.0 but was 0.8'],
    ['a~5', 'Valid edit distances are [0, 1, 2] but was [5]'],
    ['a~b', 'fuzziness cannot be [b].'],
  ])('refuses the distance of %s', (text, reason) => {
    expect(failure(text, MESSAGE).reason).toBe(`failed to create query: ${reason}`)
  })
})

describe('ranges', () => {
  it.each([
    ['status_code:>=400', range('status_code', { gte: '400' })],
    ['status_code:>400', range('status_code', { gt: '400' })],
    ['status_code:<400', range('status_code', { lt: '400' })],
    ['status_code:<=400', range('status_code', { lte: '400' })],
    ['status_code:>-5', range('status_code', { gt: '-5' })],
    ['status_code:[400 TO 499]', range('status_code', { gte: '400', lte: '499' })],
    ['status_code:{400 TO 500}', range('status_code', { gt: '400', lt: '500' })],
    ['status_code:[400 TO 500}', range('status_code', { gte: '400', lt: '500' })],
    ['status_code:[-5 TO *]', range('status_code', { gte: '-5' })],
    ['status_code:[* TO *]', { exists: { field: 'status_code' } }],
    ['user_id:["a" TO "b c"]', range('user_id', { gte: 'a', lte: 'b c' })],
    ['message:[A TO TO]', range('message', { gte: 'a', lte: 'to' })],
    ['cost:[1 TO 2]^2', range('cost', { gte: '1', lte: '2', boost: 2 })],
    ['@timestamp:[now-1h TO now/d]', range('@timestamp', { gte: 'now-1h', lte: 'now/d' })],
    ['@timestamp:[2026-01-01||+1d TO *]', range('@timestamp', { gte: '2026-01-01||+1d' })],
    ['@timestamp:>2026-01-01', range('@timestamp', { gt: '2026-01-01' })],
  ])('reads %s', (text, expected) => {
    expect(tree(text)).toEqual(expected)
  })

  it('joins comparisons of a field', () => {
    expect(tree('status_code:(>=400 AND <500)')).toEqual({
      bool: { must: [range('status_code', { gte: '400' }), range('status_code', { lt: '500' })] },
    })
    expect(tree('status_code:(>=400 <500)')).toEqual({ match_none: {} })
  })

  it('takes a time zone for dates', () => {
    const timeZone = '+07:00'
    expect(tree('@timestamp:2026-01-01', { timeZone })).toEqual(
      range('@timestamp', { gte: '2026-01-01', lte: '2026-01-01', time_zone: timeZone }),
    )
    expect(tree('@timestamp:<2026-01-01', { timeZone })).toEqual(
      range('@timestamp', { lt: '2026-01-01', time_zone: timeZone }),
    )
  })
})

describe('existence', () => {
  const cost = { exists: { field: 'cost' } }

  it.each([
    ['_exists_:cost', cost],
    ['_exists_:"cost"', cost],
    ['cost:*', cost],
    ['cost:(*)', cost],
    ['NOT _exists_:cost', { bool: { must_not: [cost] } }],
    ['attempts:*', { exists: { field: 'attempts' } }],
    ['*', { match_all: {} }],
    ['*:*', { match_all: {} }],
  ])('reads %s', (text, expected) => {
    expect(tree(text)).toEqual(expected)
  })

  it('asks the default field for any value', () => {
    expect(tree('*', { defaultField: 'cost' })).toEqual(cost)
  })

  it.each(['', '   ', '"!!!"'])('finds nothing for %j', (text) => {
    expect(tree(text, MESSAGE)).toEqual({ match_none: {} })
  })
})

describe('wrong syntax', () => {
  it.each([
    'unclosed "q',
    'bad:[1 TO',
    'status_code:[400 500]',
    'status_code:[1 TO 2',
    'AND',
    'a AND',
    'OR a',
    'a OR OR b',
    'NOT',
    'NOT NOT a',
    '--a',
    '*.keyword:gpt',
    'model.*:gpt',
    '()',
    '(a',
    'a)',
    'a:b:c',
    'f:',
    ':a',
    'a^',
    'a^b',
    'a^-1',
    'status_code:-5',
    '~',
    'a]',
    '/a',
    'a/b',
    'a\\',
    '\\u00',
  ])('refuses %s', (text) => {
    expect(failure(text)).toMatchObject({
      type: 'query_shard_exception',
      reason: `Failed to parse query [${text}]`,
      status: 400,
      onShard: true,
      causedBy: { type: 'parse_exception' },
    })
  })

  it('says what was expected where', () => {
    expect(failure('a AND )').causedBy?.reason).toBe(
      `Cannot parse 'a AND )': expected a word, a phrase, a range or a group at column 6, found ")"`,
    )
  })

  it('refuses a leading wildcard when it is not allowed', () => {
    const options = { ...MESSAGE, allowLeadingWildcard: false }
    expect(failure('*a', options).reason).toBe('Failed to parse query [*a]')
    expect(tree('*', options)).toEqual({ exists: { field: 'message' } })
  })

  it('takes any text as words when it is to be escaped', () => {
    expect(tree('a:b (c', { ...MESSAGE, escape: true })).toEqual(word('a:b (c'))
  })

  it('refuses what is too long, too deep or has too many clauses', () => {
    expect(failure('a'.repeat(32_001)).reason).toContain('exceeds max allowed length 32000')
    expect(failure('('.repeat(200)).reason).toContain('nested depth')
    expect(failure(`${'a OR '.repeat(1_100)}a`).reason).toContain('too_many_nested_clauses')
    expect(failure('a* '.repeat(400)).reason).toContain('too_many_nested_clauses')
  })
})

describe('counted clauses', () => {
  const minimumShouldMatch = 2

  it('counts words of one field, or the clauses of operators', () => {
    expect(tree('a b c', { ...MESSAGE, minimumShouldMatch })).toEqual({
      match: { message: { query: 'a b c', minimum_should_match: 2 } },
    })
    expect(tree('a OR b', { ...MESSAGE, minimumShouldMatch })).toEqual({
      bool: { should: [word('a'), word('b')], minimum_should_match: 2 },
    })
    expect(tree('a & b c*', { ...MESSAGE, minimumShouldMatch })).toEqual({
      bool: {
        should: [word('a'), word('b'), { prefix: { message: { value: 'c' } } }],
        minimum_should_match: 2,
      },
    })
  })

  it('does not count words of several fields or within a group', () => {
    expect(JSON.stringify(tree('a b c', { minimumShouldMatch }))).not.toContain('minimum')
    expect(tree('(a b) c', { ...MESSAGE, minimumShouldMatch })).toEqual({
      bool: { should: [word('a b'), word('c')], minimum_should_match: 2 },
    })
  })
})

describe('other options', () => {
  it('hands on how fields are scored and phrases are looked for', () => {
    const fields = ['message', 'model']
    expect(tree('a', { fields, type: 'cross_fields', tieBreaker: 0.3 })).toMatchObject({
      multi_match: { type: 'cross_fields', tie_breaker: 0.3 },
    })
    expect(tree('a*', { fields, type: 'most_fields' })).toMatchObject({
      dis_max: { tie_breaker: 1 },
    })
    expect(tree('"a b"', { fields, phraseSlop: 3 })).toMatchObject({
      multi_match: { type: 'phrase', slop: 3 },
    })
    expect(tree('a', { fields: ['message'], type: 'phrase_prefix' })).toMatchObject({
      multi_match: { type: 'phrase_prefix', fields: ['message'] },
    })
    expect(tree('a', { ...MESSAGE, boost: 2, analyzer: 'keyword' })).toEqual({
      match: { message: { query: 'a', analyzer: 'keyword', boost: 2 } },
    })
  })

  it('looks for phrases in the field with the suffix where there is one', () => {
    const quoteFieldSuffix = '.keyword'
    expect(tree('model:"a b"', { quoteFieldSuffix })).toEqual({
      match: { 'model.keyword': { query: 'a b' } },
    })
    expect(tree('message:"a b"', { quoteFieldSuffix })).toEqual({
      match_phrase: { message: { query: 'a b' } },
    })
  })

  it('hands on how fuzzy words are looked for', () => {
    const fuzzy = { fuzziness: 1, fuzzyPrefixLength: 2, fuzzyMaxExpansions: 10 }
    expect(tree('abc~', { ...MESSAGE, ...fuzzy, fuzzyTranspositions: false })).toEqual({
      fuzzy: {
        message: {
          value: 'abc',
          fuzziness: 1,
          prefix_length: 2,
          max_expansions: 10,
          transpositions: false,
        },
      },
    })
  })
})
