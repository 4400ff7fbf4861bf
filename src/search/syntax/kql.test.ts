import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SearchFailure } from '../search-failure.ts'
import { EXAMPLE_FIELDS } from './example-fields.ts'
import { parseKql } from './kql.ts'

const MESSAGE = { ...EXAMPLE_FIELDS, fields: ['message'] }

function problem(text: string): string {
  try {
    parseKql(text, EXAMPLE_FIELDS)
  } catch (error) {
    if (error instanceof SearchFailure) {
      expect(error.details).toMatchObject({ type: 'parsing_exception', status: 400 })
      return error.details.reason
    }
    throw error
  }
  throw new Error('no failure')
}

const word = (query: string) => ({ match: { message: { query } } })
const user = (query: string) => ({ match: { user_id: { query } } })
const status = (query: string) => ({ match: { status_code: { query, lenient: true } } })
const range = (field: string, options: object) => ({ range: { [field]: options } })

describe('clauses', () => {
  it.each([
    ['', { match_all: {} }],
    ['  ', { match_all: {} }],
    ['*: *', { match_all: {} }],
    ['a b', word('a b')],
    ['"a b"', { match_phrase: { message: { query: 'a b' } } }],
    ['message: a b', word('a b')],
    ['message:"a b"', { match_phrase: { message: { query: 'a b' } } }],
    ['"message": a', word('a')],
    ['status_code: 404', status('404')],
    ['stream: true', { match: { stream: { query: 'true', lenient: true } } }],
    ['user_id: *', { exists: { field: 'user_id' } }],
    ['user_id: Al*', { prefix: { user_id: { value: 'Al' } } }],
    ['message: Al*', { prefix: { message: { value: 'al' } } }],
    ['user_id: *a?\\*b*', { wildcard: { user_id: { value: '*a\\?\\*b*' } } }],
    ['user_id: "a*"', user('a*')],
    ['user_id: a\\:b', user('a:b')],
    ['user_id: rock \\and roll', user('rock and roll')],
    ['user_id: "say \\"hi\\""', user('say "hi"')],
    ['labels.a\\:b: x', { match: { 'labels.a:b': { query: 'x' } } }],
    ['cannot go', word('cannot go')],
    ['and', word('and')],
    ['null', word('null')],
    ['user_id: "null"', user('null')],
    ['status_code >= 400', range('status_code', { gte: '400' })],
    ['status_code<500', range('status_code', { lt: '500' })],
    ['@timestamp > now-1h', range('@timestamp', { gt: 'now-1h' })],
    ['@timestamp <= "2026-01-01T00:00"', range('@timestamp', { lte: '2026-01-01T00:00' })],
  ])('reads %j', (text, expected) => {
    expect(parseKql(text, MESSAGE)).toEqual(expected)
  })

  it('looks for a value without field in every field that can take it', () => {
    expect(parseKql('reset', EXAMPLE_FIELDS)).toMatchObject({
      multi_match: { query: 'reset', type: 'best_fields', lenient: true },
    })
    expect(parseKql('"reset"', EXAMPLE_FIELDS)).toMatchObject({ multi_match: { type: 'phrase' } })
    expect(parseKql('*', EXAMPLE_FIELDS)).toEqual({ match_all: {} })
  })

  it('asks all fields that a name with a star stands for', () => {
    expect(parseKql('mod*: gpt', EXAMPLE_FIELDS)).toMatchObject({
      multi_match: { fields: ['model', 'model.keyword'] },
    })
    expect(parseKql('st*: *', EXAMPLE_FIELDS)).toEqual({
      dis_max: { queries: [{ exists: { field: 'status_code' } }, { exists: { field: 'stream' } }] },
    })
  })

  it('looks for the words beside one with a star one by one', () => {
    expect(parseKql('message: conn* reset', EXAMPLE_FIELDS)).toEqual({
      bool: { should: [{ prefix: { message: { value: 'conn' } } }, word('reset')] },
    })
  })

  it.each(['nope: a', 'status_code: abc', 'status_code: 4*', 'status_code > abc', 'nope: *'])(
    'finds nothing for %s',
    (text) => {
      expect(parseKql(text, EXAMPLE_FIELDS)).toEqual({ match_none: {} })
    },
  )

  it('reads a day in the time zone', () => {
    const timeZone = '+07:00'
    const day = range('@timestamp', { gte: '2026-01-01', lte: '2026-01-01', time_zone: timeZone })
    expect(parseKql('@timestamp: 2026-01-01', { ...EXAMPLE_FIELDS, timeZone })).toEqual(day)
    expect(parseKql('@timestamp: "2026-01-01"', { ...EXAMPLE_FIELDS, timeZone })).toEqual(day)
  })
})

