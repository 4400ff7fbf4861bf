import { tokenizer } from '../days/text-schema.ts'

/** Primary term of every write: there is one copy, and no other has ever been in charge. */
export const PRIMARY_TERM = 1

/**
 * Tables of an index's file of documents. `seq` is the sequence number of the write that made a
 * row: the document's id in both engines until it changes.
 * - `docs`: documents as they were sent; a replaced one stays until no reader may want it
 * - `current`: per id the row in force; with `deleted_ms` (time of it) the document is deleted and
 *   only its version is remembered, for a while
 * - `gone`: rows of `docs` that were replaced or deleted, by the sequence number of what did it
 * - `words`: FTS5, contentless; rowid = seq; tokens as `../token-bytes.ts` writes them, with the
 *   mark of their field in front, separated by blanks
 * - `lengths`: per row a JSON list `[mark, length, …]` of its text fields, in words
 * - `totals`: per text field how many rows of `words` have it, and the sum of their lengths
 * - `progress`: one row. `next` sequence number to be given; `applied`: the columns have everything
 *   up to it; `worded`: so have the words; `documents`: how many are alive
 * - `mapping`: one row
 */
export const DOCUMENTS_SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS docs
   (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, routing TEXT, version INTEGER NOT NULL,
    source TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS current
   (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, version INTEGER NOT NULL, deleted_ms INTEGER)
   WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS deleted ON current (deleted_ms) WHERE deleted_ms IS NOT NULL',
  'CREATE TABLE IF NOT EXISTS gone (by INTEGER PRIMARY KEY, row INTEGER NOT NULL)',
  `CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5
   (tokens, content='', contentless_delete=1, detail=none, tokenize="${tokenizer()}")`,
  'CREATE TABLE IF NOT EXISTS lengths (row INTEGER PRIMARY KEY, fields TEXT NOT NULL)',
  `CREATE TABLE IF NOT EXISTS totals
   (mark TEXT PRIMARY KEY, documents INTEGER NOT NULL, length INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS progress
   (next INTEGER NOT NULL, applied INTEGER NOT NULL, worded INTEGER NOT NULL,
    documents INTEGER NOT NULL)`,
  'CREATE TABLE IF NOT EXISTS mapping (version INTEGER NOT NULL, body TEXT NOT NULL)',
]

/** Before the first write; sequence numbers begin at 0. */
export const NOTHING = -1
