import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { ID_KINDS, type IdKind, idHash, type StoredDocument } from '../days/text-schema.ts'
import type { TextField } from '../mapping/mapped-field.ts'
import { DayDocuments } from './day-documents.ts'
import { IndexDocuments } from './index-documents.ts'
import type { TokenVisitor } from './segment-scan.ts'
import { WordIndex } from './word-index.ts'

const PAGE_CACHE_KB = 2_000

type FileKind = 'day' | 'index'

/** The text file of a day or the documents of an index, open for reading only. */
export class TextFile {
  readonly #database: DatabaseSync
  readonly #words: WordIndex
  readonly #documents: DayDocuments | IndexDocuments
  readonly #version: StatementSync
  readonly #edition: StatementSync
  #errors: StatementSync | undefined
  #ids: StatementSync | undefined
  #total: StatementSync | undefined

  /** @param database opened for reading only; `close` closes it */
  constructor(database: DatabaseSync, kind: FileKind) {
    this.#database = database
    this.#database.exec(`PRAGMA cache_size = -${PAGE_CACHE_KB}; PRAGMA query_only = true`)
    this.#words = new WordIndex(this.#database)
    this.#documents =
      kind === 'day' ? new DayDocuments(this.#database) : new IndexDocuments(this.#database)
    this.#version = this.#prepare('PRAGMA data_version')
    this.#edition = this.#prepare('PRAGMA user_version')
  }

  /** Changes with what is committed to the file by others. */
  version(): number {
    return (this.#version.get() as unknown as [number])[0]
  }

  /** Changes when texts were taken out of the file or changed in it, not when others were added. */
  edition(): number {
    return (this.#edition.get() as unknown as [number])[0]
  }

  /** Lets `work` see the file as it is at one moment; words are read in it only. */
  atOnce<T>(work: () => T): T {
    this.#database.exec('BEGIN')
    try {
      this.#words.refresh()
      return work()
    } finally {
      this.#database.exec('ROLLBACK')
    }
  }

  /** Rows with the token, mark included, ascending. `check` is called now and then; it may throw. */
  rows(token: Uint8Array, check: () => void): Float64Array {
    return this.#words.rows(token, check)
  }

  /** Visits all tokens with a beginning, mark included; see `WordIndex.scan`. */
  scan(beginning: Uint8Array, visitor: TokenVisitor, check: () => void): void {
    this.#words.scan(beginning, visitor, check)
  }

  /** Rows whose error message holds all trigrams of the expression, ascending. */
  errors(expression: string): Float64Array {
    this.#errors ??= this.#prepare('SELECT rowid FROM errors WHERE errors MATCH ?')
    return rowsOf(this.#errors.all(expression))
  }

  /** Rows that may have the id, or undefined when there are more than `limit`. */
  ids(kind: IdKind, values: readonly string[], limit: number): Float64Array | undefined {
    this.#ids ??= this.#prepare('SELECT row FROM ids WHERE kind = ? AND hash = ? LIMIT ?')
    const rows = new Set<number>()
    for (const value of values) {
      const found = this.#ids.all(ID_KINDS[kind], idHash(value), limit + 1)
      if (found.length > limit) return undefined
      for (const row of rowsOf(found)) rows.add(row)
    }
    return Float64Array.from(rows).sort()
  }

  /** Texts of a field of a row, in their order. */
  texts(row: number, field: TextField): readonly string[] {
    return this.#documents.texts(row, field)
  }

  /** What is kept of a record of a day besides its columns; undefined when that is nothing. */
  document(row: number): StoredDocument | undefined {
    return this.#documents instanceof DayDocuments ? this.#documents.document(row) : undefined
  }

  /** JSON text of a document of an index; undefined when the row is not there any more. */
  source(row: number): string | undefined {
    return this.#documents instanceof IndexDocuments ? this.#documents.source(row) : undefined
  }

  /** How many documents of an index have words in a field, and how many words in all. */
  total(mark: string): { readonly documents: number; readonly length: number } | undefined {
    if (!(this.#documents instanceof IndexDocuments)) return undefined
    this.#total ??= this.#prepare('SELECT documents, length FROM totals WHERE mark = ?')
    const found = this.#total.get(mark) as unknown as [number, number] | undefined
    return found && { documents: found[0], length: found[1] }
  }

  close(): void {
    this.#database.close()
  }

  #prepare(text: string): StatementSync {
    const statement = this.#database.prepare(text)
    statement.setReturnArrays(true)
    return statement
  }
}

function rowsOf(found: readonly unknown[]): Float64Array {
  const rows = new Float64Array(found.length)
  for (let place = 0; place < rows.length; place++) rows[place] = (found[place] as [number])[0]
  return rows
}
