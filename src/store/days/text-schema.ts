import type { CallRecord } from '../../record/index.ts'

/** Documents that are compressed together. */
export const BLOCK_DOCUMENTS = 64

/** ASCII marks that are part of a token; blanks and control characters separate tokens. */
const TOKEN_MARKS = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

/** FTS5 tokenizer that leaves the tokens of `../tokens.ts` as they are; quotes doubled for SQL. */
export function tokenizer(): string {
  return `ascii tokenchars '${TOKEN_MARKS.replaceAll("'", "''")}'`.replaceAll('"', '""')
}

/**
 * Row of `position`, in both files of a day, that counts the records taken away from it: with
 * their number negative the rows add up to those that are there.
 */
export const ERASED = { journal: -1, name: 'erased' } as const

/**
 * Tables of a day's text file:
 * - `position`: as in the column file, per journal; also `ERASED`
 * - `blocks`: 64 documents each, rows `first_row..last_row` of one journal in ascending order;
 *   `data` is the zstd of the documents (`StoredDocument`), one JSON line each, `row` first
 * - `pending`: documents (JSON, not compressed) that wait until their block is full
 * - `words`: FTS5, contentless; rowid = row; tokens as `../word-writer.ts` writes them, separated by
 *   blanks. SQLite's `ascii` tokenizer leaves them as they are: every byte from 0x80 on and every
 *   ASCII mark is part of a token, and `../token-bytes.ts` escapes what is not
 * - `errors`: FTS5 trigrams of `error_message`, contentless; rowid = row
 * - `ids`: rows by 48-bit hash (`idHash`) of an id; a hash may collide, so compare the value
 */
export const TEXT_SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS position
   (journal INTEGER PRIMARY KEY, name TEXT NOT NULL, next INTEGER NOT NULL, rows INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS blocks
   (first_row INTEGER PRIMARY KEY, last_row INTEGER NOT NULL, data BLOB NOT NULL)`,
  'CREATE TABLE IF NOT EXISTS pending (row INTEGER PRIMARY KEY, data TEXT NOT NULL)',
  `CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5
   (tokens, content='', columnsize=0, detail=none, tokenize="${tokenizer()}")`,
  `CREATE VIRTUAL TABLE IF NOT EXISTS errors USING fts5
   (message, content='', columnsize=0, detail=none, tokenize="trigram")`,
  `CREATE TABLE IF NOT EXISTS ids
   (kind INTEGER NOT NULL, hash INTEGER NOT NULL, row INTEGER NOT NULL,
    PRIMARY KEY (kind, hash, row)) WITHOUT ROWID`,
]

/** Values of `ids.kind`. `_id` is only listed when it differs from the request id. */
export const ID_KINDS = { request_id: 1, trace_id: 2, _id: 3, user_id: 4 } as const

export type IdKind = keyof typeof ID_KINDS

/**
 * What the text file keeps of a record. With bodies that is all of it, so that a record is given
 * back from one place; without, only what the columns have no room for.
 */
export interface StoredDocument {
  readonly row: number
  readonly id?: string
  readonly indexPrefix?: string
  readonly record?: CallRecord
  /** Analysed texts by field, where there is no `record`: words are checked on them. */
  readonly texts?: Readonly<Record<string, string>>
  readonly extra?: Readonly<Record<string, unknown>>
}

/**
 * Hashes an id to 48 bits (FNV-1a over UTF-16 units in two halves of 24 bits): the value that
 * `ids.hash` holds.
 */
export function idHash(id: string): number {
  let low = 0x811c9dc5
  let high = 0x9e3779b9
  for (let place = 0; place < id.length; place++) {
    const unit = id.charCodeAt(place)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit, 0x85ebca6b)
    high ^= high >>> 13
  }
  low ^= low >>> 15
  return (high >>> 8) * 0x1000000 + (low >>> 8)
}
