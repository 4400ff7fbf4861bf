import { resolve } from 'node:path'
import { BIGINT, type DuckDBConnection, LIST, listValue } from '@duckdb/node-api'
import { messageOf } from '../../kernel/index.ts'
import { quoteName, quoteText } from '../days/columns-schema.ts'
import { syncPath } from '../days/day-files.ts'
import { DOCUMENTS_TABLE, type IndexTable } from '../reading/part.ts'
import type { ColumnStore } from '../writing/column-store.ts'
import { CHUNK_ROWS } from '../writing/record-chunk.ts'
import { DocumentChunk, type TableColumn } from './document-chunk.ts'
import type { IndexChanges } from './document-indices.ts'
import { createIndexColumnsSql, indexDatabaseName } from './index-columns-schema.ts'
import {
  indexColumnsFile,
  indexColumnsFileIds,
  indicesFolder,
  removeIndexColumnsFile,
} from './index-files.ts'

interface AttachedIndex {
  readonly uuid: string
  /** Name of the database in SQL. */
  readonly database: string
  /** Columns of its table `documents`, in order. */
  readonly columns: readonly TableColumn[]
  /** Sequence number that the columns are at. */
  readonly upTo: number
  /** Rows in the table, and how many of them are gone. */
  readonly rows: number
  readonly gone: number
}

/**
 * Bytes of a block. Each column that is appended to takes one or two in memory until its file is
 * checkpointed, a list twice as many; smaller ones than this are not compressed.
 */
const BLOCK_BYTES = 65_536

/** Columns, of all indices, that may wait for a checkpoint: about 64 MB. */
const WAITING_COLUMNS = 256

/** Rows gone before they are taken out of the table; fewer are cheaper to pass over. */
const COMPACTED_ROWS = 4096
const COMPACTED_PART = 4

/** Applies the changes of document indices to their column files. One per store. */
export class IndexColumns {
  readonly #store: ColumnStore
  readonly #connection: DuckDBConnection
  readonly #indices = new Map<string, AttachedIndex>()
  /** Chunks by the columns that they fill; a mapping that grows leaves the older ones behind. */
  readonly #chunks = new Map<string, { readonly columns: number; readonly chunk: DocumentChunk }>()

  /** Columns of the indices appended to since their checkpoint; the last ones at the end. */
  readonly #waiting = new Map<string, number>()

  private constructor(store: ColumnStore, connection: DuckDBConnection) {
    this.#store = store
    this.#connection = connection
  }

  /** Attaches the column files of all indices. */
  static async open(store: ColumnStore): Promise<IndexColumns> {
    const columns = new IndexColumns(store, await store.connect())
    for (const uuid of indexColumnsFileIds(store.folder)) await columns.#attach(uuid)
    return columns
  }

