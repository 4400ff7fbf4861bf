import { existsSync } from 'node:fs'
import { messageOf } from '../../kernel/index.ts'
import { byDay, type JournalId } from '../days/batch.ts'
import {
  daysFolder,
  makeDaysFolder,
  removeTextFile,
  syncPath,
  textFile,
} from '../days/day-files.ts'
import { TextDay } from './text-day.ts'
import type { TextRow } from './text-row.ts'

/** Day files open for writing at a time; late events may touch many days. */
const OPEN_DAYS = 4

/** Writes the text files of all days. One per store. */
export class TextWriter {
  readonly #folder: string
  /** In the order of use, the latest last. */
  readonly #open = new Map<string, TextDay>()

  /** @param folder of the store */
  constructor(folder: string) {
    this.#folder = folder
    makeDaysFolder(folder)
  }

  /**
   * Applies records of a journal, in its order: one transaction per day, those applied before
   * are passed over. On return they are on disk. After an error only whole days were applied,
   * and the same records may be given again.
   */
  apply(journal: JournalId, rows: readonly TextRow[]): number {
    let added = 0
    for (const [day, ofDay] of byDay(rows, (row) => row.day))
      added += this.#day(day).apply(journal, ofDay)
    return added
  }

  #day(day: string): TextDay {
    const known = this.#open.get(day)
    if (known !== undefined) {
      this.#open.delete(day)
      this.#open.set(day, known)
      return known
    }
    for (const [oldest] of this.#open) {
      if (this.#open.size < OPEN_DAYS) break
      this.#close(oldest)
    }
    const opened = this.#openDay(day)
    this.#open.set(day, opened)
    return opened
  }

  #openDay(day: string): TextDay {
    const file = textFile(this.#folder, day)
    const isNew = !existsSync(file)
    const opened = openFile(file)
    if (isNew) syncPath(daysFolder(this.#folder))
    return opened
  }

  #close(day: string): void {
    this.#open.get(day)?.close()
    this.#open.delete(day)
  }

  /**
   * Compacts the file of a day in small steps; see `TextDay.seal`. Returns at the end how many
   * records it holds.
   */
  *seal(day: string): Generator<void, number> {
    // A file of its own: the writer may close the one it uses between two steps.
    const file = this.#openDay(day)
    try {
      yield* file.seal()
      return file.rows()
    } finally {
      file.close()
    }
  }

  /**
   * Takes rows of a day away, in small steps; see `TextDay.erase`. `count` is how many were taken
   * away from it in all.
   */
  *erase(day: string, rows: Float64Array, count: number): Generator<void> {
    const file = this.#openDay(day)
    try {
      yield* file.erase(rows)
      file.setErased(count)
    } finally {
      file.close()
    }
  }

  /** Takes the bodies of a day away, in small steps; see `TextDay.stripBodies`. */
  *stripBodies(day: string): Generator<void> {
    if (!existsSync(textFile(this.#folder, day))) return
    const file = this.#openDay(day)
    try {
      yield* file.stripBodies()
    } finally {
      file.close()
    }
  }

  /** Deletes the file of a day. */
  drop(day: string): void {
    this.#close(day)
    removeTextFile(this.#folder, day)
  }

  close(): void {
    for (const day of [...this.#open.keys()]) this.#close(day)
  }
}

function openFile(file: string): TextDay {
  try {
    return new TextDay(file)
  } catch (error) {
    // SQLite does not say which file it is about.
    throw new Error(`cannot open ${file}: ${messageOf(error)}`, { cause: error })
  }
}
