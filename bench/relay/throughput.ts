import { type ClosedLoop, closedLoop } from './load.ts'
import type { Turns } from './plan.ts'
import { processorMicroseconds, residentMegabytes } from './processes.ts'
import { chatBody, type Process, type Subject } from './subject.ts'
import { pair, type Row } from './table.ts'

interface Case {
  readonly name: string
  readonly bytes: number
  readonly connections: number
}

/** What each gateway is measured with. */
export const SMALL: Case = { name: '1 KB', bytes: 1024, connections: 64 }

export const THROUGHPUT_COLUMNS = [
  'body',
  'connections',
  'through',
  'calls/s',
  'p50 / p99 ms',
  'processor time per call, us',
  'failed',
  'memory MB',
]

/** Calls without counting them. */
export async function warmUp({ process, model }: Subject, ms: number): Promise<void> {
  await closedLoop(process, chatBody(model, SMALL.bytes, false), SMALL.connections, ms)
}

/** As many calls as each takes, in short turns, so that what else the machine does hits all. */
export async function measureThroughput(
  subjects: readonly Subject[],
  { name, bytes, connections }: Case,
  { count, ms }: Turns,
): Promise<Row[]> {
  const runs = subjects.map((subject) => ({ subject, turns: [] as Turn[] }))
  for (let turn = 0; turn < count; turn++) {
    for (const { subject, turns } of runs) {
      const body = chatBody(subject.model, bytes, false)
      turns.push(await takeTurn(subject.process, body, connections, ms))
    }
  }
  return runs.map(({ subject, turns }) => {
    const best = turns.reduce((a, b) => (b.perSecond > a.perSecond ? b : a))
    const perCall = sum(turns, (turn) => turn.usedMicroseconds) / sum(turns, callsOf)
    return [
      name,
      connections,
      subject.name,
      Math.round(best.perSecond),
      pair(best.latency),
      Math.round(perCall),
      sum(turns, ({ failed }) => failed),
      residentMegabytes(subject.process.pid),
    ]
  })
}

type Turn = ClosedLoop & { readonly usedMicroseconds: number }

async function takeTurn(
  process: Process,
  body: string,
  connections: number,
  ms: number,
): Promise<Turn> {
  const before = processorMicroseconds(process.pid)
  const result = await closedLoop(process, body, connections, ms)
  return { ...result, usedMicroseconds: processorMicroseconds(process.pid) - before }
}

const callsOf = ({ latency }: Turn) => latency.count

function sum(turns: readonly Turn[], pick: (turn: Turn) => number): number {
  return turns.reduce((total, turn) => total + pick(turn), 0)
}
