import {
  IndexCatalog,
  type Indices,
  type LifecycleStep,
  lifecycleDue,
} from '../../elastic/index.ts'
import { type Clock, type Logger, messageOf } from '../../kernel/index.ts'
import type { Done } from '../../store/index.ts'

export interface LifecycleRunnerOptions {
  readonly indices: Indices
  /** Takes the bodies of a UTC day away; called again it does nothing. */
  stripBodies(day: string): Promise<void>
  /** Days that log indices stay that no policy holds for; undefined: for ever. */
  readonly retentionDays: number | undefined
  /** Days that bodies stay; undefined: as long as their records. */
  readonly bodiesDays: number | undefined
  readonly clock: Clock
  readonly logger: Logger
}

const DAY_MS = 86_400_000
/** Key of the mode among the settings of the cluster. */
const MODE = 'ilm.operation_mode'

/**
 * Carries out lifecycle policies: rolls document indices over, deletes what is old enough, log
 * indices and others. Ages of log indices count from the end of their day.
 */
export class LifecycleRunner {
  readonly #options: LifecycleRunnerOptions
  readonly #catalog: IndexCatalog
  /** What could not be done, by index, so that it is said once. */
  #failures: ReadonlyMap<string, string> = new Map()
  /** Records of the days whose bodies were taken away. */
  readonly #stripped = new Map<string, number>()
  #looking: Promise<void> | undefined

  constructor(options: LifecycleRunnerOptions) {
    this.#options = options
    this.#catalog = new IndexCatalog(options.indices, options.clock)
  }

  /** Looks once and does what is due; one look at a time. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const { indices, clock, retentionDays } = this.#options
    const { [MODE]: mode = 'RUNNING' } = await indices.clusterSettings()
    const { steps, unmanagedLogs } = await lifecycleDue(this.#catalog)
    const nowMs = clock.nowMs()
    const old = unmanagedLogs.filter(
      ({ endMs }) => retentionDays !== undefined && nowMs - endMs >= retentionDays * DAY_MS,
    )
    const failures = new Map<string, string>()
    // stopping the policies does not stop the retention of the configuration
    const due = mode === 'RUNNING' ? steps : []
    const logs = [
      ...due.flatMap((step) => (step.kind === 'delete' && step.isLog ? [step.index] : [])),
      ...old.map(({ index }) => index),
    ]
    if (logs.length > 0) await attempt(failures, logs, () => indices.dropLogIndices(logs))
    for (const step of due) {
      await attempt(failures, [step.index], () => this.#take(step))
    }
    await this.#stripBodies(nowMs)
    this.#report(logs, due, failures)
  }

  async #take(step: LifecycleStep): Promise<Done<unknown>> {
    const { indices } = this.#options
    switch (step.kind) {
      case 'delete':
        // those of logs are deleted together: they share the files of their days
        return step.isLog ? DONE : await indices.deleteIndices([step.index])
      case 'rollover':
        return await indices.rollover(step.target, undefined, {})
      case 'complete':
        return await indices.completeIndex(step.index)
      case 'error':
        return { ok: false, failure: { type: '', reason: step.reason, status: 400 } }
      default:
        return step satisfies never
    }
  }

  async #stripBodies(nowMs: number): Promise<void> {
    const { indices, bodiesDays, stripBodies } = this.#options
    if (bodiesDays === undefined) return
    for (const { day } of await indices.logIndices()) {
      if (nowMs - Date.parse(day.day) - DAY_MS < bodiesDays * DAY_MS) continue
      const rows = day.prefixes.reduce((sum, prefix) => sum + prefix.rows, 0)
      if (this.#stripped.get(day.day) === rows) continue
      await stripBodies(day.day)
      this.#stripped.set(day.day, rows)
    }
  }

  #report(
    logs: readonly string[],
    steps: readonly LifecycleStep[],
    failures: ReadonlyMap<string, string>,
  ): void {
    const { logger } = this.#options
    const done = steps.filter(({ index }) => !failures.has(index))
    for (const step of done) {
      if (step.kind !== 'error') logger.info(step, 'lifecycle step taken')
    }
    const own = logs.filter((index) => !failures.has(index))
    if (own.length > 0) logger.info({ indices: own }, 'log indices deleted by age')
    for (const [index, reason] of failures) {
      if (this.#failures.get(index) === reason) continue
      logger.warn({ index, reason }, 'lifecycle step failed')
    }
    this.#failures = failures
  }

  /** Looks soon and every `everyMs`, for as long as the process lives. Returns what ends it. */
  every(everyMs: number): () => Promise<void> {
    const look = () => {
      this.look().catch((error: unknown) => {
        this.#options.logger.error({ reason: messageOf(error) }, 'lifecycle failed')
      })
    }
    const first = setTimeout(look, Math.min(everyMs, FIRST_LOOK_MS))
    const timer = setInterval(look, everyMs)
    first.unref()
    timer.unref()
    return async () => {
      clearTimeout(first)
      clearInterval(timer)
      await this.#looking?.catch(() => undefined)
    }
  }
}

const FIRST_LOOK_MS = 5_000
const DONE = { ok: true, value: true } as const

/** One index that fails keeps nobody else from its step. */
async function attempt(
  failures: Map<string, string>,
  indices: readonly string[],
  work: () => Promise<Done<unknown>>,
): Promise<void> {
  const failed = (reason: string) => {
    for (const index of indices) failures.set(index, reason)
  }
  try {
    const done = await work()
    if (!done.ok) failed(done.failure.reason)
  } catch (error) {
    failed(messageOf(error))
  }
}
