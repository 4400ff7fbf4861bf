import type { DuckDBConnection } from '@duckdb/node-api'
import { databaseName, RECORDS_TABLE } from '../days/columns-schema.ts'
import { ERASED } from '../days/text-schema.ts'
import type { ColumnStore } from './column-store.ts'

/** Rows that the columns of a day have no more, and that its text is to be rid of. */
export interface ErasedRows {
  readonly rows: Float64Array
  /** How many were taken away from the day in all. */
  readonly count: number
}

/** Table of rows that the columns have no more and the text file still has. */
const UNFINISHED = 'erasing'

/**
 * Takes the records of some prefixes away from the columns of a day, all or none, and notes their
 * rows in the file until `finishErasing`: a crash leaves them noted. Nobody may be writing to the
 * day. Undefined when there is nothing to be taken away, nor was before.
 */
export async function eraseColumns(
  store: ColumnStore,
  day: string,
  prefixes: readonly string[],
): Promise<ErasedRows | undefined> {
  if (store.attachedDay(day) === undefined) return undefined
  const database = databaseName(day)
  return await connected(store, async (connection) => {
    await connection.run('BEGIN')
    try {
      await moveRows(connection, database, prefixes)
      await connection.run('COMMIT')
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
    return await erasedRows(connection, database)
  })
}

async function moveRows(
  connection: DuckDBConnection,
  database: string,
  prefixes: readonly string[],
): Promise<void> {
  const places = prefixes.map((_, place) => `$${place + 1}`).join(', ')
  const condition = prefixes.length === 0 ? 'false' : `index_prefix IN (${places})`
  const values = [...prefixes]
  await connection.run(`CREATE TABLE IF NOT EXISTS ${database}.${UNFINISHED} ("row" BIGINT)`)
  await connection.run(
    `INSERT INTO ${database}.${UNFINISHED}
     SELECT "row" FROM ${database}.${RECORDS_TABLE} WHERE ${condition}`,
    values,
  )
  const removed = await connection.run(
    `DELETE FROM ${database}.${RECORDS_TABLE} WHERE ${condition}`,
    values,
  )
  if (removed.rowsChanged === 0) return
  const changed = await connection.run(
    `UPDATE ${database}.position SET rows = rows - $1 WHERE journal = ${ERASED.journal}`,
    [BigInt(removed.rowsChanged)],
  )
  if (changed.rowsChanged > 0) return
  await connection.run(
    `INSERT INTO ${database}.position (journal, name, next, rows)
     VALUES (${ERASED.journal}, '${ERASED.name}', 0, $1)`,
    [BigInt(-removed.rowsChanged)],
  )
}

async function erasedRows(
  connection: DuckDBConnection,
  database: string,
): Promise<ErasedRows | undefined> {
  const found = await connection.runAndReadAll(
    `SELECT "row" FROM ${database}.${UNFINISHED} ORDER BY "row"`,
  )
  if (found.currentRowCount === 0) {
    await connection.run(`DROP TABLE ${database}.${UNFINISHED}`)
    return undefined
  }
  const count = await connection.runAndReadAll(
    `SELECT -sum(rows) FROM ${database}.position WHERE journal = ${ERASED.journal}`,
  )
  return {
    rows: Float64Array.from(found.getRows(), ([row]) => Number(row)),
    count: Number(count.getRows()[0]?.[0]),
  }
}

/** Prefixes that a day has records of, besides those. */
export async function otherPrefixes(
  store: ColumnStore,
  day: string,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  if (store.attachedDay(day) === undefined) return []
  return await connected(store, async (connection) => {
    const found = await connection.runAndReadAll(
      `SELECT DISTINCT index_prefix FROM ${databaseName(day)}.${RECORDS_TABLE}`,
    )
    return found
      .getRows()
      .map(([prefix]) => String(prefix))
      .filter((prefix) => !prefixes.includes(prefix))
  })
}

/** Told when the text file of a day is rid of the rows too. */
export async function finishErasing(store: ColumnStore, day: string): Promise<void> {
  await connected(store, (connection) =>
    connection.run(`DROP TABLE IF EXISTS ${databaseName(day)}.${UNFINISHED}`),
  )
}

/** Days whose text files may have rows that were erased from their columns. */
export async function unfinishedErasures(store: ColumnStore): Promise<readonly string[]> {
  return await connected(store, async (connection) => {
    const found = await connection.runAndReadAll(
      `SELECT database_name FROM duckdb_tables() WHERE table_name = '${UNFINISHED}'`,
    )
    const names = new Set(found.getRows().map(([name]) => String(name)))
    return store
      .attachedDays()
      .filter(({ database }) => names.has(database))
      .map(({ day }) => day)
  })
}

async function connected<T>(
  store: ColumnStore,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await store.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
  }
}
