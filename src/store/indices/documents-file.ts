import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { messageOf } from '../../kernel/index.ts'
import { DOCUMENTS_SCHEMA, NOTHING } from './documents-schema.ts'

const BUSY_MS = 10_000
const PAGE_CACHE_KB = 4_000
const CHECKPOINT_PAGES = 1_000
const LOG_BYTES_KEPT = 4 << 20
/** As in the text files of days: a third less time per document than with FTS5's own settings. */
const WORDS_SETTINGS = { hashsize: 16 << 20, automerge: 16 } as const
/** Pages given back to the file system at a time. */
const FREED_PAGES = 400

export interface FileProgress {
  /** Sequence number that the next write gets. */
  readonly next: number
  /** Sequence number up to which the columns have everything. */
  readonly applied: number
  /** Sequence number up to which the words have everything. */
  readonly worded: number
  /** Documents alive. */
  readonly documents: number
}

/** The mapping as it lies in the file. */
export interface FileMapping {
  readonly version: number
  readonly body: string
}

/** The file of an index's documents, open for writing: its state and its transactions. */
export class DocumentsFile {
  readonly database: DatabaseSync
  readonly #saveProgress: StatementSync
  #progress: FileProgress
  #isDurable: boolean = true

  private constructor(database: DatabaseSync) {
    this.database = database
    const found = database.prepare('SELECT * FROM progress').get()
    this.#progress = {
      next: Number(found?.next),
      applied: Number(found?.applied),
      worded: Number(found?.worded),
      documents: Number(found?.documents),
    }
    this.#saveProgress = database.prepare(
      'UPDATE progress SET next = ?, applied = ?, worded = ?, documents = ?',
    )
  }

  /** Opens the file, making it when there is none. */
  static open(file: string): DocumentsFile {
    try {
      const database = new DatabaseSync(file, { timeout: BUSY_MS })
      database.exec(
        `PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL; PRAGMA cache_size = -${PAGE_CACHE_KB};
         PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
         PRAGMA journal_size_limit = ${LOG_BYTES_KEPT}`,
      )
      makeTables(database)
      return new DocumentsFile(database)
    } catch (error) {
      // SQLite does not say which file it is about.
      throw new Error(`cannot open ${file}: ${messageOf(error)}`, { cause: error })
    }
  }

  get progress(): FileProgress {
    return this.#progress
  }

  /** The mapping; undefined before the first one is set. */
  mapping(): FileMapping | undefined {
    const found = this.database.prepare('SELECT version, body FROM mapping').get()
    return found && { version: Number(found.version), body: String(found.body) }
  }

  /** Sets the mapping, as part of the transaction under way or by itself. */
  setMapping({ version, body }: FileMapping): void {
    const changed = this.database
      .prepare('UPDATE mapping SET version = ?, body = ?')
      .run(version, body)
    if (Number(changed.changes) > 0) return
    this.database.prepare('INSERT INTO mapping (version, body) VALUES (?, ?)').run(version, body)
  }

  /**
   * Carries out `work` and notes the progress that it returns, all or nothing. It is on disk on
   * return; unless it can be done again from what is (`isDurable` false): then a loss of power
   * may undo it, but nothing that came before it.
   */
  transaction(work: () => Partial<FileProgress>, isDurable = true): void {
    this.#setDurable(isDurable)
    this.database.exec('BEGIN IMMEDIATE')
    try {
      const changes = work()
      const progress = { ...this.#progress, ...changes }
      const { next, applied, worded, documents } = progress
      if (Object.keys(changes).length > 0) {
        this.#saveProgress.run(next, applied, worded, documents)
      }
      this.database.exec('COMMIT')
      this.#progress = progress
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      throw error
    }
  }

  #setDurable(isDurable: boolean): void {
    if (this.#isDurable === isDurable) return
    this.database.exec(`PRAGMA synchronous = ${isDurable ? 'FULL' : 'NORMAL'}`)
    this.#isDurable = isDurable
  }

  /** Gives free pages back to the file system, some at a time. */
  shrink(): void {
    const free = this.database.prepare('PRAGMA freelist_count').get()?.freelist_count
    if (Number(free) > FREED_PAGES) {
      this.database.exec(`PRAGMA incremental_vacuum(${FREED_PAGES})`)
    }
  }

  close(): void {
    this.database.close()
  }
}

function makeTables(database: DatabaseSync): void {
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'mapping'").get()) return
  database.exec('BEGIN IMMEDIATE')
  for (const statement of DOCUMENTS_SCHEMA) database.exec(statement)
  for (const [name, value] of Object.entries(WORDS_SETTINGS)) {
    database.exec(`INSERT INTO words (words, rank) VALUES ('${name}', ${value})`)
  }
  database
    .prepare('INSERT INTO progress (next, applied, worded, documents) VALUES (0, ?, ?, 0)')
    .run(NOTHING, NOTHING)
  database.exec('COMMIT')
}
