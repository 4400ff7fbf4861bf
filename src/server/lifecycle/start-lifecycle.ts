import type { Indices } from '../../elastic/index.ts'
import { type Clock, type Config, type Logger, messageOf } from '../../kernel/index.ts'
import type { IndexEntry } from '../../search/index.ts'
import type { LogStore } from '../log/index.ts'
import { type DaySize, type DiskStatus, DiskWatch } from './disk-watch.ts'
import { LifecycleRunner } from './lifecycle-runner.ts'

export interface LifecycleOptions {
  /** Data folder. */
  readonly data: string
  readonly config: Pick<Config, 'disk' | 'store'>
  readonly store: Pick<LogStore, 'stripBodies' | 'freeDeleted'>
  readonly indices: Indices
  readonly clock: Clock
  readonly logger: Logger
}

/** What keeps the store from growing for ever, at work. */
export interface Lifecycle {
  /** How the disk stands; undefined before the first look at it. */
  diskStatus(): DiskStatus | undefined
  /** Carries out now what is due by policies and by age. */
  look(): Promise<void>
  stop(): Promise<void>
}

const LIFECYCLE_LOOK_MS = 60_000
const DISK_LOOK_MS = 10_000

/** Begins to carry out lifecycle policies and to watch the disk. */
export function startLifecycle({
  data,
  config,
  store,
  indices,
  clock,
  logger,
}: LifecycleOptions): Lifecycle {
  const runner = new LifecycleRunner({
    indices,
    stripBodies: (day) => store.stripBodies(day),
    retentionDays: config.store.retention_days,
    bodiesDays: config.store.bodies_days,
    clock,
    logger,
  })
  const disk = new DiskWatch({
    data,
    config: config.disk,
    days: async () => daySizes(await indices.logIndices()),
    async dropDay(day) {
      const logs = await indices.logIndices()
      const names = logs.filter((log) => log.day.day === day).map(({ name }) => name)
      const done = await indices.dropLogIndices(names)
      if (!done.ok) throw new Error(done.failure.reason)
    },
    clock,
    logger,
  })
  const stops = [runner.every(LIFECYCLE_LOOK_MS), disk.every(DISK_LOOK_MS), freeing(store, logger)]
  return {
    diskStatus: () => disk.status(),
    look: () => runner.look(),
    async stop() {
      await Promise.all(stops.map((stop) => stop()))
    },
  }
}

function daySizes(logs: readonly IndexEntry[]): readonly DaySize[] {
  return [...new Set(logs.map(({ day }) => day))].map(({ day, bytes }) => ({ day, bytes }))
}

/** Files of document indices that clients delete stay open too, until they are let go. */
function freeing(store: Pick<LogStore, 'freeDeleted'>, logger: Logger): () => Promise<void> {
  const timer = setInterval(() => {
    store.freeDeleted().catch((error: unknown) => {
      logger.error({ reason: messageOf(error) }, 'closing deleted files failed')
    })
  }, LIFECYCLE_LOOK_MS)
  timer.unref()
  return async () => clearInterval(timer)
}
