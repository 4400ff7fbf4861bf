import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Analysis, Mapping, mappingSettings } from '../store/index.ts'
import { compileQuery } from './compile-query.ts'
import { documentSchema } from './document-schema.ts'
import { compileHighlight } from './highlight.ts'
import { parseHighlight } from './highlight-request.ts'
import { logSourceFields, sourceFields } from './hit-source-fields.ts'
import { LOG_SCHEMA } from './log-schema.ts'
import type { PartGroup } from './searched-parts.ts'

const FIELDS = Mapping.parse(
  {
    properties: {
      title: { type: 'text', fields: { raw: { type: 'keyword', ignore_above: 60 } } },
      body: { type: 'text' },
      tag: { type: 'keyword' },
      n: { type: 'long' },
      lines: { type: 'nested', properties: { note: { type: 'text' } } },
      cp: { type: 'text', copy_to: 'all' },
      all: { type: 'text' },
    },
  },
  mappingSettings({}),
).fields()

const DOCUMENTS: PartGroup = {
  schema: documentSchema(FIELDS, {}),
  parts: [],
  filters: [],
  sources: sourceFields(FIELDS, new Analysis({})),
}
const LOGS: PartGroup = { schema: LOG_SCHEMA, parts: [], filters: [], sources: logSourceFields() }

type Json = Readonly<Record<string, unknown>>

function highlight(source: Json, query: Json, given: Json, group = DOCUMENTS): unknown {
  const request = parseHighlight(given)
  if (request === undefined) throw new Error('no highlight')
  const compile = (one: unknown) => compileQuery(one, group.schema, 0)
  const highlighter = compileHighlight(request, group, { query, compile })
  return Object.fromEntries(highlighter.highlight({ index: 'i', id: '1', source }))
}

const SOURCE = {
  title: 'The quick brown fox jumps over the lazy dog',
  body: 'quick brown and brown quick fox. brown fox quick fox',
  tag: ['red fox', 'fox'],
  n: 5,
  lines: [{ note: 'a fox inside' }, { note: 'nothing' }],
  cp: 'copied fox',
}

