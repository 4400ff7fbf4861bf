import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

function retryBudget(budgetPercent: number) {
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return { clock, budget: new RetryBudget({ budget_percent: budgetPercent }, clock) }
}

function withdrawAll(budget: RetryBudget): number {
  let retries = 0
  while (budget.withdraw()) retries++
  return retries
}

describe('the retry budget', () => {
  it('lets ten retries a second through whatever the calls', () => {
    const { clock, budget } = retryBudget(0)
    expect(withdrawAll(budget)).toBe(10)
    clock.ms = 100
    expect(withdrawAll(budget)).toBe(1)
    clock.ms = 1_100
    expect(withdrawAll(budget)).toBe(10)
    clock.ms = 60_000
    expect(withdrawAll(budget)).toBe(10)
  })

  it('allows one more for every five calls at 20 percent', () => {
    const { budget } = retryBudget(20)
    withdrawAll(budget)
    for (let call = 0; call < 50; call++) budget.deposit()
    expect(withdrawAll(budget)).toBe(10)
  })

  it('saves up no more than a hundred', () => {
    const { budget } = retryBudget(100)
    for (let call = 0; call < 100_000; call++) budget.deposit()
    expect(withdrawAll(budget)).toBe(110)
  })

  it('never allows more than its share of the calls and ten a second', () => {
    const step = fc.oneof(
      fc.constant('deposit' as const),
      fc.constant('withdraw' as const),
      fc.nat(400),
    )
    fc.assert(
      fc.property(fc.nat(100), fc.array(step, { maxLength: 200 }), (percent, steps) => {
        const { clock, budget } = retryBudget(percent)
        let calls = 0
        let retries = 0
        for (const each of steps) {
          if (each === 'deposit') {
            calls++
            budget.deposit()
          } else if (each === 'withdraw') retries += budget.withdraw() ? 1 : 0
          else clock.ms += each
        }
        const allowed = 10 + clock.ms / 100 + (calls * percent) / 100
        expect(retries).toBeLessThanOrEqual(allowed + 1e-6)
      }),
    )
  })
})
