import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Breaker } from './breaker.ts'

const SETTINGS = { failure_percent: 40, min_calls: 3, open_ms: 5_000 }

type Outcome = 'succeeded' | 'failed' | 'cancelled'

/** The breaker as its description reads, with a list of all that has happened. */
class Model {
  outcomes: { slot: number; failed: boolean }[] = []
  /** What must be held to have an outcome that counts: the closed time, or the one probe. */
  counting: object | undefined = {}
  broken: boolean = false
  pauseMs = 0
  openUntilMs = 0
  closedMs = Number.NEGATIVE_INFINITY
  restUntilMs = Number.NEGATIVE_INFINITY

  mayCall(nowMs: number): boolean {
    return nowMs >= this.restUntilMs && this.admits(nowMs)
  }

  admits(nowMs: number): boolean {
    return !this.broken || (nowMs >= this.openUntilMs && this.counting === undefined)
  }

  enter(nowMs: number): object {
    if (!this.admits(nowMs)) return {}
    if (this.broken) this.counting = {}
    return this.counting ?? {}
  }

  end(ticket: object, outcome: Outcome, nowMs: number): void {
    if (ticket !== this.counting) return
    if (this.broken) this.endProbe(outcome, nowMs)
    else if (outcome !== 'cancelled') {
      const slot = Math.floor(nowMs / 1_000)
      this.outcomes.push({ slot, failed: outcome === 'failed' })
      const live = this.outcomes.filter((each) => each.slot > slot - 30)
      const share = live.filter(({ failed }) => failed).length / live.length
      if (live.length < 3 || share < 0.4) return
      this.open(nowMs - this.closedMs < 30_000 ? this.pauseMs * 2 : 5_000, nowMs)
    }
  }

  endProbe(outcome: Outcome, nowMs: number): void {
    if (outcome === 'failed') this.open(this.pauseMs * 2, nowMs)
    else if (outcome === 'cancelled') this.counting = undefined
    else {
      this.broken = false
      this.closedMs = nowMs
      this.counting = {}
      this.outcomes = []
    }
  }

  open(pauseMs: number, nowMs: number): void {
    this.broken = true
    this.pauseMs = Math.min(pauseMs, 40_000)
    this.openUntilMs = nowMs + this.pauseMs
    this.counting = undefined
    this.outcomes = []
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      place: fc.nat(),
      outcome: fc.constantFrom<Outcome>('succeeded', 'failed', 'failed', 'cancelled'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat(900), fc.nat(12_000), fc.constant(5_000), fc.constant(30_000)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rest' as const), ms: fc.nat(90_000) }) },
)

it('does what its description says, whatever the order of calls, outcomes and pauses', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const clock = { ms: 12_345, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
      const breaker = new Breaker(SETTINGS, clock)
      const model = new Model()
      const tickets: { real: number; modelled: object }[] = []
      for (const each of steps) {
        if (each.kind === 'enter') {
          tickets.push({ modelled: model.enter(clock.ms), real: breaker.enter() })
        } else if (each.kind === 'end') {
          const [ticket] = tickets.splice(each.place % Math.max(1, tickets.length), 1)
          if (ticket === undefined) continue
          model.end(ticket.modelled, each.outcome, clock.ms)
          breaker[each.outcome](ticket.real)
        } else if (each.kind === 'wait') clock.ms += each.ms
        else {
          model.restUntilMs = Math.max(model.restUntilMs, clock.ms + Math.min(each.ms, 60_000))
          breaker.restUntil(clock.ms + each.ms)
        }
        const open = clock.ms < model.openUntilMs ? 'open' : 'half_open'
        expect(breaker.state).toBe(model.broken ? open : 'closed')
        expect(breaker.mayCall()).toBe(model.mayCall(clock.ms))
        expect(breaker.resting).toBe(clock.ms < model.restUntilMs)
      }
    }),
    { numRuns: 500 },
  )
})
