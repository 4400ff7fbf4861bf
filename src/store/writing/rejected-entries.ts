import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A journal entry that could not be stored. */
export interface RejectedEntry {
  readonly position: number
  readonly reason: string
  /** The entry as it stands in the journal. */
  readonly bytes: Uint8Array
}

const BUSY_MS = 10_000

/**
 * Entries that could not be stored, with reason and original bytes, in `rejected.db` of the
 * store's folder: nothing that came in is dropped silently, and each is listed once.
 */
export class RejectedEntries {
  readonly #database: DatabaseSync

  /** @param folder of the store */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#database = new DatabaseSync(join(folder, 'rejected.db'), { timeout: BUSY_MS })
    this.#database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       CREATE TABLE IF NOT EXISTS rejected
       (journal INTEGER NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL,
        bytes BLOB NOT NULL, PRIMARY KEY (journal, position))`,
    )
  }

  /** Adds entries of a journal; those added before are passed over. On disk on return. */
  add(journal: number, entries: readonly RejectedEntry[]): void {
    if (entries.length === 0) return
    const insert = this.#database.prepare('INSERT OR IGNORE INTO rejected VALUES (?, ?, ?, ?)')
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const { position, reason, bytes } of entries) {
        insert.run(journal, position, reason, bytes)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** How many entries were rejected so far. */
  count(): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM rejected').get()?.n ?? 0)
  }

  close(): void {
    this.#database.close()
  }
}
