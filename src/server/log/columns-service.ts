import { deserialize } from 'node:v8'
import { openCursor } from '../../journal/index.ts'
import {
  ColumnStore,
  ColumnsReader,
  ColumnsWriter,
  copySorted,
  dropColumns,
  type IndexChanges,
  IndexColumns,
  type IndexTable,
  replaceColumns,
  type SealedColumns,
} from '../../store/index.ts'
import { Checkpoint } from './checkpoint.ts'
import { Follower } from './follower.ts'
import { makePipeline } from './make-pipeline.ts'
import { Positions } from './positions.ts'
import { COLUMNS_CURSOR, type ThreadSettings } from './thread-settings.ts'
import { Turns } from './turns.ts'

export interface ColumnsDay {
  readonly day: string
  readonly rows: number
  /** Time since records were added last; since the start when none were. */
  readonly idleMs: number
}

export interface ColumnsStatus {
  /** Per journal: position up to which records can be found. */
  readonly positions: readonly number[]
  /** Records added since the start. */
  readonly added: number
  readonly days: readonly ColumnsDay[]
}

/** Bytes of journal entries in a batch. */
const BATCH_BYTES = 4 << 20
/** Longest wait for news of the text store. */
const IDLE_MS = 25

/** Writes the column files of the store and answers queries on them, in a thread of its own. */
export class ColumnsService {
  readonly #settings: ThreadSettings
  readonly #store: ColumnStore
  readonly #writer: ColumnsWriter
  readonly #reader: ColumnsReader
  readonly #indices: IndexColumns
  readonly #followers: readonly Follower[]
  /** Per journal: position up to which records were applied. */
  readonly #applied: number[]
  readonly #checkpoints: readonly Checkpoint[]
  readonly #committed: Positions
  /** Adding records, and replacing or deleting the file of a day. */
  readonly #writing = new Turns()
  readonly #changedMs = new Map<string, number>()
  readonly #startedMs = performance.now()
  readonly #stopped = Promise.withResolvers<void>()
  #stopping: boolean = false
  #added = 0

  private constructor(
    settings: ThreadSettings,
    store: ColumnStore,
    writer: ColumnsWriter,
    indices: IndexColumns,
    checkpoints: readonly Checkpoint[],
    positions: readonly number[],
  ) {
    const pipeline = makePipeline(settings.config)
    this.#settings = settings
    this.#store = store
    this.#writer = writer
    this.#indices = indices
    this.#reader = new ColumnsReader(store)
    this.#checkpoints = checkpoints
    this.#committed = new Positions(settings.committed)
    this.#applied = [...positions]
    this.#followers = settings.journals.map(
      (journal, index) => new Follower(journal, positions[index] ?? 0, pipeline),
    )
  }

  /** Opens the column engine and begins to follow the journals. */
  static async open(settings: ThreadSettings): Promise<ColumnsService> {
    const { memory_mb, threads } = settings.config.store
    const { folder } = settings
    const store = await ColumnStore.open({ folder, memoryMb: memory_mb, threads })
    const cursors = await Promise.all(
      settings.journals.map((journal) => openCursor(journal.folder, COLUMNS_CURSOR)),
    )
    const service = new ColumnsService(
      settings,
      store,
      await ColumnsWriter.open(store),
      await IndexColumns.open(store),
      cursors.map((cursor) => new Checkpoint(cursor)),
      cursors.map(({ position }) => position),
    )
    void service.#follow()
    return service
  }

  /** Applies what the text store has committed, so that a record found always has its text. */
  async #follow(): Promise<void> {
    while (!this.#stopping || this.#isBehind()) {
      let bytes = 0
      for (const journal of this.#settings.journals.keys()) bytes += await this.#step(journal)
      if (bytes === 0) await this.#committed.changed(IDLE_MS)
    }
    this.#stopped.resolve()
  }

  #isBehind(): boolean {
    return this.#applied.some((position, index) => position < this.#committed.get(index))
  }

  /** Applies one batch of a journal; returns its bytes. */
  async #step(journal: number): Promise<number> {
    const follower = this.#followers[journal]!
    const committed = this.#committed.get(journal)
    if (this.#applied[journal]! >= committed) return 0
    const batch = await follower.next(BATCH_BYTES, committed)
    if (batch === undefined) return 0
    const id = this.#settings.journals[journal]!
    this.#added += await this.#writing.take(() => this.#writer.apply(id, batch.entries))
    for (const day of new Set(batch.entries.map(({ stored }) => stored.day))) {
      this.#changedMs.set(day, performance.now())
      this.#reader.dayChanged(day)
    }
    this.#applied[journal] = batch.next
    await this.#checkpoints[journal]!.reached(batch.next)
    return batch.bytes
  }

  async status(): Promise<ColumnsStatus> {
    const nowMs = performance.now()
    const rows = await this.#store.rowsPerDay()
    return {
      positions: [...this.#applied],
      added: this.#added,
      days: rows.map(([day, count]) => ({
        day,
        rows: count,
        idleMs: nowMs - (this.#changedMs.get(day) ?? this.#startedMs),
      })),
    }
  }

  /** See `ColumnsReader.catalog`. */
  catalog(...values: Parameters<ColumnsReader['catalog']>) {
    return this.#reader.catalog(...values)
  }

  /** See `ColumnsReader.query`. */
  query(...values: Parameters<ColumnsReader['query']>) {
    return this.#reader.query(...values)
  }

  /** See `ColumnsReader.quantiles`. */
  quantiles(...values: Parameters<ColumnsReader['quantiles']>) {
    return this.#reader.quantiles(...values)
  }

  /** Compacts the file of a day; undefined when records were added to it meanwhile. */
  async seal(day: string): Promise<SealedColumns | undefined> {
    const sealed = await copySorted(this.#store, day)
    const replaced = await this.#writing.take(() => replaceColumns(this.#store, day, sealed))
    return replaced ? sealed : undefined
  }

  /** Deletes the records of a day. What the journal holds of it was applied before. */
  async drop(day: string): Promise<void> {
    await this.#saveCursors()
    await this.#writing.take(() => dropColumns(this.#store, day))
    this.#changedMs.delete(day)
  }

  /** The tables of document indices, as searches see them now. */
  indexTables(): readonly IndexTable[] {
    return this.#indices.tables()
  }

  /** See `IndexColumns.apply`; `packed` holds changes as `PackedChanges` has them. */
  async applyIndex(packed: Uint8Array, horizon: number): Promise<void> {
    const changes = deserialize(packed) as IndexChanges
    await this.#writing.take(() => this.#indices.apply(changes, horizon))
  }

  /** Deletes the columns of a document index. */
  async dropIndex(uuid: string): Promise<void> {
    await this.#writing.take(() => this.#indices.drop(uuid))
  }

  async #saveCursors(): Promise<void> {
    for (const checkpoint of this.#checkpoints) await checkpoint.save()
  }

  /** Takes over what the text store has committed, saves the cursors and closes the files. */
  async close(): Promise<void> {
    this.#stopping = true
    await this.#stopped.promise
    await this.#saveCursors()
    for (const follower of this.#followers) await follower.close()
    this.#reader.close()
    this.#writer.close()
    await this.#writing.take(() => this.#indices.close())
    await this.#store.close()
  }
}
