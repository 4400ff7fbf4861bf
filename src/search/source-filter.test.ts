import { describe, expect, it } from 'vitest'
import { parseLossless } from '../store/index.ts'
import { sourceFilter } from './source-filter.ts'

const SOURCE = {
  model: 'gpt-4o',
  latency_ms: 3,
  latency_bucket: 'fast',
  labels: { app: 'web', team: 'a' },
  custom: { deep: { app: 1 } },
  lines: [{ sku: 'a', price: 1 }, { sku: 'b' }, 'loose'],
}

describe('_source', () => {
  it.each([
    [true, SOURCE],
    [undefined, SOURCE],
    ['model', { model: 'gpt-4o' }],
    [['lat*', 'model'], { model: 'gpt-4o', latency_ms: 3, latency_bucket: 'fast' }],
    ['labels', { labels: { app: 'web', team: 'a' } }],
    ['labels.app', { labels: { app: 'web' } }],
    ['*app', { labels: { app: 'web' }, custom: { deep: { app: 1 } } }],
    ['custom.*.app', { custom: { deep: { app: 1 } } }],
    ['lines.sku', { lines: [{ sku: 'a' }, { sku: 'b' }] }],
    [{ includes: ['lines'], excludes: ['*.sku'] }, { lines: [{ price: 1 }, 'loose'] }],
    ['nothing', {}],
    [{ excludes: ['l*', 'custom'] }, { model: 'gpt-4o' }],
    [{ includes: ['labels'], excludes: ['*.team'] }, { labels: { app: 'web' } }],
  ])('%j takes its part of a document', (given, expected) => {
    const filter = sourceFilter(given)
    expect(filter.isWanted).toBe(true)
    expect(filter.apply(SOURCE)).toEqual(expected)
    // fields that the filter says it does not want make no difference
    const read = Object.fromEntries(Object.entries(SOURCE).filter(([name]) => filter.wants(name)))
    expect(filter.apply(read)).toEqual(expected)
  })

  it('keeps numbers as they were written', () => {
    const source = parseLossless('{"n":1.0,"deep":[{"id":12345678901234567890,"x":1}]}')
    const kept = sourceFilter(['n', 'deep.id']).apply(source as Readonly<Record<string, unknown>>)
    expect(JSON.stringify(kept)).toBe('{"n":1.0,"deep":[{"id":12345678901234567890}]}')
  })

  it('is not wanted when it is false', () => {
    expect(sourceFilter(false).isWanted).toBe(false)
    expect(sourceFilter('false').isWanted).toBe(false)
  })

  it.each([1, [1], { include: 1 }, { nonsense: [] }])('refuses %j', (given) => {
    expect(() => sourceFilter(given)).toThrow()
  })
})
