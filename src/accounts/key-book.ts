import { hash, randomInt } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { AppError, type Clock } from '../kernel/index.ts'
import type { ApiKey, NewKey } from './api-key.ts'
import { type KeyRow, keyOf, rowOf } from './key-row.ts'
import { keepWriteAheadLog, migrate } from './migrate.ts'

export type KeyRefusal = 'missing' | 'malformed' | 'unknown' | 'revoked' | 'expired'

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
  create(wanted: NewKey): { readonly key: ApiKey; readonly secret: string }
  /** All keys, oldest first, revoked ones included. */
  list(): readonly ApiKey[]
  /** Ends a key by id or name; false when there is none in force. */
  revoke(idOrName: string): boolean
}

export interface Accounts {
  readonly keys: KeyBook
  close(): void
}

const SECRET_FORM = /^hss_[0-9A-Za-z]{40}$/
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_CHARACTERS = 40

const INSERT = `
  INSERT INTO keys (id, name, team, hash, created_ms, revoked_ms, models, endpoints,
    requests_per_minute, tokens_per_minute, concurrent, expires_ms)
  VALUES (:id, :name, :team, :hash, :created_ms, :revoked_ms, :models, :endpoints,
    :requests_per_minute, :tokens_per_minute, :concurrent, :expires_ms)`

/** A key made or revoked by another process is seen within this time. */
const REFRESH_MS = 500

/**
 * Opens the accounts database (made on first use). Several processes may have it open: each keeps
 * the keys in memory and looks twice a second whether another has changed them.
 */
export function openAccounts(file: string, clock: Clock): Accounts {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL;')
  keepWriteAheadLog(database)
  migrate(database)
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
    if (key.revokedMs !== undefined) return { ok: false, reason: 'revoked' }
    if (key.expiresMs !== undefined && this.#clock.nowMs() >= key.expiresMs) {
      return { ok: false, reason: 'expired' }
    }
    return { ok: true, key }
  }

  create(wanted: NewKey) {
    const { name } = wanted
    if (this.list().some((key) => key.name === name && key.revokedMs === undefined)) {
      throw new AppError('KEY_NAME_TAKEN', { name })
    }
    const secret = `hss_${randomBase62(SECRET_CHARACTERS)}`
    const row = rowOf(
      { ...wanted, id: `key_${randomBase62(16)}`, createdMs: this.#clock.nowMs() },
      hashOf(secret),
    )
    this.#database.prepare(INSERT).run({ ...row })
    this.#load()
    return { key: keyOf(row), secret }
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
    this.#byHash = new Map(rows.map((row) => [row.hash, keyOf(row)]))
  }
}

function hashOf(secret: string): string {
  return hash('sha256', secret)
}

function randomBase62(characters: number): string {
  return Array.from({ length: characters }, () => BASE62[randomInt(BASE62.length)]).join('')
}
