import { setTimeout as sleep } from 'node:timers/promises'
import { deserialize } from 'node:v8'
import { openCursor } from '../../journal/index.ts'
import {
  ColumnStore,
  ColumnsReader,
  ColumnsWriter,
  copySorted,
  dropColumns,
  type ErasedRows,
  eraseColumns,
  finishErasing,
  HeldColumns,
  type IndexChanges,
  IndexColumns,
  type IndexTable,
  otherPrefixes,
  type PrefixCount,
  placeColumns,
  prepareColumns,
  type RestoredPositions,
  replaceColumns,
  type SealedColumns,
  unfinishedErasures,
} from '../../store/index.ts'
import { Checkpoint } from './checkpoint.ts'
import { Follower } from './follower.ts'
import { makePipeline } from './make-pipeline.ts'
import { Positions } from './positions.ts'
import { type ReplayRequest, replayed } from './replay.ts'
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
const REACHING_MS = 2

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
  #held: HeldColumns | undefined

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
    for (const day of new Set(batch.entries.map(({ stored }) => stored.day))) this.#changed(day)
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

  /**
   * Resolves once everything up to the positions, per journal, was applied; the cursors are there
   * too. Further on nothing may come meanwhile.
   */
  async reach(positions: readonly number[]): Promise<void> {
    while (this.#applied.some((applied, index) => applied < (positions[index] ?? 0))) {
      await sleep(REACHING_MS)
    }
    // a transaction that is being noted
    await this.#writing.take(async () => {})
    await this.#saveCursors()
  }

  /** Holds some days as they are now, see `HeldColumns`; those held before are let go. */
  async hold(days: readonly string[]): Promise<void> {
    this.release()
    this.#held = await HeldColumns.hold(this.#store, days)
  }

  /** Records per prefix of a held day. */
  async heldPrefixes(day: string): Promise<readonly PrefixCount[]> {
    return (await this.#held?.prefixes(day)) ?? []
  }

  /** Writes a held day into a file of its own; returns its path. */
  async copyHeld(day: string): Promise<string> {
    if (this.#held === undefined) throw new Error('nothing is held')
    return await this.#held.copy(day)
  }

  /** Lets go what is held. */
  release(): void {
    this.#held?.release()
    this.#held = undefined
  }

  /** See `prepareColumns`. */
  prepare(file: string, positions: RestoredPositions): Promise<number> {
    return prepareColumns(this.#store, file, positions)
  }

  /** Puts the restored file of a day into its place; see `prepareColumns`. */
  async place(day: string): Promise<void> {
    await this.#writing.take(() => placeColumns(this.#store, day))
    this.#changed(day)
  }

  /** Adds what the journals still hold of some days, up to where the store is, while held. */
  async replay(request: ReplayRequest): Promise<void> {
    for await (const { id, entries } of replayed(this.#settings, request)) {
      await this.#writing.take(() => this.#writer.apply(id, entries))
    }
    for (const day of request.days) this.#changed(day)
  }

  /** Prefixes that a day has records of, besides those. */
  otherPrefixes(day: string, prefixes: readonly string[]): Promise<readonly string[]> {
    return otherPrefixes(this.#store, day, prefixes)
  }

  /** See `eraseColumns`. */
  async erase(day: string, prefixes: readonly string[]): Promise<ErasedRows | undefined> {
    const erased = await this.#writing.take(() => eraseColumns(this.#store, day, prefixes))
    this.#changed(day)
    return erased
  }

  /** See `finishErasing`. */
  async erased(day: string): Promise<void> {
    await this.#writing.take(() => finishErasing(this.#store, day))
  }

  /** Days with an erasure that was not finished. */
  unfinishedErasures(): Promise<readonly string[]> {
    return unfinishedErasures(this.#store)
  }

  #changed(day: string): void {
    this.#changedMs.set(day, performance.now())
    this.#reader.dayChanged(day)
  }

  /** Compacts the file of a day; undefined when records were added to it meanwhile. */
  async seal(day: string): Promise<SealedColumns | undefined> {
    const sealed = await copySorted(this.#store, day)
    const replaced = await this.#writing.take(() => replaceColumns(this.#store, day, sealed))
    return replaced ? sealed : undefined
  }

  /** Deletes the records of a day. */
  async drop(day: string): Promise<void> {
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
    this.release()
    this.#reader.close()
    this.#writer.close()
    await this.#writing.take(() => this.#indices.close())
    await this.#store.close()
  }
}
