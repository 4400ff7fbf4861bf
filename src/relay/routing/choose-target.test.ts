import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BreakerState } from './breaker.ts'
import { chooseTarget, whenCallable } from './choose-target.ts'

interface Target {
  readonly name: string
  readonly weight: number
  readonly breaker: { mayCall(): boolean }
}

function target(name: string, weight = 1, mayCall = true): Target {
  return { name, weight, breaker: { mayCall: () => mayCall } }
}

/** Mulberry32: the same numbers each time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const NONE: ReadonlySet<Target> = new Set()

describe('the choice of a target', () => {
  it('shares the calls by weight among those that may be called', () => {
    const weights = fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 20 }), up: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    fc.assert(
      fc.property(weights, fc.integer(), (given, seed) => {
        const targets = given.map(({ weight, up }, place) => target(`t${place}`, weight, up))
        const total = given.reduce((sum, { weight, up }) => sum + (up ? weight : 0), 0)
        const picks = new Map<Target | undefined, number>()
        const random = seeded(seed)
        for (let call = 0; call < 4_000; call++) {
          const picked = chooseTarget(targets, NONE, random)
          picks.set(picked, (picks.get(picked) ?? 0) + 1)
        }
        for (const [place, each] of targets.entries()) {
          const share = given[place]!.up ? each.weight / total : 0
          expect(Math.abs((picks.get(each) ?? 0) / 4_000 - share)).toBeLessThan(0.05)
        }
        expect(picks.get(undefined)).toBe(total === 0 ? 4_000 : undefined)
      }),
      { numRuns: 50 },
    )
  })

  it('goes to one that was not tried before, however small its weight', () => {
    const [big, small] = [target('big', 1_000), target('small', 0.001)]
    for (const random of [() => 0, () => 0.5, () => 0.999]) {
      expect(chooseTarget([big, small], new Set([big]), random)).toBe(small)
      expect(chooseTarget([small, big], new Set([big]), random)).toBe(small)
    }
  })

  it('comes back to a tried one when the others may not be called', () => {
    const [tried, broken] = [target('tried'), target('broken', 1, false)]
    expect(chooseTarget([tried, broken], new Set([tried]), () => 0.5)).toBe(tried)
  })

  it('is none when none may be called', () => {
    const broken = target('broken', 1, false)
    expect(chooseTarget([broken], NONE, () => 0)).toBeUndefined()
    expect(chooseTarget([broken], new Set([broken]), () => 0)).toBeUndefined()
    expect(chooseTarget([], NONE, () => 0)).toBeUndefined()
  })
})

function left(state: BreakerState, callableFromMs: number) {
  return { breaker: { state, callableFromMs } }
}

describe('when no target may be called', () => {
  it('the caller is told when the first of them may be', () => {
    const targets = [left('open', 9_000), left('open', 6_500), left('closed', 12_000)]
    expect(whenCallable(targets, 2_000)).toEqual({ reason: 'broken', waitMs: 4_500 })
  })

  it('because all have asked for a pause, that is the reason', () => {
    const targets = [left('closed', 9_000), left('closed', 30_000)]
    expect(whenCallable(targets, 2_000)).toEqual({ reason: 'resting', waitMs: 7_000 })
  })

  it('because a probe is out, a second has to do', () => {
    expect(whenCallable([left('half_open', 500)], 2_000)).toEqual({
      reason: 'broken',
      waitMs: 1_000,
    })
    expect(whenCallable([], 2_000).waitMs).toBe(1_000)
  })
})
