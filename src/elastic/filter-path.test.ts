import { describe, expect, it } from 'vitest'
import { parseLossless } from '../search/index.ts'
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

  it('takes a moment for patterns that find the same place in many ways', () => {
    const chain = JSON.parse(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`) as object
    const startMs = performance.now()
    expect(filterPath(chain, `${'**.a.'.repeat(200)}a`)).toEqual(chain)
    expect(filterPath(chain, `-${'**.a.'.repeat(200)}x`)).toEqual(chain)
    expect(performance.now() - startMs).toBeLessThan(2_000)
  })

  it('refuses thousands of names', () => {
    expect(() => filterPath(ANSWER, 'a.'.repeat(2_000))).toThrow('at most [1000] names')
  })

  it('keeps names that mean something to JavaScript, and numbers as they were written', () => {
    const answer = JSON.parse('{"a":{"__proto__":{"x":1},"constructor":2},"b":1}') as object
    expect(JSON.stringify(filterPath(answer, 'a'))).toBe(
      '{"a":{"__proto__":{"x":1},"constructor":2}}',
    )
    expect(JSON.stringify(filterPath(answer, 'a.*,-**.y'))).toBe(
      '{"a":{"__proto__":{"x":1},"constructor":2}}',
    )
    expect(JSON.stringify(filterPath({ n: parseLossless('1.0') }, '-**.x'))).toBe('{"n":1.0}')
  })
})
