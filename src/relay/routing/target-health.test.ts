import { describe, expect, it } from 'vitest'
import { type HealthState, TargetHealth } from './target-health.ts'

function targetHealth() {
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return { clock, health: new TargetHealth(clock) }
}

describe('the health of a provider', () => {
  it('is unknown without calls', () => {
    expect(targetHealth().health.read()).toEqual({
      state: 'idle',
      calls: 0,
      errorRate: 0,
      p50Ms: undefined,
      p99Ms: undefined,
    })
  })

  it.each([
    [100, 0, 'up'],
    [96, 4, 'up'],
    [95, 5, 'degraded'],
    [51, 49, 'degraded'],
    [50, 50, 'down'],
    [0, 4, 'degraded'],
    [0, 5, 'down'],
  ] as const)('with %d answers and %d errors is %s', (answers, errors, state: HealthState) => {
    const { health } = targetHealth()
    for (let call = 0; call < answers; call++) health.answered(10)
    for (let call = 0; call < errors; call++) health.failed()
    expect(health.read()).toMatchObject({
      state,
      calls: answers + errors,
      errorRate: errors / (answers + errors),
    })
  })

  it('shows the latency of answers, which errors that come at once do not better', () => {
    const { health } = targetHealth()
    for (let ms = 1; ms <= 100; ms++) health.answered(ms * 10)
    for (let call = 0; call < 1_000; call++) health.failed()
    const { p50Ms, p99Ms } = health.read()
    expect(p50Ms! / 500).toBeCloseTo(1, 1)
    expect(p99Ms! / 990).toBeCloseTo(1, 1)
  })

  it('recovers as errors fall out of the last 5 minutes', () => {
    const { clock, health } = targetHealth()
    for (let call = 0; call < 10; call++) health.failed()
    clock.ms = 299_999
    for (let call = 0; call < 10; call++) health.answered(10)
    expect(health.read().state).toBe('down')
    clock.ms = 300_000
    expect(health.read()).toMatchObject({ state: 'up', calls: 10 })
    clock.ms = 700_000
    expect(health.read().state).toBe('idle')
  })
})
