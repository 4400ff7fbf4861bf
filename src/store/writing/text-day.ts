import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type JournalId, NO_PROGRESS, type Progress } from '../days/batch.ts'
import { ROWS_PER_JOURNAL, rowId } from '../days/columns-schema.ts'
import { BLOCK_DOCUMENTS, ERASED, TEXT_SCHEMA } from '../days/text-schema.ts'
import { packLines, rewriteDocuments } from './rewrite-documents.ts'
import { type TextRow, withoutBodies, withRow } from './text-row.ts'

/**
 * FTS5 gathers words in memory before it writes a segment (default 1 MB) and merges segments while
 * records come in (default: from 4 of a level on). Both spare a third of the time of adding a
 * record; sealing merges what is left.
 */
const WORDS_SETTINGS = { hashsize: 32 << 20, automerge: 16 } as const
const BUSY_MS = 10_000
/** Pages in the log before they are copied into the file: three or four large transactions. */
const CHECKPOINT_PAGES = 2000
const LOG_BYTES_KEPT = 4 << 20
const PAGE_CACHE_KB = 8_000
/** Work of one sealing step: pages merged or given back. */
const STEP_PAGES = 400
/** Parts that the ids are looked through in. */
const ID_RANGES = 64
const ID_HASHES = 2 ** 48

interface ListedId {
  readonly kind: number
  readonly hash: number
  readonly row: number
}

interface Pending {
  readonly row: number
  readonly json: string
}

