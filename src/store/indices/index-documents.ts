import type { FailureDetails } from '../search-failure.ts'
import type { IndexChanges, IndexRow } from './document-indices.ts'
import type { DocumentRow } from './document-table.ts'
import type { CurrentDocument, DocumentOutcome, DocumentWrite } from './document-write.ts'
import type { FileProgress } from './documents-file.ts'
import { NOTHING, PRIMARY_TERM } from './documents-schema.ts'
import { type IndexedDocument, IndexSchema } from './index-schema.ts'
import type { OpenDocuments, OpenFiles } from './open-files.ts'
import type { IndexEntry } from './setup.ts'
import { WriteBatch, type WriteContext } from './write-batch.ts'
import { writeFault } from './write-rules.ts'

/** Texts of documents that are kept as they were parsed, until their words are written. */
const PARSED_CHARACTERS = 8 << 20

/** The documents of one index: its file, its mapping, and what both have become. */
export class IndexDocuments {
  readonly #files: OpenFiles
  readonly #uuid: string
  readonly #context: WriteContext
  #schema: IndexSchema
  #mappingVersion: number
  #progress: FileProgress
  #gone: number
  /** Rows parsed when they were written, by sequence number. */
  readonly #parsed = new Map<number, IndexedDocument>()
  #parsedCharacters = 0

  private constructor(files: OpenFiles, { uuid, settings }: IndexEntry, context: WriteContext) {
    this.#files = files
    this.#uuid = uuid
    this.#context = context
    const { file, changes } = files.get(uuid)
    const found = file.mapping()
    this.#schema =
      found === undefined
        ? IndexSchema.parse({}, settings)
        : IndexSchema.restore(found.body, settings)
    this.#mappingVersion = found?.version ?? 0
    this.#progress = file.progress
    this.#gone = changes.goneRows()
  }

  /** Opens the documents of an index that exists. */
  static open(files: OpenFiles, entry: IndexEntry, context: WriteContext): IndexDocuments {
    return new IndexDocuments(files, entry, context)
  }

  /** Makes the file of a new index with its mapping. */
  static create(
    files: OpenFiles,
    entry: IndexEntry,
    schema: IndexSchema,
    context: WriteContext,
  ): IndexDocuments {
    const { file } = files.get(entry.uuid)
    file.transaction(() => {
      file.setMapping({ version: 1, body: schema.toText() })
      return {}
    })
    return new IndexDocuments(files, entry, context)
  }

  get schema(): IndexSchema {
    return this.#schema
  }

  get mappingVersion(): number {
    return this.#mappingVersion
  }

  get progress(): FileProgress {
    return this.#progress
  }

  /** Rows that were replaced or deleted and are still kept. */
  get gone(): number {
    return this.#gone
  }

  /** Sets another mapping. */
  setSchema(schema: IndexSchema): void {
    const { file } = this.#files.get(this.#uuid)
    const version = this.#mappingVersion + 1
    file.transaction(() => {
      file.setMapping({ version, body: schema.toText() })
      return {}
    })
    this.#schema = schema
    this.#mappingVersion = version
  }

