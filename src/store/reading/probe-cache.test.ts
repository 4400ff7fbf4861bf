import { expect, it } from 'vitest'
import { ProbeCache } from './probe-cache.ts'

const rows = (count: number) => new Float64Array(count)

it('gives an answer for the version of the file that it is of', () => {
  const cache = new ProbeCache()
  const answer = { file: 'day 1', probe: 'a' }
  cache.set(answer, 1, rows(3))
  expect(cache.get(answer, 1)).toHaveLength(3)
  expect(cache.get({ ...answer, file: 'day 2' }, 1)).toBeUndefined()
  expect(cache.get(answer, 2)).toBeUndefined()
  expect(cache.get(answer, 1)).toBeUndefined()
})

it('forgets what was not asked for the longest time, and only that', () => {
  const cache = new ProbeCache()
  const answer = (probe: string) => ({ file: 'day', probe })
  const quarter = (32 << 20) / 8 / 4 - 1000
  for (const probe of ['a', 'b', 'c', 'd']) cache.set(answer(probe), 1, rows(quarter))
  cache.get(answer('a'), 1)
  cache.set(answer('e'), 1, rows(quarter))
  const left = ['a', 'b', 'c', 'd', 'e'].filter((probe) => cache.get(answer(probe), 1))
  expect(left).toEqual(['a', 'c', 'd', 'e'])
})

it('keeps no answer to a probe of many words', () => {
  const cache = new ProbeCache()
  const answer = { file: 'day', probe: 'x'.repeat(10_000) }
  cache.set(answer, 1, rows(1))
  expect(cache.get(answer, 1)).toBeUndefined()
})
