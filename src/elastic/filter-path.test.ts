import { describe, expect, it } from 'vitest'
import { filterPath } from './filter-path.ts'

const ANSWER = {
  took: 3,
  hits: { total: { value: 2 }, hits: [{ _id: 'a', _source: { x: 1 } }, { _id: 'b' }] },
  items: [{ index: { status: 201 } }, { index: { status: 400, error: { type: 'e' } } }],
}

describe('filter_path', () => {
  it.each([
    ['took', { took: 3 }],
    ['hits.hits._id', { hits: { hits: [{ _id: 'a' }, { _id: 'b' }] } }],
    ['hits.total', { hits: { total: { value: 2 } } }],
    ['h*.t*.value', { hits: { total: { value: 2 } } }],
    ['**.x', { hits: { hits: [{ _source: { x: 1 } }] } }],
    ['took,items.*.error', { took: 3, items: [{ index: { error: { type: 'e' } } }] }],
    ['-hits,-items', { took: 3 }],
    ['hits,-hits.hits', { hits: { total: { value: 2 } } }],
    ['nothing', {}],
  ])('%s keeps its part', (expression, expected) => {
    expect(filterPath(ANSWER, expression)).toEqual(expected)
  })
})
