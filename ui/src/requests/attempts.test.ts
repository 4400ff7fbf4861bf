import { describe, expect, it } from 'vitest'
import { areTelling, readAttempts } from './attempts.ts'

const REFUSED = {
  target: 'ada/m',
  start_ms: 0.5,
  wait_ms: 12,
  dns_ms: 2,
  connect_ms: 3,
  tls_ms: 5,
  first_byte_ms: 20,
  stream_ms: 1,
  status: 503,
  error_type: 'overloaded',
  decision: 'retried',
}
const ANSWERED = {
  target: 'bob/m',
  start_ms: 200,
  wait_ms: 0,
  first_byte_ms: 400,
  stream_ms: 100,
  status: 200,
  decision: 'answered',
}

describe('readAttempts', () => {
  it('splits each attempt into phases on the time of the call', () => {
    const [first, second] = readAttempts({ attempts: [REFUSED, ANSWERED], latency_ms: 701 })
    expect(first).toEqual({
      target: 'ada/m',
      startMs: 0.5,
      endMs: 33.5,
      phases: [
        { name: 'pool', ms: 2 },
        { name: 'connect', ms: 10 },
        { name: 'wait', ms: 20 },
        { name: 'stream', ms: 1 },
      ],
      status: 503,
      errorType: 'overloaded',
      decision: 'retried',
    })
    expect(second).toMatchObject({ startMs: 200, endMs: 700, decision: 'answered' })
    expect(second?.phases.map(({ name }) => name)).toEqual(['wait', 'stream'])
  })

  it.each([
    ['until the next attempt began', 'fell_back', 200, 'until_next'],
    ['until another was faster', 'hedge_lost', 600, 'silent'],
    ['until the end of the call', 'gave_up', 701, 'silent'],
    ['until the end of the call', 'caller_left', 701, 'silent'],
  ])('shows an attempt that brought nothing %s when it %s', (_, decision, endMs, name) => {
    const silent = { target: 'ada/m', start_ms: 1, wait_ms: 4, decision }
    const [first] = readAttempts({ attempts: [silent, ANSWERED], latency_ms: 701 })
    expect(first?.endMs).toBe(endMs)
    expect(first?.phases).toEqual([
      { name: 'pool', ms: 4 },
      { name, ms: endMs - 5 },
    ])
  })

  it('lets no phase take longer than what it is part of', () => {
    const attempt = { start_ms: 0, wait_ms: 5, connect_ms: 50, stream_ms: 0 }
    expect(readAttempts({ attempts: [attempt] })[0]?.phases).toEqual([{ name: 'connect', ms: 5 }])
  })

  it.each([
    [undefined],
    [3],
    ['x'],
    [[{ node: 'a' }]],
    [[null, 7, []]],
    [[{ target: 'a', start_ms: -1 }]],
    [[{ target: 'a', start_ms: 1e300 }]],
    [[{ start_ms: '__proto__' }]],
  ])("leaves another sender's field alone: %j", (attempts) => {
    expect(readAttempts({ attempts, latency_ms: 5 })).toEqual([])
  })
})

describe('areTelling', () => {
  it.each([
    ['there was none', [], false],
    ['the first answered', [ANSWERED], false],
    ['the only one failed', [{ ...REFUSED, decision: 'final' }], true],
    ['there were two', [REFUSED, ANSWERED], true],
  ])('when %s: %s', (_, attempts, telling) => {
    expect(areTelling(readAttempts({ attempts }))).toBe(telling)
  })
})
