import type { Clock, Logger } from '../kernel/index.ts'
import type { CompareEnginesOptions, IndexComparison } from './compare-engines.ts'
import type { LogSettings } from './log-settings.ts'
import type { RelaySettings } from './relay.ts'
import type { OpenedReplayTarget, ReplayTargetOptions } from './replay-target.ts'
import type { Running } from './running.ts'

interface Context {
  readonly clock: Clock
  readonly logger: Logger
}

// Each part is loaded when it is started: the commands that need none of them start at once

/** Starts the relay in this process, see `startRelay`. */
export async function runRelay(
  settings: RelaySettings,
  context: Context,
): Promise<Running<RelaySettings>> {
  const { startRelay } = await import('./relay.ts')
  return startRelay(settings, context)
}

/** Starts store, search and console in this process, see `startLog`. */
export async function runLog(
  settings: LogSettings,
  context: Context,
): Promise<Running<LogSettings>> {
  const { startLog } = await import('./log.ts')
  return startLog(settings, context)
}

/** Compares the embedded store with the cluster, see `compareEngines`. */
export async function* compareEngines(
  options: CompareEnginesOptions,
): AsyncGenerator<IndexComparison> {
  const engines = await import('./compare-engines.ts')
  yield* engines.compareEngines(options)
}

/** Opens what a replay needs of a running server, see there. */
export async function openReplayTarget(options: ReplayTargetOptions): Promise<OpenedReplayTarget> {
  const target = await import('./replay-target.ts')
  return target.openReplayTarget(options)
}
