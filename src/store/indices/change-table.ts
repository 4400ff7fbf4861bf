import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type DocumentRow, documentRow } from './document-table.ts'
import type { FileProgress } from './documents-file.ts'

/** What was written since the columns were last brought up to date. */
export interface PendingChanges {
  readonly upTo: number
  /** Documents in force at `upTo`. */
  readonly rows: readonly DocumentRow[]
  readonly gone: readonly GoneRow[]
}

export interface GoneRow {
  readonly row: number
  readonly by: number
}

/** Finds what the columns do not have, and forgets what nobody needs any more. */
export class ChangeTable {
  readonly #lastRow: StatementSync
  readonly #lastGone: StatementSync
  readonly #rows: StatementSync
  readonly #gone: StatementSync
  readonly #goneRows: StatementSync
  readonly #goneUpTo: StatementSync
  readonly #forgetDocument: StatementSync
  readonly #forgetGone: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (text: string) => {
      const statement = database.prepare(text)
      statement.setReturnArrays(true)
      return statement
    }
    this.#lastRow = prepare('SELECT seq FROM docs WHERE seq > ? ORDER BY seq LIMIT 1 OFFSET ?')
    this.#lastGone = prepare('SELECT by FROM gone WHERE by > ? ORDER BY by LIMIT 1 OFFSET ?')
    this.#rows = prepare(
      `SELECT seq, id, routing, version, source FROM docs
       WHERE seq > ? AND seq <= ? ORDER BY seq`,
    )
    this.#gone = prepare('SELECT row, by FROM gone WHERE by > ? AND by <= ? ORDER BY by')
    this.#goneRows = prepare('SELECT count(*) FROM gone')
    this.#goneUpTo = prepare('SELECT row FROM gone WHERE by <= ?')
    this.#forgetDocument = prepare('DELETE FROM docs WHERE seq = ?')
    this.#forgetGone = prepare('DELETE FROM gone WHERE by <= ?')
  }

  /** The next changes, at most `limit` documents and as many replaced ones. */
  next({ applied, next }: FileProgress, limit: number): PendingChanges | undefined {
    if (applied >= next - 1) return undefined
    const upTo = Math.min(
      next - 1,
      numberOf(this.#lastRow.get(applied, limit - 1)),
      numberOf(this.#lastGone.get(applied, limit - 1)),
    )
    const gone = (this.#gone.all(applied, upTo) as unknown as [number, number][]).map(
      ([row, by]) => ({ row, by }),
    )
    const replaced = new Set(gone.map(({ row }) => row))
    const rows = this.#rows.all(applied, upTo).map(documentRow)
    return { upTo, rows: rows.filter(({ seq }) => !replaced.has(seq)), gone }
  }

  /** How many rows are gone and still kept. */
  goneRows(): number {
    return numberOf(this.#goneRows.get())
  }

  /** Rows that were gone at `horizon` and are still kept. */
  goneAt(horizon: number): readonly number[] {
    return (this.#goneUpTo.all(horizon) as unknown as [number][]).map(([row]) => row)
  }

  /** Forgets the documents that were gone at `horizon`. */
  forget(rows: readonly number[], horizon: number): void {
    for (const row of rows) this.#forgetDocument.run(row)
    this.#forgetGone.run(horizon)
  }
}

function numberOf(found: unknown): number {
  return found === undefined ? Number.POSITIVE_INFINITY : (found as [number])[0]
}
