import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { messageOf } from '../../kernel/index.ts'
import { syncPath } from '../days/day-files.ts'
import { makeIndicesFolder } from './index-files.ts'
import type { AliasMeta, DataStreamMeta, IndexMeta, PolicyMeta } from './index-meta.ts'
import type { Json } from './json-object.ts'

const FILE = 'indices.db'
const BUSY_MS = 10_000

/** What is kept of an index here; its mapping lies with its documents. */
export type IndexEntry = Omit<IndexMeta, 'fields' | 'mappings' | 'mappingVersion'>

type LogAliases = Readonly<Record<string, AliasMeta>>

interface Kinds {
  readonly index: IndexEntry
  readonly template: Json
  readonly component: Json
  readonly legacy: Json
  readonly policy: PolicyMeta
  readonly stream: DataStreamMeta
  /** Aliases of a log index, by its name. */
  readonly logAliases: LogAliases
}

type Kind = keyof Kinds

/** One thing that is set up, or taken away when it has no value. */
export type SetupChange = {
  readonly [K in Kind]: {
    readonly kind: K
    readonly name: string
    readonly value: Kinds[K] | undefined
  }
}[Kind]

/**
 * All that is set up besides documents and mappings: indices, templates, policies, data streams,
 * aliases of log indices. In memory; every change is in `indices.db` before it is seen.
 */
export class Setup {
  readonly indices = new Map<string, IndexEntry>()
  readonly templates = new Map<string, Json>()
  readonly components = new Map<string, Json>()
  readonly legacy = new Map<string, Json>()
  readonly policies = new Map<string, PolicyMeta>()
  readonly streams = new Map<string, DataStreamMeta>()
  readonly logAliases = new Map<string, LogAliases>()
  readonly #database: DatabaseSync
  readonly #put: StatementSync
  readonly #remove: StatementSync

  private constructor(database: DatabaseSync) {
    this.#database = database
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO entries (kind, name, body) VALUES (?, ?, ?)',
    )
    this.#remove = database.prepare('DELETE FROM entries WHERE kind = ? AND name = ?')
    for (const { kind, name, body } of database.prepare('SELECT * FROM entries').all()) {
      this.#keep({ kind, name, value: JSON.parse(String(body)) } as unknown as SetupChange)
    }
  }

  /** Opens what is set up in the store of that folder, making the file when there is none. */
  static open(storeFolder: string): Setup {
    const file = join(storeFolder, FILE)
    const folder = makeIndicesFolder(storeFolder)
    try {
      const database = new DatabaseSync(file, { timeout: BUSY_MS })
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS entries
         (kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, name))
         WITHOUT ROWID`,
      )
      syncPath(folder)
      syncPath(storeFolder)
      return new Setup(database)
    } catch (error) {
      throw new Error(`cannot open ${file}: ${messageOf(error)}`, { cause: error })
    }
  }

  /** Carries out all changes or none. They are on disk on return. */
  change(changes: readonly SetupChange[]): void {
    if (changes.length === 0) return
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const { kind, name, value } of changes) {
        if (value === undefined) this.#remove.run(kind, name)
        else this.#put.run(kind, name, JSON.stringify(value))
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
    for (const change of changes) this.#keep(change)
  }

  #keep({ kind, name, value }: SetupChange): void {
    const entries: Map<string, unknown> = this.#entriesOf(kind)
    if (value === undefined) entries.delete(name)
    else entries.set(name, value)
  }

  #entriesOf(kind: Kind) {
    switch (kind) {
      case 'index':
        return this.indices
      case 'template':
        return this.templates
      case 'component':
        return this.components
      case 'legacy':
        return this.legacy
      case 'policy':
        return this.policies
      case 'stream':
        return this.streams
      case 'logAliases':
        return this.logAliases
      default:
        return kind satisfies never
    }
  }

  close(): void {
    this.#database.close()
  }
}