describe('highlights', () => {
  it.each<readonly [Json, unknown]>([
    [{ match: { title: 'Fox' } }, 'The quick brown <em>fox</em> jumps over the lazy dog'],
    [
      { match: { title: 'quick dog' } },
      'The <em>quick</em> brown fox jumps over the lazy <em>dog</em>',
    ],
    [
      { match_phrase: { title: 'brown fox' } },
      'The quick <em>brown fox</em> jumps over the lazy dog',
    ],
    [{ match_phrase: { title: 'fox brown' } }, undefined],
    [
      { match_phrase_prefix: { title: 'brown f' } },
      'The quick <em>brown fox</em> jumps over the lazy dog',
    ],
    [{ prefix: { title: 'bro' } }, 'The quick <em>brown</em> fox jumps over the lazy dog'],
    [{ wildcard: { title: '*ick' } }, 'The <em>quick</em> brown fox jumps over the lazy dog'],
    [{ regexp: { title: 'qu.ck' } }, 'The <em>quick</em> brown fox jumps over the lazy dog'],
    [{ fuzzy: { title: 'quack' } }, 'The <em>quick</em> brown fox jumps over the lazy dog'],
    [
      { query_string: { query: '"brown fox" OR lazy~1 OR qui?k', fields: ['title'] } },
      'The <em>quick</em> <em>brown fox</em> jumps over the <em>lazy</em> dog',
    ],
    [
      {
        bool: {
          must: [{ match: { title: 'fox' } }],
          must_not: [{ match: { title: 'lazy' } }],
          should: [{ match: { title: 'dog' } }],
          filter: [{ match: { title: 'quick' } }],
        },
      },
      'The <em>quick</em> brown <em>fox</em> jumps over the lazy <em>dog</em>',
    ],
    [
      {
        boosting: {
          positive: { match: { title: 'fox' } },
          negative: { match: { title: 'dog' } },
          negative_boost: 0.5,
        },
      },
      'The quick brown <em>fox</em> jumps over the lazy dog',
    ],
    [
      { constant_score: { filter: { match: { title: 'fox' } } } },
      expect.stringContaining('<em>fox</em>'),
    ],
    [{ match: { body: 'fox' } }, undefined],
    [{ match_all: {} }, undefined],
    [{ exists: { field: 'title' } }, undefined],
  ])('of %j in a title is %j', (query, expected) => {
    const found = highlight(SOURCE, query, { fields: { title: {} } })
    expect(found).toEqual(expected === undefined ? {} : { title: [expected] })
  })

  it.each<readonly [Json, Json, unknown]>([
    [{ term: { tag: 'fox' } }, {}, { tag: ['<em>fox</em>'] }],
    [{ prefix: { tag: 'red' } }, {}, { tag: ['<em>red fox</em>'] }],
    [{ wildcard: { tag: '*FOX' } }, {}, {}],
    [
      { wildcard: { tag: { value: '*FOX', case_insensitive: true } } },
      {},
      { tag: ['<em>red fox</em>', '<em>fox</em>'] },
    ],
    [{ range: { tag: { gte: 'red' } } }, {}, { tag: ['<em>red fox</em>'] }],
    [{ match: { title: 'fox' } }, { require_field_match: false }, { tag: ['<em>fox</em>'] }],
    [{ term: { n: 5 } }, {}, {}],
  ])('of %j with %j in keywords are whole values', (query, options, expected) => {
    expect(highlight(SOURCE, query, { ...options, fields: { tag: {}, n: {} } })).toEqual(expected)
  })

  it('are given for every field that a pattern names, multi-fields and copies too', () => {
    const query = { multi_match: { query: 'fox', fields: ['title', 'all', 'cp'] } }
    expect(highlight(SOURCE, query, { fields: { '*': {} } })).toEqual({
      title: ['The quick brown <em>fox</em> jumps over the lazy dog'],
      cp: ['copied <em>fox</em>'],
      all: ['copied <em>fox</em>'],
    })
    expect(
      highlight(SOURCE, { term: { 'title.raw': SOURCE.title } }, { fields: { 'title.*': {} } }),
    ).toEqual({ 'title.raw': [`<em>${SOURCE.title}</em>`] })
  })

  it('show what a nested query found', () => {
    const query = { nested: { path: 'lines', query: { match: { 'lines.note': 'fox' } } } }
    expect(highlight(SOURCE, query, { fields: { 'lines.note': {} } })).toEqual({
      'lines.note': ['a <em>fox</em> inside'],
    })
  })

  it('of a phrase with slop reach from its first to its last word', () => {
    const query = { match_phrase: { body: { query: 'brown fox', slop: 2 } } }
    expect(highlight(SOURCE, query, { fields: { body: {} } })).toEqual({
      body: ['quick brown and <em>brown quick fox</em>. <em>brown fox quick fox</em>'],
    })
  })

  it('are asked for with a query of their own, tags, and escaped as HTML', () => {
    const source = { title: 'a <b>fox</b> & "dog"' }
    const given = {
      pre_tags: ['[', '('],
      post_tags: ']',
      encoder: 'html',
      fields: { title: { highlight_query: { match: { title: 'dog' } } } },
    }
    expect(highlight(source, { match: { title: 'fox' } }, given)).toEqual({
      title: ['a &lt;b&gt;fox&lt;&#x2F;b&gt; &amp; &quot;[dog]&quot;'],
    })
  })

  it.each<readonly [string, string, string]>([
    ['Đường phố Hà Nội', 'duong', '<em>Đường</em> phố Hà Nội'],
    ['Đường phố Hà Nội', 'hà nội', 'Đường phố <em>Hà</em> <em>Nội</em>'],
    ['中文搜索引擎测试', '搜索', '中文<em>搜索</em>引擎测试'],
    ['中文搜索引擎测试', '搜索引擎', '中文<em>搜索引擎</em>测试'],
    ['中文搜索引擎测试', '搜', '中文<em>搜</em>索引擎测试'],
    ['ภาษาไทยง่าย', 'ไทย', 'ภาษา<em>ไทย</em>ง่าย'],
  ])('of %j for %j keep the marks and the place in the text', (title, query, expected) => {
    expect(highlight({ title }, { match: { title: query } }, { fields: { title: {} } })).toEqual({
      title: [expected],
    })
  })

  it('of logs find words, and parts of error messages', () => {
    const source = {
      prompt: 'Tell me of the fox',
      error_message: 'Upstream Connection reset by peer',
      model: 'gpt-4o',
      request_id: 'req_1',
      labels: { team: 'web' },
    }
    const fields = { fields: { '*': {} } }
    const found = (query: Json) => highlight(source, query, fields, LOGS)
    expect(found({ match: { prompt: 'fox' } })).toEqual({ prompt: ['Tell me of the <em>fox</em>'] })
    expect(found({ wildcard: { error_message: '*connection reset*' } })).toEqual({
      error_message: ['Upstream <em>Connection reset</em> by peer'],
    })
    expect(found({ term: { request_id: 'req_1' } })).toMatchObject({
      request_id: ['<em>req_1</em>'],
    })
    expect(found({ prefix: { 'model.keyword': 'gpt' } })).toEqual({
      model: ['<em>gpt-4o</em>'],
      'model.keyword': ['<em>gpt-4o</em>'],
    })
  })

  it('refuse a text that is longer than may be looked at, unless it is to be cut', () => {
    const body = `fox ${'word '.repeat(200_001)}`
    const query = { match: { body: 'fox' } }
    expect(() => highlight({ body }, query, { fields: { body: {} } })).toThrow(
      '[index.highlight.max_analyzed_offset] limit [1000000]',
    )
    const cut = { max_analyzed_offset: 100, fields: { body: { fragment_size: 18 } } }
    expect(highlight({ body }, query, cut)).toEqual({ body: ['<em>fox</em> word word word'] })
  })

  const LONG =
    'Lorem ipsum dolor sit amet. The fox went there. Sed do eiusmod tempor incididunt ut labore et dolore magna aliqua, consectetur adipiscing elit; a fox again fox. Fox? No.'

  it.each<readonly [Json, unknown]>([
    [
      {},
      [
        'The <em>fox</em> went there.',
        'Sed do eiusmod tempor incididunt ut labore et dolore magna aliqua, consectetur adipiscing elit; a <em>fox</em>',
        'again <em>fox</em>.',
        '<em>Fox</em>? No.',
      ],
    ],
    [
      { fragment_size: 20 },
      [
        'The <em>fox</em> went there.',
        'adipiscing elit; a <em>fox</em>',
        'again <em>fox</em>.',
        '<em>Fox</em>? No.',
      ],
    ],
    [{ number_of_fragments: 1, fragment_size: 20 }, ['<em>Fox</em>? No.']],
    [{ fragment_size: 0, number_of_fragments: 1, order: 'score' }, ['<em>Fox</em>?']],
    [{ number_of_fragments: 0 }, [expect.stringMatching(/^Lorem .* No\.$/)]],
    [{ boundary_scanner: 'word', number_of_fragments: 2 }, ['<em>fox</em>', '<em>fox</em>']],
  ])('with %j are cut into %j', (options, expected) => {
    const given = { fields: { body: options } }
    expect(highlight({ body: LONG }, { match: { body: 'fox' } }, given)).toEqual({ body: expected })
  })

  it.each<readonly [number, string]>([
    [5, 'Lorem'],
    [7, 'Lorem ipsum'],
    [10_000, LONG],
  ])('of a text without match begin with %d characters of it', (size, expected) => {
    const given = { fields: { body: { no_match_size: size } } }
    expect(highlight({ body: LONG }, { match: { body: 'dog' } }, given)).toEqual({
      body: [expected],
    })
  })

  it('are pieces of the text in which exactly the words that were found have tags', () => {
    const word = fc.constantFrom('fox', 'Fox', 'dog', 'bird', 'a', 'the', '12')
    const gap = fc.constantFrom(' ', '. ', ', ', '\n', '! ', ' - ')
    const text = fc
      .array(fc.tuple(word, gap), { maxLength: 80 })
      .map((pairs) => pairs.flat().join(''))
    const options = fc.record({
      fragment_size: fc.integer({ min: 0, max: 60 }),
      number_of_fragments: fc.integer({ min: 0, max: 4 }),
      order: fc.constantFrom('score', 'none'),
    })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), options, (body, given) => {
        const query = { match: { body: 'fox dog' } }
        const found = highlight({ body }, query, { fields: { body: given } }) as {
          body?: readonly string[]
        }
        const isMatched = body.some((one) => /fox|dog/i.test(one))
        expect(found.body !== undefined).toBe(isMatched)
        for (const fragment of found.body ?? []) {
          const plain = fragment.replaceAll(/<\/?em>/g, '')
          expect(body.some((one) => one.includes(plain))).toBe(true)
          expect(fragment).toMatch(/<em>/)
          expect(fragment.replaceAll(/<em>(fox|dog)<\/em>/gi, '')).not.toMatch(/fox|dog|em>/i)
        }
        const limit = given.number_of_fragments === 0 ? body.length : given.number_of_fragments
        expect(found.body?.length ?? 0).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 200 },
    )
  })
})
