import { hash, randomInt } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { AppError, type Clock } from '../kernel/index.ts'

/** What is known of a key; the key itself is shown once and kept only as SHA-256. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly team?: string
  readonly createdMs: number
  readonly revokedMs?: number
}

export type KeyRefusal = 'missing' | 'malformed' | 'unknown' | 'revoked'

export type KeyVerdict =
  | { readonly ok: true; readonly key: ApiKey }
  | { readonly ok: false; readonly reason: KeyRefusal }

export interface KeyBook {
  /** Checks a caller's secret, in memory: no disk, no wait. */
  verify(secret: string | undefined): KeyVerdict
  /**
   * Makes a key; `secret` is returned this once.
   *
   * @throws AppError KEY_NAME_TAKEN while a key of that name is in force
   */
  create(wanted: { readonly name: string; readonly team?: string }): {
    readonly key: ApiKey
    readonly secret: string
  }
  /** All keys, oldest first, revoked ones included. */
  list(): readonly ApiKey[]
  /** Ends a key by id or name; false when there is none in force. */
  revoke(idOrName: string): boolean
}

export interface Accounts {
  readonly keys: KeyBook
  close(): void
}

interface KeyRow {
  readonly id: string
  readonly name: string
  readonly team: string | null
  readonly hash: string
  readonly created_ms: number
  readonly revoked_ms: number | null
}

const SECRET_FORM = /^hss_[0-9A-Za-z]{40}$/
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_CHARACTERS = 40

/** A key made or revoked by another process is seen within this time. */
const REFRESH_MS = 500

/**
 * Opens the accounts database (made on first use). Several processes may have it open: each keeps
 * the keys in memory and looks twice a second whether another has changed them.
 */
export function openAccounts(file: string, clock: Clock): Accounts {
  const database = new DatabaseSync(file)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 5000;
    CREATE TABLE IF NOT EXISTS keys (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, team TEXT, hash TEXT NOT NULL UNIQUE,
      created_ms INTEGER NOT NULL, revoked_ms INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS keys_name_in_force ON keys (name) WHERE revoked_ms IS NULL;
  `)
  const keys = new SqliteKeyBook(database, clock)
  const timer = setInterval(() => keys.refresh(), REFRESH_MS)
  timer.unref()
  return {
    keys,
    close() {
      clearInterval(timer)
      database.close()
    },
  }
}

class SqliteKeyBook implements KeyBook {
  readonly #database: DatabaseSync
  readonly #clock: Clock
  #byHash: ReadonlyMap<string, ApiKey> = new Map()
  /** SQLite's counter of changes by other connections. */
  #version = -1

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database
    this.#clock = clock
    this.refresh()
  }

  verify(secret: string | undefined): KeyVerdict {
    if (secret === undefined || secret === '') return { ok: false, reason: 'missing' }
    if (!SECRET_FORM.test(secret)) return { ok: false, reason: 'malformed' }
    const key = this.#byHash.get(hashOf(secret))
    if (key === undefined) return { ok: false, reason: 'unknown' }
    return key.revokedMs === undefined ? { ok: true, key } : { ok: false, reason: 'revoked' }
  }

  create({ name, team }: { readonly name: string; readonly team?: string }) {
    if (this.list().some((key) => key.name === name && key.revokedMs === undefined)) {
      throw new AppError('KEY_NAME_TAKEN', { name })
    }
    const secret = `hss_${randomBase62(SECRET_CHARACTERS)}`
    const key: ApiKey = {
      id: `key_${randomBase62(16)}`,
      name,
      ...(team !== undefined && { team }),
      createdMs: this.#clock.nowMs(),
    }
    this.#database
      .prepare('INSERT INTO keys (id, name, team, hash, created_ms) VALUES (?, ?, ?, ?, ?)')
      .run(key.id, name, team ?? null, hashOf(secret), key.createdMs)
    this.#load()
    return { key, secret }
  }

  list(): readonly ApiKey[] {
    this.refresh()
    return [...this.#byHash.values()]
  }

  revoke(idOrName: string): boolean {
    const { changes } = this.#database
      .prepare('UPDATE keys SET revoked_ms = ? WHERE (id = ? OR name = ?) AND revoked_ms IS NULL')
      .run(this.#clock.nowMs(), idOrName, idOrName)
    this.#load()
    return changes > 0
  }

  /** Reads the keys again when another process has written the database. */
  refresh(): void {
    const row = this.#database.prepare('PRAGMA data_version').get() as { data_version: number }
    if (row.data_version === this.#version) return
    this.#version = row.data_version
    this.#load()
  }

  #load(): void {
    const rows = this.#database
      .prepare('SELECT * FROM keys ORDER BY created_ms, id')
      .all() as unknown as KeyRow[]
    this.#byHash = new Map(rows.map((row) => [row.hash, fromRow(row)]))
  }
}

function fromRow(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    ...(row.team !== null && { team: row.team }),
    createdMs: row.created_ms,
    ...(row.revoked_ms !== null && { revokedMs: row.revoked_ms }),
  }
}

function hashOf(secret: string): string {
  return hash('sha256', secret)
}

function randomBase62(characters: number): string {
  return Array.from({ length: characters }, () => BASE62[randomInt(BASE62.length)]).join('')
}
