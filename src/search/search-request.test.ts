import { describe, expect, it } from 'vitest'
import { parseSearch } from './search-request.ts'

describe('the body of a search', () => {
  it.each([
    {},
    undefined,
    { script_fields: {}, runtime_mappings: {}, rescore: [], suggest: {}, ext: {}, stats: ['a'] },
    { explain: false, profile: 'false', track_scores: true, version: 'true' },
    { from: '2', size: 2.7, min_score: '1', terminate_after: 0 },
    { aggs: {}, aggregations: {} },
    { highlight: {}, fields: [], docvalue_fields: [], stored_fields: '*' },
    { indices_boost: [{ a: 2 }] },
    { collapse: { field: 'k', inner_hits: [] } },
    { stored_fields: '_none_', docvalue_fields: ['k'] },
  ])('%j is taken', (body) => {
    expect(() => parseSearch(body)).not.toThrow()
  })

  it.each<readonly [unknown, string]>([
    [{ explain: true }, '[explain]'],
    [{ profile: true }, '[profile]'],
    [{ rescore: { query: {} } }, '[rescore]'],
    [{ suggest: { s: {} } }, '[suggest]'],
    [{ script_fields: { a: {} } }, '[script_fields]'],
    [{ runtime_mappings: { a: {} } }, '[runtime_mappings]'],
    [{ ext: { a: 1 } }, '[ext]'],
    [{ knn: {} }, '[knn]'],
    [{ nonsense: 1 }, '[nonsense]'],
    [{ collapse: { field: 'k', inner_hits: { name: 'a' } } }, '[inner_hits]'],
    [{ collapse: { field: 'k', foo: 1 } }, '[foo]'],
    [{ collapse: 'k' }, '[collapse]'],
    [{ collapse: {} }, '[field]'],
    [{ slice: { id: 0, max: 2 } }, '[slice]'],
    [{ from: -1 }, '[from]'],
    [{ size: -1 }, '[size]'],
    [{ size: 1e300 }, '[size]'],
    [{ size: [1] }, '[size]'],
    [{ terminate_after: -1 }, 'terminateAfter'],
    [{ min_score: 'x' }, '[min_score]'],
    [{ stats: 'a' }, '[stats]'],
    [{ stats: [1] }, '[stats]'],
    [{ indices_boost: { a: 2 } }, '[indices_boost]'],
    [{ indices_boost: [{ a: 2, b: 3 }] }, '[indices_boost]'],
    [{ indices_boost: [{ a: 'x' }] }, '[indices_boost]'],
    [{ track_total_hits: -2 }, '[track_total_hits]'],
    [{ track_total_hits: 'x' }, '[track_total_hits]'],
    [{ timeout: 'x' }, '[timeout]'],
    [{ stored_fields: ['_none_', 'k'] }, '_none_'],
    [{ stored_fields: '_none_', _source: true }, '[stored_fields]'],
    [{ stored_fields: '_none_', fields: ['k'] }, '[stored_fields]'],
    [{ stored_fields: 5 }, '[stored_fields]'],
    [{ fields: 'k' }, '[fields]'],
    [{ docvalue_fields: { k: 1 } }, '[docvalue_fields]'],
    [{ search_after: [1], from: 1 }, 'search_after'],
    [{ aggs: { a: {} }, aggregations: { b: {} } }, '[aggregations]'],
    [{ highlight: 5 }, '[highlight]'],
    [{ highlight: { foo: 1 } }, '[foo]'],
    [{ highlight: { fields: ['a'] } }, '[fields]'],
    [{ highlight: { fields: { a: 5 } } }, 'highlight_field'],
    [{ highlight: { fields: { a: { type: 'zz' } } } }, '[zz]'],
    [{ highlight: { pre_tags: ['<a>'] } }, 'post_tags'],
    [{ highlight: { pre_tags: [], post_tags: [] } }, '[pre_tags]'],
    [{ highlight: { fields: { a: { fragment_size: 'x' } } } }, '[fragment_size]'],
    [{ highlight: { max_analyzed_offset: 0 } }, '[max_analyzed_offset]'],
  ])('%j is refused, naming %s', (body, named) => {
    expect(() => parseSearch(body)).toThrow(named)
  })

  it.each(['query', 'from', 'sort', 'fields', 'highlight', 'aggs', 'slice', '_source', 'version'])(
    'refuses null as %s',
    (key) => {
      expect(() => parseSearch({ [key]: null })).toThrow(
        `Unknown key for a VALUE_NULL in [${key}].`,
      )
    },
  )

  it.each<readonly [unknown, 'scroll' | 'pit', boolean]>([
    [{ slice: { id: 0, max: 2 } }, 'scroll', true],
    [{ slice: { id: 1, max: 2 } }, 'pit', true],
    [{ slice: { id: 2, max: 2 } }, 'pit', false],
    [{ slice: { id: 0, max: 1 } }, 'pit', false],
    [{ slice: { id: 0, max: 2000 } }, 'pit', false],
    [{ slice: { id: 0.5, max: 2 } }, 'pit', false],
    [{ from: 1 }, 'scroll', false],
    [{ from: 1 }, 'pit', true],
    [{ size: 0 }, 'scroll', false],
    [{ collapse: { field: 'k' } }, 'scroll', false],
    [{ sort: ['a'], search_after: [1] }, 'scroll', false],
  ])('%j in a %s: %j', (body, view, isTaken) => {
    const parse = () => parseSearch(body, view)
    if (isTaken) expect(parse).not.toThrow()
    else expect(parse).toThrow()
  })
})
