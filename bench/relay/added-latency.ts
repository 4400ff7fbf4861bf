import { openLoop, type Quantiles, quantiles } from './load.ts'
import type { Turns } from './plan.ts'
import { chatBody, type Subject } from './subject.ts'
import { pair, type Row } from './table.ts'

export const ADDED_COLUMNS = [
  'calls/s',
  'through',
  'adds p50 / p99 ms',
  'without it p50 / p99 ms',
  'answered',
]

const BODY_BYTES = 1024

/** What each adds to the latency of `direct` when calls come evenly at a rate it can take. */
export async function measureAdded(
  direct: Subject,
  subjects: readonly Subject[],
  perSecond: number,
  { count, ms }: Turns,
): Promise<Row[]> {
  const base: Quantiles[] = []
  const runs = subjects.map((subject) => ({ subject, turns: [] as Quantiles[] }))
  const turn = async ({ process, model }: Subject) =>
    quantiles(await openLoop(process, chatBody(model, BODY_BYTES, false), perSecond, ms))
  for (let round = 0; round < count; round++) {
    base.push(await turn(direct))
    for (const { subject, turns } of runs) turns.push(await turn(subject))
  }
  const without = middle(base)
  return runs.map(({ subject, turns }) => {
    const { p50, p99, count: answered } = middle(turns)
    const added = { p50: p50 - without.p50, p99: p99 - without.p99 }
    const sent = (perSecond * count * ms) / 1000
    return [perSecond, subject.name, pair(added), pair(without), `${answered} of ${sent}`]
  })
}

/** The middle of the turns' quantiles: one turn with a stall of the machine does not decide. */
function middle(turns: readonly Quantiles[]): Quantiles {
  const of = (pick: (turn: Quantiles) => number) =>
    turns.map(pick).sort((a, b) => a - b)[Math.floor(turns.length / 2)] ?? Number.NaN
  const count = turns.reduce((sum, turn) => sum + turn.count, 0)
  return { p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99), count }
}
