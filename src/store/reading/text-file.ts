import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { ID_KINDS, type IdKind, idHash, type StoredDocument } from '../days/text-schema.ts'

const BUSY_MS = 10_000
const PAGE_CACHE_KB = 2_000
/** Blocks are read in ascending order of rows, so the few last ones are enough. */
const BLOCKS_KEPT = 4

/** The text file of one day, open for reading only. */
export class TextFile {
  readonly #database: DatabaseSync
  readonly #words: StatementSync
  readonly #errors: StatementSync
  readonly #ids: StatementSync
  readonly #block: StatementSync
  readonly #pending: StatementSync
  /** Decompressed: one document a line, in the order of their rows. */
  readonly #blocks = new Map<number, Buffer>()

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })
    this.#database.exec(`PRAGMA cache_size = -${PAGE_CACHE_KB}; PRAGMA query_only = true`)
    const prepare = (text: string) => {
      const statement = this.#database.prepare(text)
      statement.setReturnArrays(true)
      return statement
    }
    this.#words = prepare('SELECT rowid FROM words WHERE words MATCH ?')
    this.#errors = prepare('SELECT rowid FROM errors WHERE errors MATCH ?')
    this.#ids = prepare('SELECT row FROM ids WHERE kind = ? AND hash = ? LIMIT ?')
    this.#block = prepare(
      'SELECT first_row, last_row, data FROM blocks WHERE first_row <= ? ORDER BY first_row DESC LIMIT 1',
    )
    this.#pending = prepare('SELECT data FROM pending WHERE row = ?')
  }

  /** Rows that satisfy an expression of the word index, ascending. */
  words(expression: string): Float64Array {
    return rowsOf(this.#words.all(expression))
  }

  /** Rows whose error message holds all trigrams of the expression, ascending. */
  errors(expression: string): Float64Array {
    return rowsOf(this.#errors.all(expression))
  }

  /** Rows that may have the id, or undefined when there are more than `limit`. */
  ids(kind: IdKind, values: readonly string[], limit: number): Float64Array | undefined {
    const rows = new Set<number>()
    for (const value of values) {
      const found = this.#ids.all(ID_KINDS[kind], idHash(value), limit + 1)
      if (found.length > limit) return undefined
      for (const row of rowsOf(found)) rows.add(row)
    }
    return Float64Array.from(rows).sort()
  }

  /** What is kept of a record besides its columns; undefined when that is nothing. */
  document(row: number): StoredDocument | undefined {
    const pending = this.#pending.get(row) as unknown as [string] | undefined
    if (pending !== undefined) return JSON.parse(pending[0]) as StoredDocument
    const block = this.#blockOf(row)
    return block && documentOf(block, row)
  }

  #blockOf(row: number): Buffer | undefined {
    const found = this.#block.get(row) as unknown as [number, number, Uint8Array] | undefined
    if (found === undefined || found[1] < row) return undefined
    const [first, , data] = found
    const known = this.#blocks.get(first)
    if (known !== undefined) return known
    const documents = zstdDecompressSync(data)
    if (this.#blocks.size >= BLOCKS_KEPT) this.#blocks.delete(this.#blocks.keys().next().value!)
    this.#blocks.set(first, documents)
    return documents
  }

  close(): void {
    this.#database.close()
  }
}

/**
 * Finds the line of a row and parses only that: a block has 64 documents, of which mostly one is
 * wanted. JSON has no line break inside, so a line break before the row's own beginning is sure.
 */
function documentOf(block: Buffer, row: number): StoredDocument | undefined {
  const beginning = `{"row":${row},`
  const isFirst = block.toString('latin1', 0, beginning.length) === beginning
  const start = isFirst ? 0 : block.indexOf(`\n${beginning}`) + 1
  if (start === 0 && !isFirst) return undefined
  const end = block.indexOf('\n', start)
  const line = block.toString('utf8', start, end === -1 ? block.length : end)
  return JSON.parse(line) as StoredDocument
}

function rowsOf(found: readonly unknown[]): Float64Array {
  const rows = new Float64Array(found.length)
  for (let place = 0; place < rows.length; place++) rows[place] = (found[place] as [number])[0]
  return rows
}
