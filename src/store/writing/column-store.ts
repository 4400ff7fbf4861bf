import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import {
  createColumnsSql,
  databaseName,
  quoteName,
  quoteText,
  RECORD_COLUMNS,
  RECORDS_TABLE,
} from '../days/columns-schema.ts'
import { columnDays, columnsFile, daysFolder, makeDaysFolder, syncPath } from '../days/day-files.ts'
import { makeIndicesFolder } from '../indices/index-files.ts'
import { Gate } from './gate.ts'

export interface ColumnStoreSettings {
  /** Folder of the store. */
  readonly folder: string
  /** Limit of the column engine, megabytes. */
  readonly memoryMb: number
  readonly threads: number
}

/** A day whose column file is attached. */
export interface AttachedDay {
  /** `YYYY-MM-DD` */
  readonly day: string
  /** Name of the database in SQL: `day_2026_01_05`. */
  readonly database: string
  /** Columns of its table `records`, in order; an older file may lack newer ones. */
  readonly columns: readonly string[]
}

/** End of the file that a sealing writes beside the day's file. */
export const SEALING_END = '.sealing'
/** End of the file that a day is copied to for a snapshot. */
export const COPY_END = '.copy'
/** End of the files of a day that a restore puts there, until both are whole. */
export const RESTORING_END = '.restoring'

/** A log of this size is checkpointed, so that a file opens fast after a crash. */
const CHECKPOINT_MB = 16

/**
 * The column engine with the files of all days attached: what the writer adds to and queries
 * read from. It reaches no file outside of the days' and the indices' folders and
 * fetches no extension.
 */
export class ColumnStore {
  readonly folder: string
  readonly #instance: DuckDBInstance
  readonly #admin: DuckDBConnection
  readonly #days = new Map<string, AttachedDay>()
  /** Queries pass it; what replaces or removes a day's file closes it for a moment. */
  readonly gate = new Gate()

  private constructor(folder: string, instance: DuckDBInstance, admin: DuckDBConnection) {
    this.folder = folder
    this.#instance = instance
    this.#admin = admin
  }

  /** Opens the engine and attaches every day file of the folder. */
  static async open({ folder, memoryMb, threads }: ColumnStoreSettings): Promise<ColumnStore> {
    const reached = [makeDaysFolder(folder), makeIndicesFolder(folder)]
    const spill = resolve(folder, 'spill')
    mkdirSync(spill, { recursive: true })
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryMb}MB`,
      threads: String(threads),
      temp_directory: spill,
      checkpoint_threshold: `${CHECKPOINT_MB}MB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    })
    const admin = await instance.connect()
    const allowed = reached.map((path) => quoteText(join(resolve(path), '/')))
    await admin.run(`SET allowed_directories = [${allowed.join(', ')}]`)
    await admin.run('SET enable_external_access = false')
    await admin.run('SET lock_configuration = true')
    const store = new ColumnStore(folder, instance, admin)
    removeUnfinished(folder)
    for (const day of columnDays(folder)) await store.attach(day)
    return store
  }

  /** Opens a connection; close it with `closeSync` when done. */
  async connect(): Promise<DuckDBConnection> {
    return await this.#instance.connect()
  }

  /** The attached days, ascending. */
  attachedDays(): readonly AttachedDay[] {
    return [...this.#days.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
  }

  /** Returns the day when its file is attached. */
  attachedDay(day: string): AttachedDay | undefined {
    return this.#days.get(day)
  }

  /** Attaches the file of a day, making it and adding columns it lacks when it is to be written. */
  async attachForWriting(day: string): Promise<AttachedDay> {
    const known = this.#days.get(day)
    if (known !== undefined && isComplete(known)) return known
    const isNew = !existsSync(columnsFile(this.folder, day))
    const attached = known ?? (await this.attach(day))
    for (const { name, sqlType } of RECORD_COLUMNS) {
      if (attached.columns.includes(name)) continue
      await this.#admin.run(
        `ALTER TABLE ${attached.database}.${RECORDS_TABLE} ADD COLUMN ${quoteName(name)} ${sqlType}`,
      )
    }
    if (isNew) syncPath(daysFolder(this.folder))
    return await this.#list(day)
  }

  /** Attaches the file of a day, making its tables when it has none. */
  async attach(day: string): Promise<AttachedDay> {
    const database = databaseName(day)
    await this.#admin.run(
      `ATTACH ${quoteText(resolve(columnsFile(this.folder, day)))} AS ${database}`,
    )
    for (const statement of createColumnsSql(database)) await this.#admin.run(statement)
    return await this.#list(day)
  }

  async #list(day: string): Promise<AttachedDay> {
    const database = databaseName(day)
    const attached = { day, database, columns: await tableColumns(this.#admin, database) }
    this.#days.set(day, attached)
    return attached
  }

  /**
   * Takes a day out of the engine, lets `work` replace or delete its file, and attaches what is
   * there afterwards. Queries wait meanwhile; the caller sees to it that nobody writes.
   */
  async detached(day: string, work: (file: string) => void): Promise<void> {
    const file = columnsFile(this.folder, day)
    await this.gate.closed(async () => {
      const database = databaseName(day)
      // With its log written into it the file is whole; a log left over would be taken for the
      // log of the file that replaces it.
      await this.#admin.run(`CHECKPOINT ${database}`)
      await this.#admin.run(`DETACH ${database}`)
      this.#days.delete(day)
      try {
        if (existsSync(`${file}.wal`)) throw new Error(`log of ${file} was not written into it`)
        work(file)
        syncPath(daysFolder(this.folder))
      } finally {
        if (existsSync(file)) await this.attach(day)
      }
    })
  }

  /** Records per attached day, days ascending. */
  async rowsPerDay(): Promise<readonly (readonly [day: string, rows: number])[]> {
    return await this.gate.open(async () => {
      const days = this.attachedDays()
      if (days.length === 0) return []
      const counts = days.map(
        ({ day, database }) => `SELECT '${day}', coalesce(sum(rows), 0) FROM ${database}.position`,
      )
      const connection = await this.connect()
      try {
        const found = await connection.runAndReadAll(`${counts.join(' UNION ALL ')} ORDER BY 1`)
        return found.getRows().map(([day, rows]) => [String(day), Number(rows)] as const)
      } finally {
        connection.closeSync()
      }
    })
  }

  /** Ends every connection and closes the files. */
  async close(): Promise<void> {
    await this.gate.closed(async () => {
      for (const { database } of this.#days.values()) await this.#admin.run(`DETACH ${database}`)
    })
    this.#admin.closeSync()
    this.#instance.closeSync()
  }
}

const BESIDE = [SEALING_END, COPY_END, RESTORING_END]

/** Removes what a sealing, copy or restore left that did not come to its end. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(daysFolder(folder))) {
    if (BESIDE.some((end) => name.includes(end))) rmSync(join(daysFolder(folder), name))
  }
}

function isComplete({ columns }: AttachedDay): boolean {
  return RECORD_COLUMNS.every(({ name }) => columns.includes(name))
}

/** Lists the columns of the table `records` of an attached file, in order. */
async function tableColumns(
  connection: DuckDBConnection,
  database: string,
): Promise<readonly string[]> {
  const found = await connection.runAndReadAll(
    `SELECT column_name FROM duckdb_columns()
     WHERE database_name = $database AND table_name = $table ORDER BY column_index`,
    { database, table: RECORDS_TABLE },
  )
  return found.getRows().map(([name]) => String(name))
}
