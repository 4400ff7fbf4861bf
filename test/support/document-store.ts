import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../src/kernel/index.ts'
import { Search } from '../../src/search/index.ts'
import {
  ColumnStore,
  ColumnsReader,
  type DocumentWrite,
  IndexColumns,
  StoredIndices,
  StoreReader,
  TextReader,
} from '../../src/store/index.ts'
import { remoteTexts } from './remote-texts.ts'

type Json = Readonly<Record<string, unknown>>

/** A document to be indexed; its id is its place among all when it has none. */
export interface TestDocument {
  readonly id?: string
  readonly source: Json
}

/** Document indices in a folder of their own, written and read by the real parts. */
export class DocumentStore {
  readonly search: Search
  readonly #folder: string
  readonly #store: ColumnStore
  readonly #indexColumns: IndexColumns
  readonly #indices: StoredIndices
  readonly #columns: ColumnsReader
  readonly #texts: TextReader
  #number = 0

  private constructor(folder: string, store: ColumnStore, columns: IndexColumns, clock: Clock) {
    this.#folder = folder
    this.#store = store
    this.#indexColumns = columns
    this.#indices = new StoredIndices(folder, clock)
    this.#columns = new ColumnsReader(store)
    const texts = new TextReader({ storeFolder: folder })
    this.#texts = texts
    const reader = new StoreReader({ columns: this.#columns, text: remoteTexts(texts) })
    const indices = {
      state: async () => this.#indices.state()!,
      tables: async () => new Map(columns.tables().map((table) => [table.uuid, table] as const)),
      hold: async () => new Map<string, number>(),
      release: async () => undefined,
    }
    this.search = new Search({ reader, indices, clock, timeoutMs: 30_000 })
  }

  static async open(clock: Clock = systemClock): Promise<DocumentStore> {
    const folder = mkdtempSync(join(tmpdir(), 'document-store-'))
    const store = await ColumnStore.open({ folder, memoryMb: 384, threads: 2 })
    return new DocumentStore(folder, store, await IndexColumns.open(store), clock)
  }

  /** Makes an index; `properties` of its mapping. */
  createIndex(name: string, properties: Json): void {
    const done = this.#indices.createIndex(name, { mappings: { properties } })
    if (!done.ok) throw new Error(done.failure.reason)
  }

  /** Writes documents and makes them findable. */
  async add(index: string, documents: readonly TestDocument[]): Promise<void> {
    const writes = documents.map(
      ({ id, source }): DocumentWrite => ({
        action: 'index',
        index,
        id: id ?? `d${this.#number++}`,
        source: JSON.stringify(source),
      }),
    )
    for (const outcome of this.#indices.write(writes)) {
      if (outcome.kind === 'failed') throw new Error(outcome.failure.reason)
    }
    await this.#refresh()
  }

  /** Deletes documents. */
  async remove(index: string, ids: readonly string[]): Promise<void> {
    this.#indices.write(ids.map((id): DocumentWrite => ({ action: 'delete', index, id })))
    await this.#refresh()
  }

  async close(): Promise<void> {
    this.#columns.close()
    await this.#indexColumns.close()
    await this.#store.close()
    this.#indices.close()
    this.#texts.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #refresh(): Promise<void> {
    for (const uuid of this.#indices.changed()) {
      for (;;) {
        const changes = this.#indices.changes(uuid, 1000)
        if (changes === undefined) break
        await this.#indexColumns.apply(changes, changes.upTo)
        this.#indices.applied(uuid, changes.upTo)
      }
    }
  }
}

/** As another thread would answer: by promises. */
