import { join } from 'node:path'
import type { Remote } from '../../kernel/index.ts'
import {
  type DayPosition,
  type DayState,
  HeldFile,
  type Manifest,
  type PrefixCount,
  prepareText,
  type RestoredPositions,
  restoringFiles,
  textFile,
} from '../../store/index.ts'
import type { ColumnsService } from './columns-service.ts'
import type { Standstill } from './standstill.ts'
import type { TextService } from './text-service.ts'
import type { Turns } from './turns.ts'

export interface DayCopiesOptions {
  /** Folder of the store. */
  readonly folder: string
  /** Names of the journals, in the order of the settings. */
  readonly journals: readonly string[]
  readonly manifest: Manifest
  readonly text: Remote<TextService>
  readonly columns: Remote<ColumnsService>
  readonly standstill: Standstill
  readonly turns: Turns
}

/** A day as it was at one moment. Both files are at the same position of every journal. */
export interface HeldDay {
  readonly day: string
  readonly state: DayState
  readonly positions: readonly DayPosition[]
  /** With the positions it tells whether a copy has this content. */
  readonly edition: number
  prefixes(): Promise<readonly PrefixCount[]>
  /** Writes the column file of the day into one of its own; returns its path. Once only. */
  copyColumns(): Promise<string>
  /** Writes its text file. Once only. */
  copyText(target: string): Promise<void>
}

/** A journal and how far it is applied. */
export interface JournalPosition {
  readonly name: string
  readonly number: number
  readonly position: number
}

/** The store as it was at one moment. */
export interface HeldStore {
  /** Every record before these positions is in its day. */
  readonly journals: readonly JournalPosition[]
  readonly days: readonly HeldDay[]
  /** Documents of the indices (uuid). */
  readonly documents: ReadonlyMap<string, HeldFile>
}

/** Days whose files lie ready, see `restoringFiles`. */
export interface RestoredDays {
  readonly days: readonly string[]
  /** Whether the positions in them are those of the journals here. */
  readonly positions: RestoredPositions
  /** Every record before these positions is in its day. */
  readonly journals: readonly JournalPosition[]
}

/** Copies days out of the running store, and puts copies back. */
export class DayCopies {
  readonly #options: DayCopiesOptions

  constructor(options: DayCopiesOptions) {
    this.#options = options
  }

  /** The journals and how far they are applied now. */
  #journals(positions: readonly number[]): readonly JournalPosition[] {
    const { journals, manifest } = this.#options
    return journals.map((name, index) => ({
      name,
      number: manifest.journalNumber(name),
      position: positions[index] ?? 0,
    }))
  }

  /**
   * Lets `work` copy those days that there are, and document indices (uuid) as they are at one moment. Records come in
   * meanwhile; days are neither sealed nor dropped.
   */
  async during<T>(
    days: readonly string[],
    uuids: readonly (readonly [uuid: string, file: string])[],
    work: (held: HeldStore) => Promise<T>,
  ): Promise<T> {
    const { turns, standstill, columns, folder } = this.#options
    return await turns.take(async () => {
      const present = new Set((await columns.status()).days.map(({ day }) => day))
      const chosen = days.filter((day) => present.has(day))
      const opened = new Map<string, HeldFile>()
      const hold = (key: string, file: string) => opened.set(key, new HeldFile(file))
      try {
        const journals = await standstill.during(async (positions) => {
          await columns.hold(chosen)
          for (const day of chosen) hold(day, textFile(folder, day))
          for (const [uuid, file] of uuids) hold(uuid, file)
          return this.#journals(positions)
        })
        const held = chosen.map((day) => this.#held(day, opened.get(day)!))
        const documents = new Map(uuids.map(([uuid]) => [uuid, opened.get(uuid)!]))
        return await work({ journals, days: held, documents })
      } finally {
        for (const file of opened.values()) file.release()
        await columns.release()
      }
    })
  }

  #held(day: string, text: HeldFile): HeldDay {
    const { manifest, columns } = this.#options
    return {
      day,
      state: manifest.day(day)?.state ?? 'hot',
      positions: text.positions(),
      edition: text.edition(),
      prefixes: () => columns.heldPrefixes(day),
      copyColumns: () => columns.copyHeld(day),
      async copyText(target) {
        await text.copy(target)
        text.release()
      },
    }
  }

  /** Where the files of a day are to be put before `place`. */
  restoring(day: string) {
    return restoringFiles(this.#options.folder, day)
  }

  /** Path of a file in the store's folder. */
  path(...names: readonly string[]): string {
    return join(this.#options.folder, ...names)
  }

  /** How far the journals are applied now. */
  async journals(): Promise<readonly JournalPosition[]> {
    return this.#journals((await this.#options.columns.status()).positions)
  }

  /**
   * Makes days part of the store, whose files lie ready. What the journals still hold of them
   * beyond their positions is added. Returns the days that exist by now, and then does nothing. A
   * crash leaves a day either whole or not at all after the next start.
   */
  async place(restored: RestoredDays): Promise<readonly string[]> {
    const { turns, standstill, columns } = this.#options
    const rows = new Map<string, number>()
    for (const day of restored.days) {
      const files = this.restoring(day)
      rows.set(day, await columns.prepare(files.columns, restored.positions))
      prepareText(files.text, restored.positions)
    }
    return await turns.take(() =>
      standstill.during(async (positions) => {
        const known = new Set((await columns.status()).days.map(({ day }) => day))
        const existing = restored.days.filter((day) => known.has(day))
        if (existing.length === 0) await this.#placeAll(restored, rows, positions)
        return existing
      }),
    )
  }

  async #placeAll(
    restored: RestoredDays,
    rows: ReadonlyMap<string, number>,
    positions: readonly number[],
  ): Promise<void> {
    const { manifest, text, columns } = this.#options
    const { days } = restored
    const set = (state: DayState) => {
      for (const day of days) manifest.setDay({ day, state, rows: rows.get(day) ?? 0 })
    }
    set('unfinished')
    try {
      for (const day of days) {
        await text.place(day)
        await columns.place(day)
      }
      if (restored.positions === 'own') await this.#replay(restored, positions)
      // it is sealed again with what was added to it
      set('hot')
    } catch (error) {
      for (const day of days) {
        await columns.drop(day)
        await text.drop(day)
        manifest.removeDay(day)
      }
      throw error
    }
  }

  async #replay({ days, journals }: RestoredDays, positions: readonly number[]): Promise<void> {
    const { text, columns } = this.#options
    const ranges = this.#journals(positions).map(({ name, position }) => {
      const from = journals.find((journal) => journal.name === name)?.position
      return { from: Math.min(from ?? 0, position), to: position }
    })
    await text.replay({ days, ranges })
    await columns.replay({ days, ranges })
  }
}
