import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** What is known of an id. */
export interface KnownDocument {
  /** Sequence number of its last write. */
  readonly seq: number
  readonly version: number
  readonly isDeleted: boolean
}

/** A document as it was written. */
export interface DocumentRow {
  readonly seq: number
  readonly id: string
  readonly routing: string | undefined
  readonly version: number
  /** JSON text. */
  readonly source: string
}

/** Deleted ids are remembered for this long, so that a late older write is known as one. */
const REMEMBERED_MS = 60_000

/** The documents in the file of an index, with who is in force per id. */
export class DocumentTable {
  readonly #known: StatementSync
  readonly #row: StatementSync
  readonly #insert: StatementSync
  readonly #setCurrent: StatementSync
  readonly #insertGone: StatementSync
  readonly #forget: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (text: string) => {
      const statement = database.prepare(text)
      statement.setReturnArrays(true)
      return statement
    }
    this.#known = prepare('SELECT seq, version, deleted_ms FROM current WHERE id = ?')
    this.#row = prepare('SELECT seq, id, routing, version, source FROM docs WHERE seq = ?')
    this.#insert = prepare(
      'INSERT INTO docs (seq, id, routing, version, source) VALUES (?, ?, ?, ?, ?)',
    )
    this.#setCurrent = prepare(
      `INSERT INTO current (id, seq, version, deleted_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
       seq = excluded.seq, version = excluded.version, deleted_ms = excluded.deleted_ms`,
    )
    this.#insertGone = prepare('INSERT INTO gone (by, row) VALUES (?, ?)')
    this.#forget = prepare('DELETE FROM current WHERE deleted_ms IS NOT NULL AND deleted_ms < ?')
  }

  /** What is known of an id; undefined when it never was, or was deleted long ago. */
  known(id: string): KnownDocument | undefined {
    const found = this.#known.get(id) as unknown as [number, number, number | null] | undefined
    return found && { seq: found[0], version: found[1], isDeleted: found[2] !== null }
  }

  row(seq: number): DocumentRow | undefined {
    const found = this.#row.get(seq)
    return found === undefined ? undefined : documentRow(found)
  }

  /** Adds a document in the place of what was in force under its id. */
  put({ seq, id, routing, version, source }: DocumentRow, before: KnownDocument | undefined): void {
    this.#insert.run(seq, id, routing ?? null, version, source)
    this.#setCurrent.run(id, seq, version, null)
    if (before !== undefined && !before.isDeleted) this.#insertGone.run(seq, before.seq)
  }

  /** Notes that an id is deleted, whether there was a document or not. */
  remove(
    { seq, id, version }: Pick<DocumentRow, 'seq' | 'id' | 'version'>,
    before: KnownDocument | undefined,
    nowMs: number,
  ): void {
    this.#setCurrent.run(id, seq, version, nowMs)
    if (before !== undefined && !before.isDeleted) this.#insertGone.run(seq, before.seq)
  }

  /** Forgets the versions of documents deleted long ago. */
  forgetDeleted(nowMs: number): void {
    this.#forget.run(nowMs - REMEMBERED_MS)
  }
}

/** A row of `docs` whose columns were selected in the order of the table. */
export function documentRow(found: unknown): DocumentRow {
  const [seq, id, routing, version, source] = found as [
    number,
    string,
    string | null,
    number,
    string,
  ]
  return { seq, id, routing: routing ?? undefined, version, source }
}
