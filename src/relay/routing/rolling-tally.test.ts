import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RollingTally } from './rolling-tally.ts'

const KINDS = 3
const WINDOW = { slots: 4, slotMs: 10 } as const

it('forgets what lies before its window, a slot at a time', () => {
  const clock = { ms: 1_005, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  const tally = new RollingTally(KINDS, WINDOW, clock)
  tally.add(0)
  clock.ms = 1_010
  tally.add(0)
  clock.ms = 1_039
  expect(tally.count(0)).toBe(2)
  clock.ms = 1_040
  expect(tally.count(0)).toBe(1)
  clock.ms = 1_050
  expect(tally.total).toBe(0)
})

it('counts what a list of all events counts, however the time goes by', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.nat(KINDS - 1) }),
    fc.record({ waitMs: fc.oneof(fc.nat(25), fc.nat(90)) }),
  )
  fc.assert(
    fc.property(fc.nat(5_000), fc.array(step, { maxLength: 60 }), (startMs, steps) => {
      const clock = { ms: startMs, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
      const tally = new RollingTally(KINDS, WINDOW, clock)
      const events: { slot: number; kind: number }[] = []
      for (const each of steps) {
        if ('waitMs' in each) clock.ms += each.waitMs
        else {
          tally.add(each.kind)
          events.push({ slot: Math.floor(clock.ms / 10), kind: each.kind })
        }
        const live = events.filter(({ slot }) => slot > Math.floor(clock.ms / 10) - 4)
        expect(tally.total).toBe(live.length)
        const kinds = live.map(({ kind }) => kind).sort((a, b) => a - b)
        for (let kind = 0; kind < KINDS; kind++) {
          expect(tally.count(kind)).toBe(kinds.filter((other) => other === kind).length)
        }
        for (const [place, kind] of kinds.entries()) expect(tally.kindAt(place + 1)).toBe(kind)
      }
    }),
  )
})
