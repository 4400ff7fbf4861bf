import { RELAY_PROCESS } from '../../src/server/relay-process-options.ts'
import { measureAdded } from './added-latency.ts'
import { requireRightAnswers } from './check-answer.ts'
import type { Target } from './http-connection.ts'
import type { Measurement } from './measurement.ts'
import { startNginx, startPinned, stop } from './processes.ts'
import { measureStreams } from './streams.ts'
import { CHAT_MODEL, type Subject, TRANSLATED_MODEL } from './subject.ts'
import { measureThroughput, SMALL, warmUp } from './throughput.ts'

interface RelayMeasurement extends Measurement {
  /** Profiles the relay instead of measuring all there is. */
  readonly profile: boolean
}

/** Where a profile is written when its process ends. */
const PROFILING = ['--cpu-prof', '--cpu-prof-dir=/tmp/bellwether-profile']

/**
 * Measures the relay, the relay without recorded bodies and nginx in turn.
 *
 * @throws Error when one of them does not hand on what the provider answered
 */
export async function measureRelay(measurement: RelayMeasurement): Promise<void> {
  const { plan, results, profile, direct } = measurement
  const subjects = await startSubjects(measurement)
  const [relay, bare] = subjects
  await results.addIdle(subjects)
  for (const subject of subjects) await requireRightAnswers(subject)
  await warmUp(relay, plan.warmUpMs)
  await warmUp(bare, profile ? 0 : plan.warmUpMs)
  results.calls.push(...(await measureThroughput(subjects, SMALL, plan.throughput)))
  if (!profile) {
    const both = subjects.filter((subject) => subject !== bare)
    for (const { perSecond, turns } of plan.rates) {
      results.added.push(...(await measureAdded(direct, both, perSecond, turns)))
    }
    results.streams.push(...(await measureStreams([direct, ...both], plan.streamMs)))
    await measureTranslated(relay, measurement)
    // large bodies last: the disk is still busy with them for seconds afterwards
    for (const large of LARGE) {
      results.largeCalls.push(...(await measureThroughput(both, large, plan.throughput)))
    }
  }
  for (const { process } of subjects) await stop(process.pid)
}

const LARGE = [
  { name: '50 KB', bytes: 50_000, connections: 32 },
  { name: '1 MB', bytes: 1_000_000, connections: 8 },
]

async function startSubjects({
  core,
  direct,
  profile,
}: RelayMeasurement): Promise<[Subject, Subject, ...Subject[]]> {
  const { port } = direct.process
  const start = (bodies: string, nodeOptions: readonly string[]) =>
    startPinned<Target>(
      core,
      './gateway-process.js',
      [`http://127.0.0.1:${port}/v1`, bodies],
      [...RELAY_PROCESS.arguments, ...nodeOptions],
      RELAY_PROCESS.environment,
    )
  const model = CHAT_MODEL
  const relay = { name: 'relay', process: await start('all', profile ? PROFILING : []), model }
  const bare = {
    name: 'relay, bodies not recorded',
    process: await start('none', []),
    model,
  }
  const nginx = profile ? undefined : await startNginx(core, port)
  if (nginx === undefined) return [relay, bare]
  return [relay, bare, { name: 'nginx', process: { ...nginx, key: 'none' }, model }]
}

async function measureTranslated(
  relay: Subject,
  { plan, results }: RelayMeasurement,
): Promise<void> {
  const translated = { ...relay, name: 'relay, translated', model: TRANSLATED_MODEL }
  await requireRightAnswers(translated)
  await warmUp(translated, plan.shortWarmUpMs)
  const both = [relay, translated]
  results.translatedCalls.push(...(await measureThroughput(both, SMALL, plan.throughput)))
  results.translatedStreams.push(...(await measureStreams(both, plan.streamMs)))
}
