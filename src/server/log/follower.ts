import { type JournalReader, openReader } from '../../journal/index.ts'
import type { Pipeline } from '../../record/index.ts'
import { type BatchEntry, isDay, type JournalId, type RejectedEntry } from '../../store/index.ts'

/** A journal that the store follows. */
export interface FollowedJournal extends JournalId {
  readonly folder: string
}

/** What the entries up to `next` have become. */
export interface FollowedBatch {
  readonly entries: readonly BatchEntry[]
  readonly rejected: readonly RejectedEntry[]
  /** Position behind the last entry. */
  readonly next: number
  /** Bytes of the entries read. */
  readonly bytes: number
}

interface Waiting {
  readonly position: number
  readonly next: number
  readonly bytes: Uint8Array
}

/** Reads a journal from a position on and passes its entries through the pipeline. */
export class Follower {
  readonly #reader: JournalReader
  readonly #pipeline: Pipeline
  /** Entries read that lie beyond the limit. */
  #waiting: readonly Waiting[] = []
  #position: number

  constructor(journal: FollowedJournal, position: number, pipeline: Pipeline) {
    this.#reader = openReader({ folder: journal.folder, position })
    this.#pipeline = pipeline
    this.#position = position
  }

  /**
   * Returns about `maxBytes` of the following entries that end at or before `limit`; undefined
   * when there are none.
   */
  async next(
    maxBytes: number,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<FollowedBatch | undefined> {
    if (this.#waiting.length === 0) {
      const read = await this.#reader.next(maxBytes)
      this.#waiting = read.entries
      if (read.entries.length === 0) return this.#passGap(read.next, limit)
    }
    const beyond = this.#waiting.findIndex(({ next }) => next > limit)
    const ready = beyond === -1 ? this.#waiting : this.#waiting.slice(0, beyond)
    const last = ready.at(-1)
    if (last === undefined) return undefined
    this.#waiting = beyond === -1 ? [] : this.#waiting.slice(beyond)
    this.#position = last.next
    return this.#process(ready, last.next)
  }

  /** Without an entry the reader may still have gone over damage. */
  #passGap(next: number, limit: number): FollowedBatch | undefined {
    if (next <= this.#position || next > limit) return undefined
    this.#position = next
    return { entries: [], rejected: [], next, bytes: 0 }
  }

  #process(ready: readonly Waiting[], next: number): FollowedBatch {
    const entries: BatchEntry[] = []
    const rejected: RejectedEntry[] = []
    let size = 0
    for (const { position, next: end, bytes } of ready) {
      size += bytes.byteLength
      const result = this.#pipeline(bytes)
      if (result.kind === 'store' && isDay(result.stored.day)) {
        entries.push({ position, next: end, stored: result.stored })
      } else if (result.kind !== 'skip') {
        const reason = result.kind === 'reject' ? result.reason : 'day is out of range'
        // A copy: the view would take its whole buffer along to another thread.
        rejected.push({ position, reason, bytes: new Uint8Array(bytes) })
      }
    }
    return { entries, rejected, next, bytes: size }
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }
}