/** The text file of one day, open for writing. One writer at a time; any number of readers. */
export class TextDay {
  readonly #database: DatabaseSync
  readonly #insert: Readonly<
    Record<'word' | 'error' | 'id' | 'block' | 'pending' | 'position', StatementSync>
  >
  readonly #removePending: StatementSync

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: BUSY_MS })
    // FULL: the cursor of the journal may pass what was committed, so it has to be on disk.
    this.#database.exec(
      `PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
       PRAGMA synchronous = FULL; PRAGMA cache_size = -${PAGE_CACHE_KB};
       PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
       PRAGMA journal_size_limit = ${LOG_BYTES_KEPT}`,
    )
    this.#makeTables()
    this.#insert = {
      word: this.#database.prepare('INSERT INTO words (rowid, tokens) VALUES (?, ?)'),
      error: this.#database.prepare('INSERT INTO errors (rowid, message) VALUES (?, ?)'),
      id: this.#database.prepare('INSERT OR IGNORE INTO ids (kind, hash, row) VALUES (?, ?, ?)'),
      block: this.#database.prepare(
        'INSERT INTO blocks (first_row, last_row, data) VALUES (?, ?, ?)',
      ),
      pending: this.#database.prepare('INSERT INTO pending (row, data) VALUES (?, ?)'),
      position: this.#database.prepare(
        'INSERT OR REPLACE INTO position (journal, name, next, rows) VALUES (?, ?, ?, ?)',
      ),
    }
    this.#removePending = this.#database.prepare('DELETE FROM pending WHERE row BETWEEN ? AND ?')
  }

  #makeTables(): void {
    const made = this.#database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ids'").get()
    if (made !== undefined) return
    this.#transaction(() => {
      for (const statement of TEXT_SCHEMA) this.#database.exec(statement)
      for (const [name, value] of Object.entries(WORDS_SETTINGS)) {
        this.#database.exec(`INSERT INTO words (words, rank) VALUES ('${name}', ${value})`)
      }
    })
  }

  /** How far `journal` was applied to this day. */
  progress(journal: number): Progress {
    const found = this.#database
      .prepare('SELECT next, rows FROM position WHERE journal = ?')
      .get(journal)
    return found === undefined
      ? NO_PROGRESS
      : { next: Number(found.next), rows: Number(found.rows) }
  }

  /**
   * Applies the entries that were not applied before, all or none. They are on disk on return.
   * Returns how many were new.
   */
  apply(journal: JournalId, entries: readonly TextRow[]): number {
    const { next, rows } = this.progress(journal.number)
    const fresh = entries.filter(({ position }) => position >= next)
    const last = fresh.at(-1)
    if (last === undefined) return 0
    this.#transaction(() => {
      this.#addRecords(journal.number, rows, fresh)
      this.#insert.position.run(journal.number, journal.name, last.next, rows + fresh.length)
    })
    return fresh.length
  }

  #addRecords(journal: number, rows: number, entries: readonly TextRow[]): void {
    const waiting = this.#pendingOf(journal)
    const kept = waiting.length
    const listed: ListedId[] = []
    let row = rowId(journal, rows)
    for (const { words, errorMessage, ids, document } of entries) {
      if (words.length > 0) this.#insert.word.run(row, words)
      if (errorMessage !== undefined) this.#insert.error.run(row, errorMessage)
      for (let place = 0; place < ids.length; place += 2) {
        listed.push({ kind: ids[place]!, hash: ids[place + 1]!, row })
      }
      if (document !== undefined) waiting.push({ row, json: withRow(document, row) })
      row++
    }
    this.#writeIds(listed)
    this.#writeDocuments(waiting, kept)
  }

  /** In the order of the table neighbours share a page, which spares most of the searching. */
  #writeIds(listed: ListedId[]): void {
    listed.sort((a, b) => a.kind - b.kind || a.hash - b.hash || a.row - b.row)
    for (const { kind, hash, row } of listed) this.#insert.id.run(kind, hash, row)
  }

  /** Writes full blocks; what is left of `waiting` stays or becomes pending. */
  #writeDocuments(waiting: readonly Pending[], kept: number): void {
    const full = waiting.length - (waiting.length % BLOCK_DOCUMENTS)
    for (let start = 0; start < full; start += BLOCK_DOCUMENTS) {
      this.#writeBlock(waiting.slice(start, start + BLOCK_DOCUMENTS))
    }
    if (full > 0 && kept > 0) this.#removePending.run(waiting[0]!.row, waiting[kept - 1]!.row)
    for (const { row, json } of waiting.slice(full > 0 ? full : kept)) {
      this.#insert.pending.run(row, json)
    }
  }

  #writeBlock(documents: readonly Pending[]): void {
    const lines = documents.map((document) => document.json)
    this.#insert.block.run(documents[0]!.row, documents.at(-1)!.row, packLines(lines))
  }

  #pendingOf(journal: number): Pending[] {
    return this.#database
      .prepare('SELECT row, data FROM pending WHERE row >= ? AND row < ? ORDER BY row')
      .all(rowId(journal, 0), rowId(journal, ROWS_PER_JOURNAL))
      .map((found) => ({ row: Number(found.row), json: String(found.data) }))
  }

  /** Records of all journals. */
  rows(): number {
    const found = this.#database.prepare('SELECT coalesce(sum(rows), 0) AS n FROM position').get()
    return Number(found?.n)
  }

  /**
   * Compacts the file in steps of some milliseconds each, between which records may be added:
   * waiting documents become blocks, the segments of both indexes are merged to one, free pages
   * go back to the file system. Every step leaves a whole file; row ids stay.
   */
  *seal(): Generator<void> {
    this.#foldPending()
    yield
    for (const index of ['words', 'errors']) yield* this.#mergeSegments(index)
    yield* this.#giveBack()
  }

  /** Gives free pages back to the file system. */
  *#giveBack(): Generator<void> {
    while (this.#freePages() > 0) {
      this.#database.exec(`PRAGMA incremental_vacuum(${STEP_PAGES})`)
      yield
    }
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  #foldPending(): void {
    this.#transaction(() => {
      for (const { journal } of this.#database.prepare('SELECT journal FROM position').all()) {
        const waiting = this.#pendingOf(Number(journal))
        if (waiting.length > 0) this.#writeBlock(waiting)
      }
      this.#database.exec('DELETE FROM pending')
    })
  }

  /** A negative number of pages begins a merge of all segments, positive ones go on with it. */
  *#mergeSegments(index: string): Generator<void> {
    for (let pages = -STEP_PAGES; ; pages = STEP_PAGES) {
      const before = this.#changes()
      this.#database.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', ${pages})`)
      // FTS5 says with fewer than two changed rows that nothing was left to merge.
      if (this.#changes() - before < 2) return
      yield
    }
  }

  #changes(): number {
    return Number(this.#database.prepare('SELECT total_changes() AS n').get()?.n)
  }

  #freePages(): number {
    return Number(this.#database.prepare('PRAGMA freelist_count').get()?.freelist_count)
  }

  /**
   * Takes away the documents and ids of rows, in steps of some milliseconds each. The word index
   * keeps which words they had; nothing that is found by them is there any more. May be done
   * again for the same rows.
   */
  *erase(rows: Float64Array): Generator<void> {
    const erased = new Set(rows)
    const transaction = (work: () => void) => this.#transaction(work)
    yield* rewriteDocuments(
      this.#database,
      (line, row) => (erased.has(row) ? undefined : line),
      transaction,
    )
    this.#database.exec('CREATE TEMP TABLE IF NOT EXISTS erased (row INTEGER PRIMARY KEY)')
    const note = this.#database.prepare('INSERT OR IGNORE INTO erased VALUES (?)')
    this.#transaction(() => {
      for (const row of erased) note.run(row)
    })
    yield
    yield* this.#eraseIds()
    this.#database.exec('DROP TABLE temp.erased')
  }

  *#eraseIds(): Generator<void> {
    const remove = this.#database.prepare(
      `DELETE FROM ids WHERE kind = ? AND hash >= ? AND hash < ?
       AND row IN (SELECT row FROM temp.erased)`,
    )
    for (const { kind } of this.#database.prepare('SELECT DISTINCT kind FROM ids').all()) {
      for (let range = 0; range < ID_RANGES; range++) {
        const [from, to] = [range, range + 1].map((place) => (place * ID_HASHES) / ID_RANGES)
        remove.run(kind!, from!, to!)
        yield
      }
    }
  }

  /** Notes how many records were taken away from the day in all, and that it is another now. */
  setErased(count: number): void {
    this.#transaction(() => {
      this.#insert.position.run(ERASED.journal, ERASED.name, 0, -count)
      this.#changeEdition()
    })
  }

  /**
   * Takes prompts, answers and bodies away from the documents, in steps of some milliseconds each;
   * what the columns have no room for stays. Passed over when nothing came since it was done last.
   */
  *stripBodies(): Generator<void> {
    this.#database.exec('CREATE TABLE IF NOT EXISTS stripped (rows INTEGER NOT NULL)')
    const rows = this.rows()
    const done = this.#database.prepare('SELECT max(rows) AS rows FROM stripped').get()?.rows
    if (done === rows) return
    yield* rewriteDocuments(this.#database, withoutBodies, (work) => this.#transaction(work))
    this.#transaction(() => {
      this.#database.exec('DELETE FROM stripped')
      this.#database.prepare('INSERT INTO stripped VALUES (?)').run(rows)
      this.#changeEdition()
    })
    yield* this.#giveBack()
  }

  /** Copies of the day know by it whether they have its present content. */
  #changeEdition(): void {
    const edition = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version)
    this.#database.exec(`PRAGMA user_version = ${edition + 1}`)
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#database.close()
  }
}