  /** The indices that have columns, as searches see them now. */
  tables(): readonly IndexTable[] {
    return [...this.#indices.values()].map(({ uuid, database, columns, rows, gone, upTo }) => ({
      uuid,
      database,
      columns: columns.map(({ name }) => name),
      rows: rows - gone,
      upTo,
    }))
  }

  /**
   * Applies changes in one transaction; those applied before are passed over. On disk once it
   * resolves. Rows gone at `horizon` may be taken out. Calls must not overlap.
   */
  async apply(changes: IndexChanges, horizon: number): Promise<void> {
    const { uuid, upTo, rows, gone } = changes
    const index = await this.#withColumns(
      this.#indices.get(uuid) ?? (await this.#attach(uuid)),
      changes.columns,
    )
    if (upTo <= index.upTo) return
    const fresh = rows.filter(({ row }) => row > index.upTo)
    // those that came and went since then were never here
    const replaced = gone.filter(({ row }) => row <= index.upTo)
    let marked = 0
    await this.#transaction(async () => {
      if (fresh.length > 0) await this.#append(index, fresh)
      if (replaced.length > 0) marked = await this.#mark(index, replaced)
      await this.#connection.run(`UPDATE ${index.database}.position SET up_to = $1`, [BigInt(upTo)])
    })
    const applied = {
      ...index,
      upTo,
      rows: index.rows + fresh.length,
      gone: index.gone + marked,
    }
    this.#indices.set(uuid, applied)
    await this.#compact(applied, Math.min(horizon, upTo))
    await this.#checkpoint(applied)
  }

  /** Writes the logs of indices into their files until what waits takes little memory. */
  async #checkpoint({ uuid, columns }: AttachedIndex): Promise<void> {
    this.#waiting.delete(uuid)
    this.#waiting.set(uuid, columns.length)
    let waiting = 0
    for (const count of this.#waiting.values()) waiting += count
    for (const [oldest, count] of this.#waiting) {
      if (waiting <= WAITING_COLUMNS) return
      if (await this.#isCheckpointed(oldest)) {
        waiting -= count
        this.#waiting.delete(oldest)
      }
    }
  }

  /** A reader of an older state may be in the way; then it is for another time. */
  async #isCheckpointed(uuid: string): Promise<boolean> {
    try {
      await this.#connection.run(`CHECKPOINT ${indexDatabaseName(uuid)}`)
      return true
    } catch (error) {
      if (messageOf(error).includes('Cannot CHECKPOINT')) return false
      throw error
    }
  }

  /** Takes an index out of the engine and deletes its column file. Nobody may be writing to it. */
  async drop(uuid: string): Promise<void> {
    const index = this.#indices.get(uuid)
    if (index !== undefined) {
      await this.#store.gate.closed(async () => {
        await this.#connection.run(`DETACH ${index.database}`)
        this.#indices.delete(uuid)
      })
    }
    this.#chunks.delete(uuid)
    this.#waiting.delete(uuid)
    removeIndexColumnsFile(this.#store.folder, uuid)
  }

  async #attach(uuid: string): Promise<AttachedIndex> {
    const { folder } = this.#store
    const database = indexDatabaseName(uuid)
    const file = resolve(indexColumnsFile(folder, uuid))
    await this.#connection.run(
      `ATTACH ${quoteText(file)} AS ${database} (BLOCK_SIZE ${BLOCK_BYTES})`,
    )
    for (const statement of createIndexColumnsSql(database)) await this.#connection.run(statement)
    syncPath(indicesFolder(folder))
    const [found] = await this.#read(
      `SELECT (SELECT up_to FROM ${database}.position), count(*), count(gone)
       FROM ${database}.${DOCUMENTS_TABLE}`,
    )
    const index = {
      uuid,
      database,
      columns: await this.#tableColumns(database),
      upTo: Number(found?.[0]),
      rows: Number(found?.[1]),
      gone: Number(found?.[2]),
    }
    this.#indices.set(uuid, index)
    return index
  }

  async #tableColumns(database: string): Promise<readonly TableColumn[]> {
    const rows = await this.#read(
      `SELECT column_name, data_type FROM duckdb_columns()
       WHERE database_name = '${database}' AND table_name = '${DOCUMENTS_TABLE}'
       ORDER BY column_index`,
    )
    return rows.map(([name, sqlType]) => ({ name: String(name), sqlType: String(sqlType) }))
  }

  /** Adds the columns that the table lacks. */
  async #withColumns(index: AttachedIndex, needed: readonly TableColumn[]): Promise<AttachedIndex> {
    const present = new Set(index.columns.map(({ name }) => name))
    const added = needed.filter(({ name }) => !present.has(name))
    if (added.length === 0) return index
    await this.#transaction(async () => {
      for (const { name, sqlType } of added) {
        await this.#connection.run(
          `ALTER TABLE ${index.database}.${DOCUMENTS_TABLE}
           ADD COLUMN IF NOT EXISTS ${quoteName(name)} ${sqlType}`,
        )
      }
    })
    const wider = { ...index, columns: [...index.columns, ...added] }
    this.#indices.set(index.uuid, wider)
    return wider
  }

  async #append(index: AttachedIndex, rows: IndexChanges['rows']): Promise<void> {
    const chunk = this.#chunkFor(index)
    const { database } = index
    const appender = await this.#connection.createAppender(DOCUMENTS_TABLE, 'main', database)
    try {
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
        chunk.append(appender, rows.slice(start, start + CHUNK_ROWS))
      }
    } finally {
      appender.closeSync()
    }
  }

  #chunkFor({ uuid, columns }: AttachedIndex): DocumentChunk {
    const known = this.#chunks.get(uuid)
    if (known?.columns === columns.length) return known.chunk
    const chunk = new DocumentChunk(columns)
    this.#chunks.set(uuid, { columns: columns.length, chunk })
    return chunk
  }

  /** Marks rows as gone; tells how many were not before. */
  async #mark({ database }: AttachedIndex, gone: IndexChanges['gone']): Promise<number> {
    const changed = await this.#connection.run(
      `UPDATE ${database}.${DOCUMENTS_TABLE} SET gone = change.by
       FROM (SELECT unnest($1::BIGINT[]) AS row, unnest($2::BIGINT[]) AS by) AS change
       WHERE ${DOCUMENTS_TABLE}.row = change.row AND ${DOCUMENTS_TABLE}.gone IS NULL`,
      [listValue(gone.map(({ row }) => BigInt(row))), listValue(gone.map(({ by }) => BigInt(by)))],
      [LIST(BIGINT), LIST(BIGINT)],
    )
    return changed.rowsChanged
  }

  async #compact(index: AttachedIndex, horizon: number): Promise<void> {
    if (index.gone < COMPACTED_ROWS || index.gone * COMPACTED_PART < index.rows) return
    const removed = await this.#connection.run(
      `DELETE FROM ${index.database}.${DOCUMENTS_TABLE} WHERE gone <= $1`,
      [BigInt(horizon)],
    )
    const { rowsChanged } = removed
    const { rows, gone } = index
    this.#indices.set(index.uuid, { ...index, rows: rows - rowsChanged, gone: gone - rowsChanged })
  }

  async #transaction(work: () => Promise<void>): Promise<void> {
    await this.#connection.run('BEGIN')
    try {
      await work()
      await this.#connection.run('COMMIT')
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  async #read(statement: string) {
    return (await this.#connection.runAndReadAll(statement)).getRows()
  }

  /** Takes every index out of the engine, its log written into its file. */
  async close(): Promise<void> {
    await this.#store.gate.closed(async () => {
      for (const { database } of this.#indices.values()) {
        await this.#connection.run(`DETACH ${database}`)
      }
      this.#indices.clear()
    })
    this.#connection.closeSync()
  }
}