  /**
   * The mapping as it is with other settings of the index.
   *
   * @throws SearchFailure when it needs what they do not have
   */
  schemaWith({ settings }: IndexEntry): IndexSchema {
    return IndexSchema.restore(this.#schema.toText(), settings)
  }

  /** Carries out operations in their order, in one transaction. */
  write(entry: IndexEntry, operations: readonly DocumentWrite[]): readonly DocumentOutcome[] {
    const fault = writeFault(entry)
    if (fault !== undefined) return operations.map((operation) => failed(operation, fault))
    const open = this.#files.get(this.#uuid)
    const batch = new WriteBatch(entry, open, this.#schema, this.#context)
    let outcomes: readonly DocumentOutcome[] = []
    const version = this.#mappingVersion + 1
    open.file.transaction(() => {
      outcomes = operations.map((operation) => batch.apply(operation))
      if (batch.schema !== this.#schema) {
        open.file.setMapping({ version, body: batch.schema.toText() })
      }
      return batch.progress()
    })
    if (batch.schema !== this.#schema) this.#mappingVersion = version
    this.#schema = batch.schema
    this.#progress = open.file.progress
    this.#gone += batch.gone
    for (const { seq, source, parsed } of batch.parsed) this.#keepParsed(seq, source, parsed)
    return outcomes
  }

  #keepParsed(seq: number, source: string, parsed: IndexedDocument): void {
    if (this.#parsedCharacters > PARSED_CHARACTERS) return
    this.#parsed.set(seq, parsed)
    this.#parsedCharacters += source.length
  }

  /** Documents as they are now. */
  current(ids: readonly string[]): readonly (CurrentDocument | undefined)[] {
    const { documents } = this.#files.get(this.#uuid)
    return ids.map((id) => {
      const known = documents.known(id)
      if (known === undefined || known.isDeleted) return undefined
      const { version, seq, routing, source } = documents.row(known.seq)!
      const primaryTerm = PRIMARY_TERM
      return {
        id,
        version,
        seqNo: seq,
        primaryTerm,
        ...(routing !== undefined && { routing }),
        source,
      }
    })
  }

  /** Whether there is something that the columns do not have. */
  get isChanged(): boolean {
    return this.#progress.applied < this.#progress.next - 1
  }

  /** See `DocumentIndices.changes`. */
  changes(limit: number): IndexChanges | undefined {
    const open = this.#files.get(this.#uuid)
    const pending = open.changes.next(this.#progress, limit)
    if (pending === undefined) return undefined
    const { upTo, gone } = pending
    const rows = pending.rows.map((row) => ({ row, document: this.#indexed(row) }))
    this.#writeWords(open, upTo, rows)
    this.#forgetParsed(upTo)
    const columns = new Set(rows.flatMap(({ document }) => Object.keys(document.values)))
    return {
      uuid: this.#uuid,
      upTo,
      columns: this.#schema.columns(columns),
      rows: rows.map(({ row, document }) => indexRow(row, document)),
      gone,
    }
  }

  #writeWords(
    { file, words }: OpenDocuments,
    upTo: number,
    rows: readonly { readonly row: DocumentRow; readonly document: IndexedDocument }[],
  ): void {
    const { worded } = this.#progress
    if (upTo <= worded) return
    file.transaction(() => {
      words.add(
        rows
          .filter(({ row }) => row.seq > worded)
          .map(({ row, document }) => [row.seq, this.#schema.wordsOf(document)] as const),
      )
      return { worded: upTo }
    }, false)
    this.#progress = file.progress
  }

  #indexed({ seq, id, routing, source }: DocumentRow): IndexedDocument {
    const known = this.#parsed.get(seq)
    if (known !== undefined) return known
    const needsTimestamp = false
    const read = this.#schema.read({ index: '', id, routing, source, needsTimestamp })
    // it was read when it was written: only what it is searched by can be missing now
    return read.kind === 'failed' ? { values: {}, ignored: [], texts: [] } : read.document
  }

  #forgetParsed(upTo: number): void {
    for (const seq of this.#parsed.keys()) if (seq <= upTo) this.#parsed.delete(seq)
    if (this.#parsed.size === 0) this.#parsedCharacters = 0
  }

  /** See `DocumentIndices.applied`. */
  applied(upTo: number, horizon: number, nowMs: number): void {
    const { file, changes, words, documents } = this.#files.get(this.#uuid)
    const limit = Math.min(upTo, horizon)
    const rows = changes.goneAt(limit)
    file.transaction(() => {
      words.remove(rows)
      changes.forget(rows, limit)
      documents.forgetDeleted(nowMs)
      return upTo > this.#progress.applied ? { applied: upTo } : {}
    }, false)
    file.shrink()
    this.#progress = file.progress
    this.#gone -= rows.length
  }

  /**
   * Takes note of where the columns are, undefined when there are none. Returns whether they may
   * stay; if not everything is handed out again.
   */
  reconcile(columnsUpTo: number | undefined): boolean {
    const { applied, next } = this.#progress
    if (columnsUpTo !== undefined && columnsUpTo >= applied && columnsUpTo < next) return true
    if (applied === NOTHING && columnsUpTo === undefined) return true
    const { file } = this.#files.get(this.#uuid)
    file.transaction(() => ({ applied: NOTHING }))
    this.#progress = file.progress
    return false
  }
}

function indexRow(
  { seq, id, routing, version }: DocumentRow,
  { values, ignored }: IndexedDocument,
): IndexRow {
  return { row: seq, id, routing, version, ignored, values }
}

function failed({ index, id }: DocumentWrite, failure: FailureDetails): DocumentOutcome {
  return { kind: 'failed', index, id, failure }
}
