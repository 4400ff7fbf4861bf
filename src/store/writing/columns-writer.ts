import type { DuckDBConnection } from '@duckdb/node-api'
import {
  type BatchEntry,
  byDay,
  type JournalId,
  NO_PROGRESS,
  type Progress,
} from '../days/batch.ts'
import { RECORDS_TABLE, rowId } from '../days/columns-schema.ts'
import type { AttachedDay, ColumnStore } from './column-store.ts'
import { CHUNK_ROWS, RecordChunk } from './record-chunk.ts'

/** Adds records to the column files of all days. One per store. */
export class ColumnsWriter {
  readonly #store: ColumnStore
  readonly #connection: DuckDBConnection
  /** Chunks by the list of columns they fill: files of older versions have other lists. */
  readonly #chunks = new Map<string, RecordChunk>()

  private constructor(store: ColumnStore, connection: DuckDBConnection) {
    this.#store = store
    this.#connection = connection
  }

  static async open(store: ColumnStore): Promise<ColumnsWriter> {
    return new ColumnsWriter(store, await store.connect())
  }

  /**
   * Applies entries of a journal, in its order: one transaction per day, entries applied before
   * are passed over. Once it resolves they are on disk. After an error only whole days were
   * applied, and the same entries may be given again. Calls must not overlap.
   */
  async apply(journal: JournalId, entries: readonly BatchEntry[]): Promise<number> {
    let added = 0
    for (const [day, ofDay] of byDay(entries, ({ stored }) => stored.day)) {
      added += await this.#applyDay(day, journal, ofDay)
    }
    return added
  }

  async #applyDay(day: string, journal: JournalId, entries: readonly BatchEntry[]) {
    const attached = await this.#store.attachForWriting(day)
    const progress = await this.progress(day, journal.number)
    const fresh = entries.filter(({ position }) => position >= progress.next)
    if (fresh.length === 0) return 0
    await this.#connection.run('BEGIN')
    try {
      await this.#appendRecords(attached, journal, progress, fresh)
      await this.#connection.run('COMMIT')
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
    return fresh.length
  }

  async #appendRecords(
    attached: AttachedDay,
    journal: JournalId,
    { rows }: Progress,
    entries: readonly BatchEntry[],
  ): Promise<void> {
    const appender = await this.#connection.createAppender(RECORDS_TABLE, 'main', attached.database)
    try {
      const chunk = this.#chunkFor(attached)
      for (let start = 0; start < entries.length; start += CHUNK_ROWS) {
        const part = entries.slice(start, start + CHUNK_ROWS).map(({ stored }) => stored)
        chunk.append(appender, part, rowId(journal.number, rows + start))
      }
    } finally {
      appender.closeSync()
    }
    await this.#writePosition(attached, journal, entries.at(-1)!.next, rows + entries.length)
  }

  async #writePosition(
    { database }: AttachedDay,
    { number, name }: JournalId,
    next: number,
    rows: number,
  ) {
    const values = [BigInt(next), BigInt(rows), number]
    const changed = await this.#connection.run(
      `UPDATE ${database}.position SET next = $1, rows = $2 WHERE journal = $3`,
      values,
    )
    if (changed.rowsChanged > 0) return
    await this.#connection.run(
      `INSERT INTO ${database}.position (next, rows, journal, name) VALUES ($1, $2, $3, $4)`,
      [...values, name],
    )
  }

  #chunkFor({ columns }: AttachedDay): RecordChunk {
    const key = columns.join()
    const known = this.#chunks.get(key)
    if (known !== undefined) return known
    const made = new RecordChunk(columns)
    this.#chunks.set(key, made)
    return made
  }

  /** How far a journal was applied to the columns of a day. */
  async progress(day: string, journal: number): Promise<Progress> {
    const attached = this.#store.attachedDay(day)
    if (attached === undefined) return NO_PROGRESS
    const found = await this.#connection.runAndReadAll(
      `SELECT next, rows FROM ${attached.database}.position WHERE journal = $1`,
      [journal],
    )
    const [row] = found.getRows()
    return row === undefined ? NO_PROGRESS : { next: Number(row[0]), rows: Number(row[1]) }
  }

  close(): void {
    this.#connection.closeSync()
  }
}
