import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'

const SETTINGS = { failure_percent: 50, min_calls: 4, open_ms: 10_000 }

type Outcome = 'succeeded' | 'failed' | 'cancelled'

function breakerOf(settings: Partial<typeof SETTINGS> = {}) {
  const clock = { ms: 100_000, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  const breaker = new Breaker({ ...SETTINGS, ...settings }, clock)
  const call = (outcome: Outcome, times = 1) => {
    for (let left = times; left > 0; left--) breaker[outcome](breaker.enter())
  }
  return { clock, breaker, call }
}

describe('a breaker', () => {
  it('opens when half of enough calls have failed', () => {
    const { breaker, call } = breakerOf()
    call('succeeded', 2)
    call('failed')
    expect(breaker.state).toBe('closed')
    call('failed')
    expect(breaker.state).toBe('open')
    expect(breaker.mayCall()).toBe(false)
    expect(breaker.callableFromMs).toBe(110_000)
  })

  it('stays closed below the number of calls that count', () => {
    const { breaker, call } = breakerOf()
    call('failed', 3)
    expect(breaker.mayCall()).toBe(true)
  })

  it('stays closed below the share of failures', () => {
    const { breaker, call } = breakerOf()
    call('succeeded', 51)
    call('failed', 50)
    expect(breaker.state).toBe('closed')
    call('failed')
    expect(breaker.state).toBe('open')
  })

  it('leaves a last resort when it still answered some calls, until a probe has failed', () => {
    const { clock, breaker, call } = breakerOf()
    call('succeeded', 2)
    call('failed', 2)
    expect(breaker.state).toBe('open')
    expect(breaker.lastResort).toBe(true)
    clock.ms += 10_000
    call('failed')
    expect(breaker.lastResort).toBe(false)
  })

  it('leaves none when next to everything has failed', () => {
    const { breaker, call } = breakerOf()
    expect(breaker.lastResort).toBe(false)
    call('failed', 4)
    expect(breaker.lastResort).toBe(false)
  })

  it('never opens at 101 percent', () => {
    const { breaker, call } = breakerOf({ failure_percent: 101 })
    call('failed', 1_000)
    expect(breaker.state).toBe('closed')
  })

  it.each([
    [29_999, 'open'],
    [30_000, 'closed'],
  ] as const)('that has seen three failures, and %d ms later a fourth, is %s', (ms, state) => {
    const { clock, breaker, call } = breakerOf()
    call('failed', 3)
    clock.ms += ms
    call('failed')
    expect(breaker.state).toBe(state)
  })

  it('counts callers who left for nothing', () => {
    const { breaker, call } = breakerOf()
    call('failed', 3)
    call('cancelled', 100)
    expect(breaker.state).toBe('closed')
    call('failed')
    expect(breaker.state).toBe('open')
  })

  it('ignores what becomes of calls from before it opened', () => {
    const { clock, breaker, call } = breakerOf()
    const early = breaker.enter()
    call('failed', 4)
    breaker.succeeded(early)
    expect(breaker.state).toBe('open')
    clock.ms += 10_000
    breaker.failed(early)
    expect(breaker.state).toBe('half_open')
  })
})

describe('an open breaker', () => {
  function opened() {
    const made = breakerOf()
    made.call('failed', 4)
    return made
  }

  it('lets one probe through after the pause', () => {
    const { clock, breaker } = opened()
    clock.ms += 9_999
    expect(breaker.mayCall()).toBe(false)
    clock.ms += 1
    expect(breaker.mayCall()).toBe(true)
    breaker.enter()
    expect(breaker.state).toBe('half_open')
    expect(breaker.mayCall()).toBe(false)
  })

  it('closes with the first probe that is answered, and starts to count anew', () => {
    const { clock, breaker, call } = opened()
    clock.ms += 10_000
    call('succeeded')
    expect(breaker.state).toBe('closed')
    call('failed', 3)
    expect(breaker.state).toBe('closed')
  })

  it('lets the next call probe when the caller of a probe has left', () => {
    const { clock, breaker, call } = opened()
    clock.ms += 10_000
    const probe = breaker.enter()
    breaker.cancelled(probe)
    expect(breaker.mayCall()).toBe(true)
    breaker.succeeded(probe)
    expect(breaker.state).toBe('half_open')
    call('succeeded')
    expect(breaker.state).toBe('closed')
  })

  it('counts nothing of a call that was made although it must not be', () => {
    const { clock, breaker } = opened()
    const whileOpen = breaker.enter()
    clock.ms += 10_000
    const probe = breaker.enter()
    const beside = breaker.enter()
    breaker.failed(beside)
    breaker.succeeded(whileOpen)
    expect(breaker.state).toBe('half_open')
    breaker.succeeded(probe)
    expect(breaker.state).toBe('closed')
  })

  it('doubles its pause with each failed probe, up to eightfold', () => {
    const { clock, breaker, call } = opened()
    for (const pauseMs of [10_000, 20_000, 40_000, 80_000, 80_000]) {
      clock.ms += pauseMs - 1
      expect(breaker.state).toBe('open')
      clock.ms += 1
      expect(breaker.state).toBe('half_open')
      call('failed')
    }
  })

  it('pauses longer when it opens again soon, and as at first when it was well for long', () => {
    const { clock, breaker, call } = opened()
    clock.ms += 10_000
    call('succeeded')
    call('failed', 4)
    expect(breaker.callableFromMs).toBe(clock.ms + 20_000)
    clock.ms += 20_000
    call('succeeded')
    clock.ms += 30_000
    call('failed', 4)
    expect(breaker.callableFromMs).toBe(clock.ms + 10_000)
  })
})

describe('a target that asks to be left alone', () => {
  it('is not called until then, and is not held to be broken', () => {
    const { clock, breaker } = breakerOf()
    breaker.restUntil(clock.ms + 2_000)
    expect(breaker.state).toBe('closed')
    expect(breaker.resting).toBe(true)
    expect(breaker.mayCall()).toBe(false)
    clock.ms += 2_000
    expect(breaker.resting).toBe(false)
    expect(breaker.mayCall()).toBe(true)
  })

  it('keeps the longest time it has asked for, within a minute', () => {
    const { clock, breaker } = breakerOf()
    breaker.restUntil(clock.ms + 5_000)
    breaker.restUntil(clock.ms + 1_000)
    expect(breaker.callableFromMs).toBe(clock.ms + 5_000)
    breaker.restUntil(clock.ms + 86_400_000)
    expect(breaker.callableFromMs).toBe(clock.ms + 60_000)
  })
})
