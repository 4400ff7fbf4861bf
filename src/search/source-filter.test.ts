import { describe, expect, it } from 'vitest'
import { sourceFilter } from './source-filter.ts'

const SOURCE = {
  model: 'gpt-4o',
  latency_ms: 3,
  latency_bucket: 'fast',
  labels: { app: 'web', team: 'a' },
  custom: { deep: { app: 1 } },
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

  it('is not wanted when it is false', () => {
    expect(sourceFilter(false).isWanted).toBe(false)
    expect(sourceFilter('false').isWanted).toBe(false)
  })

  it.each([1, [1], { include: 1 }, { nonsense: [] }])('refuses %j', (given) => {
    expect(() => sourceFilter(given)).toThrow()
  })
})
