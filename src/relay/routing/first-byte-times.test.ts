import { expect, it } from 'vitest'
import { FirstByteTimes } from './first-byte-times.ts'

function firstByteTimes() {
  const clock = { ms: 7_000, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return { clock, times: new FirstByteTimes(clock) }
}

it('knows no 95th percentile from 19 samples, but from 20', () => {
  const { times } = firstByteTimes()
  for (let sample = 0; sample < 19; sample++) times.add(100)
  expect(times.p95Ms).toBeUndefined()
  times.add(100)
  expect(times.p95Ms).toBeGreaterThan(97)
  expect(times.p95Ms).toBeLessThan(103)
})

it('is not led astray by the slowest twentieth', () => {
  const { times } = firstByteTimes()
  for (let sample = 0; sample < 95; sample++) times.add(200)
  for (let sample = 0; sample < 5; sample++) times.add(9_000)
  expect(times.p95Ms).toBeLessThan(206)
  times.add(9_000)
  expect(times.p95Ms).toBeGreaterThan(8_700)
})

it('follows a target that has become slower within 5 minutes', () => {
  const { clock, times } = firstByteTimes()
  for (let sample = 0; sample < 1_000; sample++) times.add(100)
  clock.ms += 300_000
  for (let sample = 0; sample < 20; sample++) times.add(2_000)
  expect(times.p95Ms).toBeGreaterThan(1_900)
})
