import { type Logger, messageOf, type Remote } from '../../kernel/index.ts'
import type { Manifest, TextReader } from '../../store/index.ts'
import type { ColumnsService } from './columns-service.ts'
import type { Standstill } from './standstill.ts'
import type { TextService } from './text-service.ts'
import type { Turns } from './turns.ts'

export interface DayWorkOptions {
  readonly manifest: Manifest
  readonly text: Remote<TextService>
  readonly columns: Remote<ColumnsService>
  readonly texts: Pick<Remote<TextReader>, 'closeGone'>
  readonly standstill: Standstill
  readonly turns: Turns
  readonly logger: Logger
  /** Is told when the two files of a day do not belong together any more. */
  readonly onFailure: (error: unknown) => void
}

/** Takes records away from the store, by the day. One work at a time, together with all others. */
export class DayWork {
  readonly #options: DayWorkOptions

  constructor(options: DayWorkOptions) {
    this.#options = options
  }

  /**
   * Deletes all records of a day; those of `prefixes` alone, when by now it has others. A crash
   * leaves either both files or none after the next start.
   */
  async drop(day: string, prefixes?: readonly string[]): Promise<void> {
    const { turns, standstill, columns, texts, logger } = this.#options
    await turns.take(async () => {
      const isDropped = await standstill.during(async () => {
        const others = await columns.otherPrefixes(day, prefixes ?? [])
        if (prefixes !== undefined && others.length > 0) return false
        await this.#dropBoth(day)
        return true
      })
      if (isDropped) logger.info({ day }, 'day dropped')
      else await this.#erase(day, prefixes ?? [])
    })
    await texts.closeGone()
  }

  async #dropBoth(day: string): Promise<void> {
    const { manifest, columns, text, onFailure } = this.#options
    const known = manifest.day(day)
    manifest.setDay({ day, state: 'unfinished', rows: known?.rows ?? 0 })
    try {
      await columns.drop(day)
    } catch (error) {
      // the column file is whole and in force
      if (known === undefined) manifest.removeDay(day)
      else manifest.setDay(known)
      throw error
    }
    try {
      await text.drop(day)
      manifest.removeDay(day)
    } catch (error) {
      onFailure(error)
      throw error
    }
  }

  /** Deletes the records of some prefixes of a day. What a crash interrupts is gone on with. */
  async erase(day: string, prefixes: readonly string[]): Promise<void> {
    await this.#options.turns.take(() => this.#erase(day, prefixes))
  }

  async #erase(day: string, prefixes: readonly string[]): Promise<void> {
    const { columns, text, logger } = this.#options
    const erased = await columns.erase(day, prefixes)
    if (erased === undefined) return
    await text.erase(day, erased.rows, erased.count)
    await columns.erased(day)
    logger.info({ day, prefixes, records: erased.rows.length }, 'records of a day deleted')
  }

  /** Takes the bodies of a day away; passed over when nothing came since it was done last. */
  async stripBodies(day: string): Promise<void> {
    const { turns, text } = this.#options
    await turns.take(() => text.stripBodies(day))
  }

  /** Goes on with what was interrupted, before any other work. */
  begin(): void {
    const { turns, columns, logger } = this.#options
    turns
      .take(async () => {
        for (const day of await columns.unfinishedErasures()) await this.#erase(day, [])
      })
      .catch((error: unknown) => {
        logger.error({ reason: messageOf(error) }, 'deleting records of a day failed')
      })
  }
}
