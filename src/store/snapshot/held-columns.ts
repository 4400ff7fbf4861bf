import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { databaseName, quoteText, RECORDS_TABLE } from '../days/columns-schema.ts'
import { columnsFile, syncPath } from '../days/day-files.ts'
import { COPY_END, type ColumnStore } from '../writing/column-store.ts'

/** How many records of a prefix a day has. */
export interface PrefixCount {
  readonly prefix: string
  readonly rows: number
}

/**
 * The columns of some days as they were at one moment, while records are added to them. Nobody
 * may seal or delete the days until they are released.
 */
export class HeldColumns {
  readonly #store: ColumnStore
  readonly #held: ReadonlyMap<string, DuckDBConnection>

  private constructor(store: ColumnStore, held: ReadonlyMap<string, DuckDBConnection>) {
    this.#store = store
    this.#held = held
  }

  /** Holds the days as they are now; those without columns are passed over. */
  static async hold(store: ColumnStore, days: readonly string[]): Promise<HeldColumns> {
    const held = new Map<string, DuckDBConnection>()
    for (const day of days) {
      if (store.attachedDay(day) === undefined) continue
      const connection = await store.connect()
      held.set(day, connection)
      await connection.run('BEGIN')
      // the first statement on a file decides which state of it is seen
      await connection.run(`SELECT count(*) FROM ${databaseName(day)}.position`)
    }
    return new HeldColumns(store, held)
  }

  /** Records per prefix of a held day; none when it has no columns. */
  async prefixes(day: string): Promise<readonly PrefixCount[]> {
    const connection = this.#held.get(day)
    if (connection === undefined) return []
    const found = await connection.runAndReadAll(
      `SELECT index_prefix, count(*) FROM ${databaseName(day)}.${RECORDS_TABLE}
       GROUP BY index_prefix ORDER BY index_prefix`,
    )
    return found.getRows().map(([prefix, rows]) => ({ prefix: String(prefix), rows: Number(rows) }))
  }

  /** Writes a held day into a file of its own and lets it go. Returns the file. */
  async copy(day: string): Promise<string> {
    const file = resolve(columnsFile(this.#store.folder, day) + COPY_END)
    rmSync(file, { force: true })
    const connection = this.#held.get(day)
    if (connection === undefined) throw new Error(`day ${day} is not held`)
    const database = databaseName(day)
    await connection.run(`ATTACH ${quoteText(file)} AS copied`)
    try {
      for (const table of [RECORDS_TABLE, 'position']) {
        await connection.run(`CREATE TABLE copied.${table} AS SELECT * FROM ${database}.${table}`)
      }
      await connection.run('COMMIT')
      await connection.run('CHECKPOINT copied')
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined)
      throw error
    } finally {
      await connection.run('DETACH copied')
    }
    syncPath(file)
    return file
  }

  /** Lets all days go. */
  release(): void {
    for (const connection of this.#held.values()) connection.closeSync()
  }
}
