import { describe, expect, it } from 'vitest'
import { searchTextQuery } from './search-text.ts'

/** The alternatives of a query as `kind field`. */
function alternatives(typed: string): string[] {
  const { bool } = searchTextQuery(typed) as { bool: { should: Record<string, object>[] } }
  return bool.should.map((clause) => {
    const [[kind, body] = ['', {}]] = Object.entries(clause)
    return `${kind} ${Object.keys(body)[0]}`
  })
}

describe('searchTextQuery', () => {
  it('asks nothing of an empty box', () => {
    expect(searchTextQuery('  ')).toBeUndefined()
  })

  it('looks a request id up and nothing else', () => {
    expect(searchTextQuery(' req_3fK-x_9 ')).toEqual({ term: { request_id: 'req_3fK-x_9' } })
  })

  it('tries one word as an id, a word and a piece of an error message', () => {
    expect(alternatives('user_42')).toEqual([
      'term request_id',
      'term trace_id',
      'term user_id',
      'match error_message',
      'match prompt',
      'match response',
      'wildcard error_message',
    ])
  })

  it('does not take several words for an id, and wants all of them', () => {
    expect(alternatives('rate limit')).not.toContain('term user_id')
    expect(searchTextQuery('rate limit')).toMatchObject({
      bool: {
        should: expect.arrayContaining([
          { match: { prompt: { query: 'rate limit', operator: 'and' } } },
        ]),
        minimum_should_match: 1,
      },
    })
  })

  it('keeps the order of quoted words', () => {
    expect(alternatives('"good morning"')).toEqual([
      'match_phrase error_message',
      'match_phrase prompt',
      'match_phrase response',
      'wildcard error_message',
    ])
  })

  it('searches what was typed, not patterns', () => {
    expect(searchTextQuery('50* of \\ ?')).toMatchObject({
      bool: {
        should: expect.arrayContaining([
          {
            wildcard: {
              error_message: { value: '*50\\* of \\\\ \\?*', case_insensitive: true },
            },
          },
        ]),
      },
    })
  })

  it('leaves pieces of two letters to the word index', () => {
    expect(alternatives('ok')).not.toContain('wildcard error_message')
  })
})
