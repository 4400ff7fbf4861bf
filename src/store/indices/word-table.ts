import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** The words of a document, as the word index takes them. */
export interface DocumentWords {
  /** Tokens with their field's mark in front, separated by blanks. */
  readonly bytes: Uint8Array
  /** Words of each text field that has any, by its mark. */
  readonly lengths: ReadonlyMap<string, number>
}

type StoredLengths = readonly (string | number)[]

/** The words in the file of an index, with what relevance is worked out from. */
export class WordTable {
  readonly #insert: StatementSync
  readonly #remove: StatementSync
  readonly #insertLengths: StatementSync
  readonly #lengths: StatementSync
  readonly #removeLengths: StatementSync
  readonly #addTotals: StatementSync

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare('INSERT OR REPLACE INTO words (rowid, tokens) VALUES (?, ?)')
    this.#remove = database.prepare('DELETE FROM words WHERE rowid = ?')
    this.#insertLengths = database.prepare('INSERT INTO lengths (row, fields) VALUES (?, ?)')
    this.#lengths = database.prepare('SELECT fields FROM lengths WHERE row = ?')
    this.#removeLengths = database.prepare('DELETE FROM lengths WHERE row = ?')
    this.#addTotals = database.prepare(
      `INSERT INTO totals (mark, documents, length) VALUES (?, ?, ?)
       ON CONFLICT (mark) DO UPDATE SET
       documents = documents + excluded.documents, length = length + excluded.length`,
    )
  }

  /** Adds the words of rows. */
  add(rows: readonly (readonly [row: number, words: DocumentWords])[]): void {
    const totals = new Totals()
    for (const [row, { bytes, lengths }] of rows) {
      if (lengths.size === 0) continue
      this.#insert.run(row, bytes)
      this.#insertLengths.run(row, JSON.stringify([...lengths].flat()))
      for (const [mark, length] of lengths) totals.add(mark, 1, length)
    }
    this.#change(totals)
  }

  /** Removes the words of rows; those that have none are passed over. */
  remove(rows: readonly number[]): void {
    const totals = new Totals()
    for (const row of rows) {
      const found = this.#lengths.get(row)
      if (found === undefined) continue
      const lengths = JSON.parse(String(found.fields)) as StoredLengths
      for (let place = 0; place < lengths.length; place += 2) {
        totals.add(String(lengths[place]), -1, -Number(lengths[place + 1]))
      }
      this.#remove.run(row)
      this.#removeLengths.run(row)
    }
    this.#change(totals)
  }

  #change(totals: Totals): void {
    for (const [mark, { documents, length }] of totals.byMark) {
      this.#addTotals.run(mark, documents, length)
    }
  }
}

class Totals {
  readonly byMark = new Map<string, { documents: number; length: number }>()

  add(mark: string, documents: number, length: number): void {
    const known = this.byMark.get(mark)
    if (known === undefined) {
      this.byMark.set(mark, { documents, length })
      return
    }
    known.documents += documents
    known.length += length
  }
}
