import { measureAdded } from './added-latency.ts'
import { problemOfStream, problemOfWhole } from './check-answer.ts'
import type { Measurement } from './measurement.ts'
import type { Peer } from './peers.ts'
import { LOWEST_RATE } from './plan.ts'
import { stop } from './processes.ts'
import type { Results } from './results.ts'
import { measureStreams } from './streams.ts'
import { CHAT_MODEL, type Subject } from './subject.ts'
import type { Row } from './table.ts'
import { measureThroughput, SMALL, warmUp } from './throughput.ts'

interface PeerMeasurement extends Measurement {
  readonly peer: Peer
}

/** Measures another gateway while nothing else runs, or says why it could not be. */
export async function measurePeer(measurement: PeerMeasurement): Promise<void> {
  const { peer, core, direct, results } = measurement
  const { installation, name } = peer
  if (!installation.ok) {
    leaveOut(name, `not installed: ${installation.problem}`, results)
    return
  }
  const process = await peer.start(core, direct.process.port)
  if (process === undefined) {
    leaveOut(name, 'did not start', results)
    return
  }
  const subject = { name, process, model: CHAT_MODEL }
  await results.addIdle([subject])
  try {
    const problem = (await problemOfWhole(subject)) ?? (await measureRunning(subject, measurement))
    if (problem !== undefined) leaveOut(name, problem, results)
  } catch (error) {
    // most likely it has ended: what was measured before is kept
    leaveOut(name, error instanceof Error ? error.message : String(error), results)
  }
  await stop(process.pid)
}

/** Returns why streams could not be measured. */
async function measureRunning(
  subject: Subject,
  { plan, direct, results }: PeerMeasurement,
): Promise<string | undefined> {
  await warmUp(subject, plan.shortWarmUpMs)
  results.calls.push(...(await measureThroughput([subject], SMALL, plan.throughput)))
  for (const { perSecond, turns } of plan.rates) {
    if (perSecond > LOWEST_RATE) continue
    results.added.push(...(await measureAdded(direct, [subject], perSecond, turns)))
  }
  const problem = await problemOfStream(subject)
  if (problem !== undefined) return problem
  results.streams.push(...(await measureStreams([subject], plan.streamMs)))
  return undefined
}

/** Gives each table that has no row of it yet one that says why. */
function leaveOut(name: string, problem: string, { calls, added, streams }: Results): void {
  const reason = `not measured: ${problem}`
  const add = (rows: Row[], row: Row) => {
    if (!rows.some((other) => other.includes(name))) rows.push(row)
  }
  add(calls, [SMALL.name, SMALL.connections, name, reason])
  add(added, [LOWEST_RATE, name, reason])
  add(streams, [name, reason])
}
