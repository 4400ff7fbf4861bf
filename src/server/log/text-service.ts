import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { openCursor } from '../../journal/index.ts'
import { placeText, RejectedEntries, TextWriter, textRows } from '../../store/index.ts'
import { Checkpoint } from './checkpoint.ts'
import { Positions } from './positions.ts'
import type { PreparedBatch, PrepareSettings } from './prepare-thread.ts'
import { type ReplayRequest, replayed } from './replay.ts'
import { TEXT_CURSOR, THREAD_LIMITS, type ThreadSettings, threadFile } from './thread-settings.ts'

export interface TextStatus {
  /** Per journal: position up to which the text store has committed. */
  readonly positions: readonly number[]
  /** Records added since the start. */
  readonly added: number
  /** Entries that could not be stored, ever. */
  readonly rejected: number
}

/** Writes the text files of the store: follows every journal, in a thread of its own. */
export class TextService {
  readonly #settings: ThreadSettings
  readonly #writer: TextWriter
  readonly #rejected: RejectedEntries
  readonly #committed: Positions
  readonly #checkpoints: readonly Checkpoint[]
  readonly #prepare: Worker
  #waiting: PreparedBatch[] = []
  #added = 0
  #isHeld: boolean = false

  private constructor(
    settings: ThreadSettings,
    checkpoints: readonly Checkpoint[],
    prepare: Worker,
  ) {
    this.#settings = settings
    this.#writer = new TextWriter(settings.folder)
    this.#rejected = new RejectedEntries(settings.folder)
    this.#committed = new Positions(settings.committed)
    this.#checkpoints = checkpoints
    this.#prepare = prepare
  }

  static async open(settings: ThreadSettings): Promise<TextService> {
    const cursors = await Promise.all(
      settings.journals.map(({ folder }) => openCursor(folder, TEXT_CURSOR)),
    )
    const positions = cursors.map(({ position }) => position)
    const workerSettings: PrepareSettings = { ...settings, positions }
    const prepare = new Worker(threadFile('prepare-thread'), {
      workerData: workerSettings,
      resourceLimits: THREAD_LIMITS,
    })
    const checkpoints = cursors.map((cursor) => new Checkpoint(cursor))
    const service = new TextService(settings, checkpoints, prepare)
    for (const [journal, position] of positions.entries()) {
      service.#committed.advance(journal, position)
    }
    service.#follow()
    return service
  }

  #follow(): void {
    this.#prepare.on('message', (batch: PreparedBatch) => {
      this.#waiting.push(batch)
      if (this.#waiting.length === 1) setImmediate(() => this.#applyWaiting())
    })
    this.#prepare.on('error', fail)
  }

  /**
   * Applies all that came while the last transaction was under way: in bulk a large transaction
   * costs a third less per record than four small ones.
   */
  #applyWaiting(): void {
    if (this.#isHeld) return
    const batches = this.#waiting.splice(0)
    for (const [journal, checkpoint] of this.#checkpoints.entries()) {
      const own = batches.filter((batch) => batch.journal === journal)
      const last = own.at(-1)
      if (last === undefined) continue
      this.#apply(journal, own, last.next)
      checkpoint.reached(last.next).catch(fail)
    }
    for (const _ of batches) this.#prepare.postMessage('applied')
  }

  #apply(journal: number, batches: readonly PreparedBatch[], next: number): void {
    const id = this.#settings.journals[journal]!
    this.#rejected.add(
      id.number,
      batches.flatMap(({ rejected }) => rejected),
    )
    this.#added += this.#writer.apply(
      id,
      batches.flatMap(({ rows }) => rows),
    )
    this.#committed.advance(journal, next)
  }

  status(): TextStatus {
    return {
      positions: this.#committed.all(),
      added: this.#added,
      rejected: this.#rejected.count(),
    }
  }

  /**
   * Adds nothing more until `resume`. Returns the positions, per journal, that all files are at; the
   * cursors are there too.
   */
  async hold(): Promise<readonly number[]> {
    this.#isHeld = true
    await this.#saveCursors()
    return this.#committed.all()
  }

  /** Goes on adding records. */
  resume(): void {
    this.#isHeld = false
    if (this.#waiting.length > 0) setImmediate(() => this.#applyWaiting())
  }

  /**
   * Compacts the file of a day, in small steps between which records are added. Returns the
   * number of records in it.
   */
  seal(day: string): Promise<number> {
    return inSteps(this.#writer.seal(day))
  }

  /** Takes rows of a day away, see `TextWriter.erase`. */
  erase(day: string, rows: Float64Array, count: number): Promise<void> {
    return inSteps(this.#writer.erase(day, rows, count))
  }

  /** Takes the bodies of a day away, see `TextWriter.stripBodies`. */
  stripBodies(day: string): Promise<void> {
    return inSteps(this.#writer.stripBodies(day))
  }

  /** Deletes the words and texts of a day. */
  drop(day: string): void {
    this.#writer.drop(day)
  }

  /** Puts the restored file of a day into its place; see `prepareText`. */
  place(day: string): void {
    placeText(this.#settings.folder, day)
  }

  /** Adds what the journals still hold of some days, up to where the store is, while held. */
  async replay(request: ReplayRequest): Promise<void> {
    const bodies = this.#settings.config.store.text
    for await (const { id, entries } of replayed(this.#settings, request)) {
      this.#writer.apply(id, textRows(entries, bodies))
    }
  }

  async #saveCursors(): Promise<void> {
    for (const checkpoint of this.#checkpoints) await checkpoint.save()
  }

  /** Stops following, saves the cursors and closes the files. */
  async close(): Promise<void> {
    // What was prepared and not applied is read again by the next start.
    this.#prepare.removeAllListeners('message')
    this.#waiting = []
    await this.#prepare.terminate()
    await this.#saveCursors()
    this.#writer.close()
    this.#rejected.close()
  }
}

/** Takes steps, between which records are added. */
async function inSteps<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await nextTurn()
  }
}

/** Ends the thread: the log process ends with it and is started again. */
function fail(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
