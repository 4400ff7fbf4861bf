import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RollingLatency } from './rolling-latency.ts'

const WINDOW = { slots: 3, slotMs: 1_000 } as const

function latency() {
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return { clock, times: new RollingLatency(WINDOW, clock) }
}

it('is at most 3 % off the quantile of the very numbers', () => {
  const ms = fc.double({ min: 1, max: 3_000_000, noNaN: true })
  const share = fc.constantFrom(0.5, 0.95, 0.99, 1)
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1, maxLength: 80 }), share, (samples, wanted) => {
      const { times } = latency()
      for (const each of samples) times.add(each)
      const exact = samples.toSorted((a, b) => a - b)[Math.ceil(wanted * samples.length) - 1]!
      expect(times.quantileMs(wanted)! / exact).toBeGreaterThan(0.97)
      expect(times.quantileMs(wanted)! / exact).toBeLessThan(1.03)
    }),
  )
})

it.each([Number.NaN, -5, 0, 0.2, 1])('takes %d ms for 1 ms', (ms) => {
  const { times } = latency()
  times.add(ms)
  expect(times.quantileMs(0.5)).toBe(1)
})

it('takes any time however long', () => {
  const { times } = latency()
  times.add(Number.MAX_VALUE)
  times.add(Number.POSITIVE_INFINITY)
  expect(times.count).toBe(2)
  expect(times.quantileMs(0.99)).toBeGreaterThan(3_500_000)
})

it('knows nothing before the first sample and after the window', () => {
  const { clock, times } = latency()
  expect(times.quantileMs(0.5)).toBeUndefined()
  times.add(20)
  clock.ms = 3_000
  expect(times.quantileMs(0.5)).toBeUndefined()
})
