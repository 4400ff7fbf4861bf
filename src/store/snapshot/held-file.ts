import { rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { syncPath } from '../days/day-files.ts'

const BUSY_MS = 10_000
/** Pages copied in one step, on a thread of their own; 4 MB. */
const STEP_PAGES = 512

/** A journal's part in a day, as the files of the day have it. */
export interface DayPosition {
  /** Number of the journal; part of the row ids. */
  readonly journal: number
  readonly name: string
  /** Every record of the journal before this position is in the day. */
  readonly next: number
  readonly rows: number
}

/**
 * An SQLite file of the store as it was at one moment, while others write to it. Until it is let
 * go its log keeps all that is written.
 */
export class HeldFile {
  readonly #database: DatabaseSync

  /** Holds the file as it is now. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })
    this.#database.exec('BEGIN')
    // the first statement decides which state is seen
    this.#database.prepare('SELECT count(*) FROM sqlite_master').get()
  }

  /** How far the journals were applied, of a day's text file. */
  positions(): readonly DayPosition[] {
    return this.#database
      .prepare('SELECT journal, name, next, rows FROM position ORDER BY journal')
      .all()
      .map(({ journal, name, next, rows }) => ({
        journal: Number(journal),
        name: String(name),
        next: Number(next),
        rows: Number(rows),
      }))
  }

  /** Changes with what is done to a day's text file besides adding records. */
  edition(): number {
    return Number(this.#database.prepare('PRAGMA user_version').get()?.user_version)
  }

  /** Documents alive and next sequence number, of an index's file. */
  progress(): { readonly documents: number; readonly next: number } {
    const found = this.#database.prepare('SELECT documents, next FROM progress').get()
    return { documents: Number(found?.documents), next: Number(found?.next) }
  }

  /** Writes it to a file of its own, which is on disk once it resolves. */
  async copy(target: string): Promise<void> {
    rmSync(target, { force: true })
    await backup(this.#database, target, { rate: STEP_PAGES })
    syncPath(target)
  }

  /** Lets it go; a second time changes nothing. */
  release(): void {
    if (this.#database.isOpen) this.#database.close()
  }
}
