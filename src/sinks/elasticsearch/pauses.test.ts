import { expect, it } from 'vitest'
import { Pauses } from './pauses.ts'

const NOW_MS = Date.UTC(2026, 0, 5)

it('doubles up to the longest pause, and begins anew after a success', () => {
  const pauses = new Pauses({ firstMs: 100, longestMs: 1_000, random: () => 1 })
  const next = () => pauses.next(undefined, NOW_MS)
  expect([next(), next(), next(), next(), next(), next()]).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ])
  pauses.reset()
  expect(next()).toBe(100)
})

it('is never shorter than half', () => {
  expect(new Pauses({ firstMs: 100, longestMs: 1_000, random: () => 0 }).next(undefined, 0)).toBe(
    50,
  )
})

it.each([
  ['2', 2_000],
  ['0.5', 500],
  ['Mon, 05 Jan 2026 00:00:03 GMT', 3_000],
  ['999999', 300_000],
  ['soon', 100],
  ['', 100],
  ['-5', 100],
])('makes a pause of a cluster that asks for %j: %d ms', (retryAfter, expected) => {
  const pauses = new Pauses({ firstMs: 100, longestMs: 1_000, random: () => 1 })
  expect(pauses.next(retryAfter, NOW_MS)).toBe(expected)
})
