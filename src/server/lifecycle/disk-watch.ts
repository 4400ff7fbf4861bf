import { statfs } from 'node:fs/promises'
import { type Clock, type Config, type Logger, messageOf } from '../../kernel/index.ts'
import { dayOf } from '../../record/index.ts'
import {
  type DiskLimits,
  type DiskMeasures,
  type DiskVerdict,
  diskVerdict,
} from './disk-decision.ts'
import { folderBytes } from './folder-size.ts'

/** A day with the size of its files. */
export interface DaySize {
  readonly day: string
  readonly bytes: number
}

export interface DiskWatchOptions {
  /** Data folder. */
  readonly data: string
  readonly config: Config['disk']
  /** The days of the store. */
  days(): Promise<readonly DaySize[]>
  /** Deletes all records of a day. */
  dropDay(day: string): Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

/** How the disk stands, as it was looked at last. */
export interface DiskStatus extends DiskMeasures {
  /** `full`: more than it may be, and there is no day left that may be dropped. */
  readonly state: 'ok' | 'warn' | 'full'
  /** Why it is not well; empty when it is. */
  readonly reason: string
  readonly maxBytes: number | undefined
  /** Days dropped for room since the start. */
  readonly dropped: number
}

const GIB = 2 ** 30

/**
 * Keeps the data folder below its limits: warns near them and drops the oldest days beyond, never
 * today's. What the journals hold is left alone, and taken in as ever.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  readonly #limits: DiskLimits
  #status: DiskStatus | undefined
  #dropped = 0
  #looking: Promise<void> | undefined

  constructor(options: DiskWatchOptions) {
    this.#options = options
    const { max_gb, keep_free_percent } = options.config
    this.#limits = {
      maxBytes: max_gb === undefined ? undefined : max_gb * GIB,
      keepFreePercent: keep_free_percent,
    }
  }

  /** What the last look has found; undefined before the first. */
  status(): DiskStatus | undefined {
    return this.#status
  }

  /** Looks once and drops what has to go; one look at a time. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    for (;;) {
      const measures = await this.#measure()
      const days = await this.#droppable()
      const droppableBytes = days.reduce((sum, { bytes }) => sum + bytes, 0)
      const verdict = diskVerdict(measures, this.#limits, droppableBytes)
      const [oldest] = days
      this.#note(measures, verdict, oldest === undefined)
      if (verdict.level !== 'drop' || oldest === undefined) return
      const { reason } = verdict
      await this.#options.dropDay(oldest.day)
      this.#dropped++
      this.#options.logger.warn({ ...oldest, reason }, 'oldest day dropped for room')
    }
  }

  async #measure(): Promise<DiskMeasures> {
    const { data } = this.#options
    const [dataBytes, { bsize, blocks, bfree, bavail }] = await Promise.all([
      folderBytes(data),
      statfs(data),
    ])
    // what is kept for the superuser is of no use to anybody
    return { dataBytes, totalBytes: bsize * (blocks - bfree + bavail), freeBytes: bsize * bavail }
  }

  /** Days before today, the oldest first. */
  async #droppable(): Promise<readonly DaySize[]> {
    const today = dayOf(this.#options.clock.nowMs())
    const days = await this.#options.days()
    return days.filter(({ day }) => day < today).sort((a, b) => (a.day < b.day ? -1 : 1))
  }

  #note(measures: DiskMeasures, { level, reason }: DiskVerdict, isLast: boolean): void {
    const before = this.#status?.state ?? 'ok'
    const state = level === 'ok' ? 'ok' : level === 'drop' && isLast ? 'full' : 'warn'
    const { maxBytes } = this.#limits
    this.#status = { ...measures, state, reason, maxBytes, dropped: this.#dropped }
    if (state === before) return
    const { logger } = this.#options
    if (state === 'full') logger.error({ reason }, 'disk is full, no day is left to be dropped')
    else if (state === 'warn') logger.warn({ reason }, 'disk is nearly full')
    else logger.info('disk has room again')
  }

  /** Looks now and every `everyMs`, for as long as the process lives. Returns what ends it. */
  every(everyMs: number): () => Promise<void> {
    const look = () => {
      this.look().catch((error: unknown) => {
        this.#options.logger.error({ reason: messageOf(error) }, 'looking at the disk failed')
      })
    }
    const timer = setInterval(look, everyMs)
    timer.unref()
    look()
    return async () => {
      clearInterval(timer)
      await this.#looking?.catch(() => undefined)
    }
  }
}
