import type { DatabaseSync } from 'node:sqlite'

/**
 * The steps of the schema, oldest first; a file's `user_version` counts those it has had. Steps
 * are only ever added. The first also meets files from before steps were counted.
 */
const STEPS = [
  `CREATE TABLE IF NOT EXISTS keys (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, team TEXT, hash TEXT NOT NULL UNIQUE,
     created_ms INTEGER NOT NULL, revoked_ms INTEGER
   ) STRICT;
   CREATE UNIQUE INDEX IF NOT EXISTS keys_name_in_force ON keys (name) WHERE revoked_ms IS NULL;`,
  `ALTER TABLE keys ADD COLUMN models TEXT;
   ALTER TABLE keys ADD COLUMN endpoints TEXT;
   ALTER TABLE keys ADD COLUMN requests_per_minute INTEGER;
   ALTER TABLE keys ADD COLUMN tokens_per_minute INTEGER;
   ALTER TABLE keys ADD COLUMN concurrent INTEGER;
   ALTER TABLE keys ADD COLUMN expires_ms INTEGER;`,
]

const WAL_TRIES = 100
const WAL_PAUSE_MS = 20

/**
 * Lets readers and the writer work side by side; the file remembers it. Two processes that do this
 * to a fresh file at once get in each other's way, and SQLite tells one of them so without waiting.
 */
export function keepWriteAheadLog(database: DatabaseSync): void {
  for (let tries = 1; ; tries++) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || tries === WAL_TRIES) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_PAUSE_MS)
    }
  }
}

/** SQLITE_BUSY, in the low byte of SQLite's error codes. */
const BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === BUSY
}

/**
 * Brings the database to the newest schema, forward only. Of several processes that open it at
 * once one does the work while the others wait.
 */
export function migrate(database: DatabaseSync): void {
  if (versionOf(database) >= STEPS.length) return
  database.exec('BEGIN IMMEDIATE')
  try {
    // asked again behind the lock: another process may just have done it
    const version = versionOf(database)
    for (const step of STEPS.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${Math.max(version, STEPS.length)}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number }
  return row.user_version
}
