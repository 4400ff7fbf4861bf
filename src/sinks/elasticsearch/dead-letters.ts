import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../kernel/index.ts'
import type { Origin } from './bulk-document.ts'

/** A record that the cluster will never take. */
export interface DeadLetter {
  readonly origin: Origin
  /** Absent for a journal entry that is no record. */
  readonly index?: string
  readonly id?: string
  readonly reason: string
  /** `_source` as it was to be written, or the bytes of the entry. */
  readonly content: string | Uint8Array
}

export interface DeadLetterCounts {
  readonly kept: number
  /** Deleted since the file was made, the oldest first, because there were too many. */
  readonly dropped: number
}

export interface DeadLetterOptions {
  /** Folder of the store. */
  readonly folder: string
  readonly clock: Clock
  readonly maxLetters?: number
  readonly maxBytes?: number
}

const MAX_LETTERS = 10_000
const MAX_BYTES = 256 * 2 ** 20
const BUSY_MS = 10_000

/**
 * Records that the cluster refused for good, with reason and content, in `dead-letters.db` of the
 * store's folder. Each is listed once. The newest are kept.
 */
export class DeadLetters {
  readonly #database: DatabaseSync
  readonly #clock: Clock
  readonly #maxLetters: number
  readonly #maxBytes: number

  constructor({ folder, clock, maxLetters, maxBytes }: DeadLetterOptions) {
    mkdirSync(folder, { recursive: true })
    this.#clock = clock
    this.#maxLetters = maxLetters ?? MAX_LETTERS
    this.#maxBytes = maxBytes ?? MAX_BYTES
    this.#database = new DatabaseSync(join(folder, 'dead-letters.db'), { timeout: BUSY_MS })
    this.#database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       CREATE TABLE IF NOT EXISTS letters
       (number INTEGER PRIMARY KEY AUTOINCREMENT, journal TEXT NOT NULL, position INTEGER NOT NULL,
        at_ms INTEGER NOT NULL, document_index TEXT, document_id TEXT, reason TEXT NOT NULL,
        bytes INTEGER NOT NULL, content NOT NULL, UNIQUE (journal, position));
       CREATE TABLE IF NOT EXISTS dropped (letters INTEGER NOT NULL);
       INSERT INTO dropped SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM dropped)`,
    )
  }

  /** Adds letters; those added before are passed over. On disk on return. */
  add(letters: readonly DeadLetter[]): void {
    if (letters.length === 0) return
    const insert = this.#database.prepare(
      `INSERT OR IGNORE INTO letters
       (journal, position, at_ms, document_index, document_id, reason, bytes, content)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const nowMs = this.#clock.nowMs()
      for (const { origin, index, id, reason, content } of letters) {
        const { journal, position } = origin
        const bytes = Buffer.byteLength(content)
        insert.run(journal, position, nowMs, index ?? null, id ?? null, reason, bytes, content)
      }
      this.#dropOldest()
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  #dropOldest(): void {
    const { changes } = this.#database
      .prepare(
        `DELETE FROM letters WHERE number IN
         (SELECT number FROM (SELECT number, row_number() OVER newest AS place,
                                     sum(bytes) OVER newest AS total
                              FROM letters WINDOW newest AS (ORDER BY number DESC))
          WHERE place > ? OR (total > ? AND place > 1))`,
      )
      .run(this.#maxLetters, this.#maxBytes)
    if (changes === 0) return
    this.#database.prepare('UPDATE dropped SET letters = letters + ?').run(changes)
  }

  counts(): DeadLetterCounts {
    const row = this.#database
      .prepare('SELECT (SELECT count(*) FROM letters) AS kept, letters AS dropped FROM dropped')
      .get()
    return { kept: Number(row?.kept ?? 0), dropped: Number(row?.dropped ?? 0) }
  }

  close(): void {
    this.#database.close()
  }
}
