import { renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { databaseName, quoteText, RECORDS_TABLE } from '../days/columns-schema.ts'
import { columnsFile, syncPath } from '../days/day-files.ts'
import { type ColumnStore, SEALING_END } from './column-store.ts'

/** What a sealed column file holds. */
export interface SealedColumns {
  readonly rows: number
  /** Earliest and latest `@timestamp`, milliseconds since 1970 UTC. */
  readonly firstMs: number
  readonly lastMs: number
}

/**
 * Rewrites the column file of a day sorted by time and without free room, beside the file in
 * force. Records may be added meanwhile: `replaceColumns` then refuses the copy.
 */
export async function copySorted(store: ColumnStore, day: string): Promise<SealedColumns> {
  const copy = resolve(columnsFile(store.folder, day) + SEALING_END)
  rmSync(copy, { force: true })
  const connection = await store.connect()
  try {
    await connection.run(`ATTACH ${quoteText(copy)} AS sealing`)
    try {
      await copyTables(connection, databaseName(day))
      const sealed = await describe(connection, 'sealing')
      await connection.run('CHECKPOINT sealing')
      return sealed
    } finally {
      await connection.run('DETACH sealing')
      syncPath(copy)
    }
  } finally {
    connection.closeSync()
  }
}

async function copyTables(connection: DuckDBConnection, database: string): Promise<void> {
  await connection.run('BEGIN')
  await connection.run(
    `CREATE TABLE sealing.${RECORDS_TABLE} AS
     SELECT * FROM ${database}.${RECORDS_TABLE} ORDER BY "@timestamp", "row"`,
  )
  await connection.run(`CREATE TABLE sealing.position AS SELECT * FROM ${database}.position`)
  await connection.run('COMMIT')
}

async function describe(connection: DuckDBConnection, database: string): Promise<SealedColumns> {
  const found = await connection.runAndReadAll(
    `SELECT count(*), epoch_ms(min("@timestamp")), epoch_ms(max("@timestamp"))
     FROM ${database}.${RECORDS_TABLE}`,
  )
  const [rows, firstMs, lastMs] = found.getRows()[0] ?? []
  return { rows: Number(rows), firstMs: Number(firstMs), lastMs: Number(lastMs) }
}

/**
 * Puts the sorted copy into the place of the day's file, unless records were added since; tells
 * whether it did. Nobody may be writing to the day. A crash leaves either file in force, whole.
 */
export async function replaceColumns(
  store: ColumnStore,
  day: string,
  sealed: SealedColumns,
): Promise<boolean> {
  const copy = columnsFile(store.folder, day) + SEALING_END
  const connection = await store.connect()
  const now = await describe(connection, databaseName(day))
  connection.closeSync()
  if (now.rows !== sealed.rows) {
    rmSync(copy, { force: true })
    return false
  }
  await store.detached(day, (file) => renameSync(copy, file))
  return true
}

/** Deletes the column file of a day. Nobody may be writing to it. */
export async function dropColumns(store: ColumnStore, day: string): Promise<void> {
  if (store.attachedDay(day) === undefined) return
  await store.detached(day, (file) => rmSync(file))
}
