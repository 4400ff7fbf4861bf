import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { removeDayFiles, textDays, textFile } from '../days/day-files.ts'

const BUSY_MS = 10_000
const FILE = 'meta.db'

/**
 * `hot`: may get records; `sealing`: being compacted; `sealed`: compact, all of its day is in it;
 * `unfinished`: its files are being put there or taken away, a crash leaves nothing of it.
 */
export type DayState = 'hot' | 'sealing' | 'sealed' | 'unfinished'

export interface DayEntry {
  readonly day: string
  readonly state: DayState
  /** Records when the state was set. */
  readonly rows: number
  /** Earliest and latest `@timestamp` in milliseconds; known of sealed days. */
  readonly firstMs?: number
  readonly lastMs?: number
}

/**
 * What is known about the store as a whole, in `meta.db`: the number of every journal (part of
 * the row ids) and the state of every day. It can be made again from the day files, and is when
 * it is missing or damaged.
 */
export class Manifest {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Opens the manifest of the store in `folder`, whose files nobody has open yet. */
  static open(folder: string): Manifest {
    const file = join(folder, FILE)
    let database = tryOpen(file)
    if (database === undefined) {
      for (const end of ['', '-wal', '-shm']) moveAside(file + end)
      database = tryOpen(file)
    }
    if (database === undefined) throw new Error(`cannot open ${file}`)
    const manifest = new Manifest(database)
    manifest.#recover(folder)
    for (const { day, state } of manifest.days()) {
      if (state !== 'unfinished') continue
      removeDayFiles(folder, day)
      manifest.removeDay(day)
    }
    return manifest
  }

  /** Takes over what the day files know and the manifest does not. */
  #recover(folder: string): void {
    const days = textDays(folder)
    const known = this.#database.prepare('SELECT count(*) AS n FROM journals').get()?.n
    if (Number(known) > 0 || days.length === 0) return
    const insert = this.#database.prepare('INSERT OR IGNORE INTO journals VALUES (?, ?)')
    for (const day of days) {
      const file = new DatabaseSync(textFile(folder, day), { readOnly: true, timeout: BUSY_MS })
      for (const { journal, name } of file
        .prepare('SELECT journal, name FROM position WHERE journal > 0')
        .all()) {
        insert.run(Number(journal), String(name))
      }
      file.close()
    }
  }

  /** Returns the number of a journal; a new name gets the next free one. */
  journalNumber(name: string): number {
    const find = this.#database.prepare('SELECT number FROM journals WHERE name = ?')
    const found = find.get(name)
    if (found !== undefined) return Number(found.number)
    this.#database
      .prepare('INSERT INTO journals SELECT coalesce(max(number), 0) + 1, ? FROM journals')
      .run(name)
    return Number(find.get(name)!.number)
  }

  /** The journals with their numbers. */
  journals(): ReadonlyMap<string, number> {
    const found = this.#database.prepare('SELECT name, number FROM journals').all()
    return new Map(found.map(({ name, number }) => [String(name), Number(number)]))
  }

  /** The days whose state was set, ascending. */
  days(): readonly DayEntry[] {
    return this.#database
      .prepare('SELECT day, state, rows, first_ms, last_ms FROM days ORDER BY day')
      .all()
      .map((row) => ({
        day: String(row.day),
        state: row.state as DayState,
        rows: Number(row.rows),
        ...(row.first_ms !== null && { firstMs: Number(row.first_ms) }),
        ...(row.last_ms !== null && { lastMs: Number(row.last_ms) }),
      }))
  }

  /** The state of a day, when it was set. */
  day(day: string): DayEntry | undefined {
    return this.days().find((entry) => entry.day === day)
  }

  /** Sets the state of a day. */
  setDay({ day, state, rows, firstMs, lastMs }: DayEntry): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?, ?)')
      .run(day, state, rows, firstMs ?? null, lastMs ?? null)
  }

  /** Forgets a day whose files are gone. */
  removeDay(day: string): void {
    this.#database.prepare('DELETE FROM days WHERE day = ?').run(day)
  }

  close(): void {
    this.#database.close()
  }
}

function tryOpen(file: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: BUSY_MS })
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       CREATE TABLE IF NOT EXISTS journals (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
       CREATE TABLE IF NOT EXISTS days
       (day TEXT PRIMARY KEY, state TEXT NOT NULL, rows INTEGER NOT NULL,
        first_ms REAL, last_ms REAL)`,
    )
    const [check] = database.prepare('PRAGMA quick_check').all()
    if (check?.quick_check === 'ok') return database
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  database?.close()
  return undefined
}

const SQLITE_CORRUPT = 11
const SQLITE_NOT_A_DATABASE = 26

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
  return code === SQLITE_CORRUPT || code === SQLITE_NOT_A_DATABASE
}

function moveAside(file: string): void {
  try {
    renameSync(file, `${file}.damaged`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
