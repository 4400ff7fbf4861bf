import { expect, it } from 'vitest'
import { NodeRing } from './node-ring.ts'

it('takes turns, and tries a node that failed last until it has rested', () => {
  let nowMs = 0
  const ring = new NodeRing(['a', 'b', 'c'], { nowMs: () => nowMs, monotonicMs: () => nowMs })
  expect([ring.order(), ring.order()]).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c', 'a'],
  ])
  ring.failed('c')
  expect(ring.order()).toEqual(['a', 'b', 'c'])
  expect(ring.order()).toEqual(['a', 'b', 'c'])
  nowMs = 10_000
  ring.order()
  expect(ring.order()).toEqual(['c', 'a', 'b'])
})
