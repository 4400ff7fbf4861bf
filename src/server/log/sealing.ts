import { type Clock, type Logger, messageOf, type Remote } from '../../kernel/index.ts'
import { dayOf } from '../../record/index.ts'
import type { Manifest } from '../../store/index.ts'
import type { ColumnsDay, ColumnsService } from './columns-service.ts'
import type { TextService } from './text-service.ts'
import type { Turns } from './turns.ts'

export interface SealingOptions {
  readonly manifest: Manifest
  readonly text: Remote<TextService>
  readonly columns: Remote<ColumnsService>
  readonly clock: Clock
  readonly logger: Logger
  /** A past day without news for this long is sealed. */
  readonly afterMs: number
  /** Works on whole days, one at a time. */
  readonly turns: Turns
}

/**
 * Keeps the state of every day: a past day that has been quiet for a while is sealed, one that
 * gets late records is hot again. Both files of a sealed day stay as they are until then.
 */
export class Sealing {
  readonly #options: SealingOptions
  #running: boolean = false

  constructor(options: SealingOptions) {
    this.#options = options
  }

  /** Looks at every day once and seals what is due. Does nothing while an earlier look goes on. */
  async look(): Promise<void> {
    if (this.#running) return
    this.#running = true
    try {
      const { columns, turns } = this.#options
      const { days } = await columns.status()
      for (const { day } of days) {
        await turns.take(async () => {
          // it may have been dropped or changed by what came before in turn
          const now = await columns.status()
          const found = now.days.find((other) => other.day === day)
          if (found !== undefined) await this.#lookAt(found)
        })
      }
    } finally {
      this.#running = false
    }
  }

  async #lookAt(day: ColumnsDay): Promise<void> {
    const { manifest, clock, afterMs } = this.#options
    const known = manifest.day(day.day)
    if (known?.state === 'sealed' && known.rows === day.rows) return
    if (known?.state !== 'sealing' && known?.rows !== day.rows) this.#setHot(day)
    if (day.day < dayOf(clock.nowMs()) && day.idleMs >= afterMs) await this.#seal(day)
  }

  async #seal({ day, rows }: ColumnsDay): Promise<void> {
    const { manifest, text, columns, logger } = this.#options
    manifest.setDay({ day, state: 'sealing', rows })
    const textRows = await text.seal(day)
    const sealed = await columns.seal(day)
    if (sealed === undefined) {
      this.#setHot({ day, rows })
      return
    }
    if (textRows !== sealed.rows) {
      logger.error({ day, text: textRows, columns: sealed.rows }, 'engines differ in a day')
    }
    manifest.setDay({ day, state: 'sealed', ...sealed })
    logger.info({ day, rows: sealed.rows }, 'day sealed')
  }

  #setHot({ day, rows }: Pick<ColumnsDay, 'day' | 'rows'>): void {
    this.#options.manifest.setDay({ day, state: 'hot', rows })
  }

  /** Looks every `everyMs`, for as long as the process lives. Returns what ends it. */
  every(everyMs: number): () => void {
    const timer = setInterval(() => {
      this.look().catch((error: unknown) => {
        this.#options.logger.error({ reason: messageOf(error) }, 'sealing failed')
      })
    }, everyMs)
    timer.unref()
    return () => clearInterval(timer)
  }
}
