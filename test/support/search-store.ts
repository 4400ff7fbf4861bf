import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../src/kernel/index.ts'
import { createPipeline } from '../../src/pipeline/index.ts'
import { encodeEntry, type IncomingDocument, type StoredRecord } from '../../src/record/index.ts'
import { Search } from '../../src/search/index.ts'
import {
  type BatchEntry,
  ColumnStore,
  ColumnsReader,
  ColumnsWriter,
  StoreReader,
  TextReader,
  TextWriter,
  textRows,
} from '../../src/store/index.ts'
import { NO_INDICES } from './no-indices.ts'
import { remoteTexts } from './remote-texts.ts'

export interface SearchStoreOptions {
  readonly clock?: Clock
  readonly timeoutMs?: number
  /** Whether prompts, answers and bodies are kept; default true. */
  readonly bodies?: boolean
}

const JOURNAL = { number: 1, name: 'intake' } as const

/** A store in a folder of its own, written and read by the real parts, in this thread. */
export class SearchStore {
  readonly search: Search
  readonly reader: StoreReader
  readonly columns: ColumnsReader
  readonly #folder: string
  readonly #bodies: boolean
  readonly #store: ColumnStore
  readonly #columnsWriter: ColumnsWriter
  readonly #textWriter: TextWriter
  readonly #texts: TextReader
  readonly #pipeline = createPipeline({
    latencyBucketsMs: [50, 100, 200],
    priceOf: () => undefined,
  })
  #position = 0

  private constructor(
    folder: string,
    store: ColumnStore,
    writer: ColumnsWriter,
    { clock = systemClock, timeoutMs = 30_000, bodies = true }: SearchStoreOptions,
  ) {
    this.#folder = folder
    this.#bodies = bodies
    this.#store = store
    this.#columnsWriter = writer
    this.#textWriter = new TextWriter(folder)
    this.#texts = new TextReader({ storeFolder: folder })
    this.columns = new ColumnsReader(store)
    this.reader = new StoreReader({
      columns: this.columns,
      text: remoteTexts(this.#texts),
    })
    this.search = new Search({ reader: this.reader, indices: NO_INDICES, clock, timeoutMs })
  }

  static async open(options: SearchStoreOptions = {}): Promise<SearchStore> {
    const folder = mkdtempSync(join(tmpdir(), 'search-store-'))
    const store = await ColumnStore.open({ folder, memoryMb: 384, threads: 2 })
    return new SearchStore(folder, store, await ColumnsWriter.open(store), options)
  }

  /** Adds records as they are. */
  async addRecords(records: readonly StoredRecord[]): Promise<void> {
    const entries = records.map(
      (stored): BatchEntry => ({ position: this.#position++, next: this.#position, stored }),
    )
    this.#textWriter.apply(JOURNAL, textRows(entries, this.#bodies))
    await this.#columnsWriter.apply(JOURNAL, entries)
    for (const { day } of records) this.columns.dayChanged(day)
  }

  /** Adds documents as clients send them, through the pipeline. Returns the position behind. */
  async addDocuments(documents: readonly IncomingDocument[]): Promise<number> {
    return this.addEntries(
      documents.map((document) => encodeEntry('document', JSON.stringify(document))),
    )
  }

  /** Adds entries as they stand in the journal, through the pipeline. Returns the position behind. */
  async addEntries(entries: readonly Uint8Array[]): Promise<number> {
    await this.addRecords(
      entries.map((entry) => {
        const outcome = this.#pipeline(entry)
        if (outcome.kind !== 'store') throw new Error(`entry was not stored: ${outcome.kind}`)
        return outcome.stored
      }),
    )
    return this.#position
  }

  async close(): Promise<void> {
    this.columns.close()
    this.#columnsWriter.close()
    await this.#store.close()
    this.#textWriter.close()
    this.#texts.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
