import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import type { StoredDocument } from '../days/text-schema.ts'
import type { TextField } from '../mapping/mapped-field.ts'
import { DocumentBlock } from './document-block.ts'
import type { StoredTexts } from './stored-texts.ts'

/** Blocks are read in the order of rows, so the few last ones are enough. */
const BLOCKS_KEPT = 4

/** The records in a day's text file. */
export class DayDocuments implements StoredTexts {
  readonly #block: StatementSync
  readonly #pending: StatementSync
  /** Read lately, with the rows between which a block has all there are. */
  readonly #blocks: { first: number; last: number; block: DocumentBlock }[] = []

  constructor(database: DatabaseSync) {
    this.#block = database.prepare(
      'SELECT first_row, last_row, data FROM blocks WHERE first_row <= ? ORDER BY first_row DESC LIMIT 1',
    )
    this.#block.setReturnArrays(true)
    this.#pending = database.prepare('SELECT data FROM pending WHERE row = ?')
    this.#pending.setReturnArrays(true)
  }

  /** What is kept of a record besides its columns; undefined when that is nothing. */
  document(row: number): StoredDocument | undefined {
    // documents move from the pending ones to a block: asked the other way round one may be missed
    return this.#pendingOf(row) ?? this.#blockOf(row)?.document(row)
  }

  /** Texts of a field that the row's words come from. */
  texts(row: number, { paths }: TextField): readonly string[] {
    const block = this.#blockOf(row)
    return paths.flatMap((path) => block?.text(row, path) ?? this.#textOf(row, path) ?? [])
  }

  #textOf(row: number, field: string): string | undefined {
    const document = this.document(row)
    const values: Readonly<Record<string, unknown>> = { ...document?.texts, ...document?.record }
    const value = values[field]
    return typeof value === 'string' ? value : undefined
  }

  #pendingOf(row: number): StoredDocument | undefined {
    const found = this.#pending.get(row) as unknown as [string] | undefined
    return found && (JSON.parse(found[0]) as StoredDocument)
  }

  #blockOf(row: number): DocumentBlock | undefined {
    const known = this.#blocks.find(({ first, last }) => row >= first && row <= last)
    if (known !== undefined) return known.block
    const found = this.#block.get(row) as unknown as [number, number, Uint8Array] | undefined
    if (found === undefined || found[1] < row) return undefined
    const [first, last, data] = found
    const block = new DocumentBlock(zstdDecompressSync(data))
    this.#blocks.unshift({ first, last, block })
    if (this.#blocks.length > BLOCKS_KEPT) this.#blocks.pop()
    return block
  }
}