describe('operators', () => {
  const [a, b, c] = [word('a'), word('b'), word('c')]

  it.each([
    ['a and b', { bool: { must: [a, b] } }],
    ['a OR b', { bool: { should: [a, b] } }],
    ['not a', { bool: { must_not: [a] } }],
    ['a or b and c', { bool: { should: [a, { bool: { must: [b, c] } }] } }],
    ['(a or b) and c', { bool: { must: [{ bool: { should: [a, b] } }, c] } }],
    ['a and not b', { bool: { must: [a, { bool: { must_not: [b] } }] } }],
    ['not (a or b)', { bool: { must_not: [{ bool: { should: [a, b] } }] } }],
    ['a and !!!', { bool: { must: [a, word('!!!')] } }],
    ['message: (a or b)', { bool: { should: [a, b] } }],
    ['message: (a and not b)', { bool: { must: [a, { bool: { must_not: [b] } }] } }],
    ['message: ((a or b) and c)', { bool: { must: [{ bool: { should: [a, b] } }, c] } }],
    ['message:a and\n message:b', { bool: { must: [a, b] } }],
  ])('reads %j', (text, expected) => {
    expect(parseKql(text, MESSAGE)).toEqual(expected)
  })

  it('looks inside of nested objects', () => {
    expect(parseKql('attempts: { provider: a and provider: b }', EXAMPLE_FIELDS)).toEqual({
      nested: {
        path: 'attempts',
        score_mode: 'none',
        query: {
          bool: {
            must: [
              { match: { 'attempts.provider': { query: 'a' } } },
              { match: { 'attempts.provider': { query: 'b' } } },
            ],
          },
        },
      },
    })
    expect(parseKql('attempts: { a }', EXAMPLE_FIELDS)).toMatchObject({
      nested: { query: { match: { 'attempts.provider': { query: 'a' } } } },
    })
  })
})

describe('wrong syntax', () => {
  it.each([
    ['message:', 'expected a value but found the end (character 9)'],
    ['(a or b', 'expected "and", "or" or ")" but found the end (character 8)'],
    ['a)', 'expected "and", "or" or the end but found ")" (character 2)'],
    ['a and ', 'expected a field name or a value but found the end (character 7)'],
    ['a not b', 'found "not"; write "and not" or "or not" (character 3)'],
    ['not not a', 'expected a field name or a value but found "not"'],
    ['@timestamp: 10:30', 'a value that holds ":" must be quoted (character 15)'],
    ['"a', 'the quote that begins here has no end (character 1)'],
    ['a\\b', 'a backslash must stand before one of'],
    ['status_code > 4*', 'a value to compare with cannot hold "*"'],
    ['user_id: null', 'write "not field: *"'],
    ['attempts: { provider: a', 'expected "and", "or" or "}"'],
  ])('says what is wrong with %j', (text, expected) => {
    expect(problem(text)).toContain(expected)
  })

  it('shows the place', () => {
    expect(problem('a and )').split('\n').slice(1)).toEqual(['a and )', '------^'])
  })

  it.each([
    ['a && b', '&& is Lucene syntax; in KQL write "and"'],
    ['a || b', '|| is Lucene syntax; in KQL write "or"'],
    ['!a', '!a is Lucene syntax; in KQL write "not" in front'],
    ['-a', '-a is Lucene syntax'],
    ['+a +b', '+a is Lucene syntax'],
    ['_exists_: cost', '_exists_ is Lucene syntax; in KQL write "field: *"'],
    ['message: conection~1', 'conection~1 is Lucene syntax'],
    ['"a b"~2', '~ is Lucene syntax'],
    ['message: a^2', 'a^2 is Lucene syntax'],
    ['"a"^2', '^ is Lucene syntax'],
    ['message: /a.*/', '/a.*/ is Lucene syntax'],
    ['status_code:>=400', ':> is Lucene syntax; in KQL write "field > value"'],
    ['status_code: [400 TO 499]', '[… TO …] is Lucene syntax'],
    ['status_code: {400 TO 499}', '[… TO …] is Lucene syntax'],
  ])('says what KQL has instead of %s', (text, expected) => {
    expect(problem(text)).toContain(expected)
  })

  it.each(['status_code: -5', 'a-b', 'x+y', 'path ~/a', 'a/b', '"a && b"', 'what?', '-5'])(
    'takes %s for a value',
    (text) => {
      expect(() => parseKql(text, EXAMPLE_FIELDS)).not.toThrow()
    },
  )

  it('refuses what is too long, too deep or has too many clauses', () => {
    const reason = (text: string) => {
      try {
        parseKql(text, EXAMPLE_FIELDS)
      } catch (error) {
        return error instanceof SearchFailure ? error.details.reason : undefined
      }
      return undefined
    }
    expect(reason('a'.repeat(32_001))).toContain('exceeds max allowed length')
    expect(reason('('.repeat(200))).toContain('nested depth')
    expect(reason(`${'a or '.repeat(1_100)}a`)).toContain('too_many_nested_clauses')
  })
})

it('ends in a query or a failure of its own on any text', () => {
  const pieces = fc.constantFrom(
    ...'ab"\\()[]{}*:<>= ~^/?!+-',
    ...[' and ', ' or ', 'not ', 'message:', '\\and', '_exists_:', ' TO ', '__proto__:'],
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(Object.keys(parseKql(text, EXAMPLE_FIELDS))).toHaveLength(1)
      } catch (error) {
        expect(error).toBeInstanceOf(SearchFailure)
      }
    }),
    { numRuns: 500 },
  )
})

it('finds every value that is written with escapes', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), (value) => {
      fc.pre(value.trim() === value && value !== 'null' && value !== '*')
      const quoted = `user_id: "${value.replace(/["\\]/g, '\\$&')}"`
      expect(parseKql(quoted, EXAMPLE_FIELDS)).toEqual(user(value))
    }),
    { numRuns: 500 },
  )
})

it.each(['(', 'a ', ' ', '"', '\\', '\\and', 'a and ', '* ', 'not ', 'a:', '~', '[a ', '\\*'])(
  'reads a long text of %j in linear time',
  (piece) => {
    const start = performance.now()
    try {
      parseKql(piece.repeat(32_000 / piece.length), EXAMPLE_FIELDS)
    } catch (error) {
      expect(error).toBeInstanceOf(SearchFailure)
    }
    expect(performance.now() - start).toBeLessThan(1_000)
  },
)
