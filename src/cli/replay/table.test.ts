import { expect, it } from 'vitest'
import type { ReplayOutcome } from '../../playbook/index.ts'
import { replayTable } from './table.ts'

const outcome: ReplayOutcome = {
  run: 'replay-1',
  seconds: 2,
  results: [],
  reconciliation: {
    exact: false,
    comparisons: [
      { what: 'tokens gpt-4o', unit: 'tokens', calls: 1_234, journal: 1_234, store: 1_234 },
      { what: 'cost in all', unit: 'nano-USD', journal: 12_000_000_001, store: 12_000_000_002 },
    ],
    unanswered: { 'recorded as lost': 3 },
    differences: Array.from({ length: 25 }, (_, number) => `req_${number} is off`),
  },
}

it('aligns the counts and writes money without losing a digit', () => {
  expect(replayTable(outcome)).toContain(
    [
      '               calls        journal          store',
      'tokens gpt-4o  1,234          1,234          1,234  equal',
      'cost in all           $12.000000001  $12.000000002  DIFFERENT',
    ].join('\n'),
  )
})

it('explains what was not answered and names the first differences', () => {
  const table = replayTable(outcome)
  expect(table).toContain('3 without a whole answer: recorded as lost')
  expect(table).toContain('NOT exact:\n  req_0 is off')
  expect(table).toContain('and 5 more; --json tells all')
})
