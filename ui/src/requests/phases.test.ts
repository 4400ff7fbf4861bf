import { describe, expect, it } from 'vitest'
import { phasesOf } from './phases.ts'

describe('phasesOf', () => {
  it('splits the latency into phases that add up to it', () => {
    const phases = phasesOf({
      latency_ms: 1_000,
      overhead_ms: 1,
      connect_ms: 20,
      first_byte_ms: 400,
      stream_ms: 600,
    })
    expect(phases).toEqual([
      { name: 'relay', ms: 1 },
      { name: 'connect', ms: 20 },
      { name: 'wait', ms: 379 },
      { name: 'stream', ms: 600 },
    ])
  })

  it('is all waiting when the answer never began', () => {
    expect(phasesOf({ latency_ms: 120_003, overhead_ms: 3 })).toEqual([
      { name: 'relay', ms: 3 },
      { name: 'wait', ms: 120_000 },
    ])
  })

  it('never exceeds the latency, whatever a sender claims', () => {
    const phases = phasesOf({ latency_ms: 10, overhead_ms: 8, connect_ms: 8, stream_ms: 8 })
    expect(phases.reduce((sum, { ms }) => sum + ms, 0)).toBe(10)
  })

  it('has no phases without a latency', () => {
    expect(phasesOf({ first_byte_ms: 4 })).toEqual([])
  })
})
