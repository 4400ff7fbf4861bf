import { rm } from 'node:fs/promises'
import type { Logger } from '../kernel/index.ts'
import { readCursor } from './cursor.ts'
import type { SegmentEntry } from './segment.ts'

/** A segment that is no longer written, with the size of its file. */
export interface SealedSegment extends SegmentEntry {
  /** Where the following segment begins. */
  readonly end: number
  readonly bytes: number
}

/** The reader that is furthest behind. */
export interface SlowestReader {
  readonly name: string
  readonly position: number
}

/** The segments that are no longer written, and their deletion once every reader is done. */
export class Shelf {
  readonly #folder: string
  readonly #readers: readonly string[]
  readonly #logger: Logger
  #sealed: readonly SealedSegment[] = []
  #bytes = 0
  #slowest: SlowestReader | undefined

  constructor(
    options: {
      readonly folder: string
      readonly readers: readonly string[]
      readonly logger: Logger
    },
    sealed: readonly SealedSegment[],
  ) {
    this.#folder = options.folder
    this.#readers = options.readers
    this.#logger = options.logger
    this.#set(sealed)
  }

  get count(): number {
    return this.#sealed.length
  }

  /** Size of all of them. */
  get bytes(): number {
    return this.#bytes
  }

  /** The reader furthest behind, as of the last `retain`; undefined when there are no readers. */
  get slowest(): SlowestReader | undefined {
    return this.#slowest
  }

  /** Takes a segment that follows all others, in place of those from its base on. */
  put(segment: SealedSegment): void {
    this.dropFrom(segment.base)
    this.#set([...this.#sealed, segment])
  }

  /** Forgets the segments from `base` on: another has taken their place. */
  dropFrom(base: number): void {
    this.#set(this.#sealed.filter((segment) => segment.base < base))
  }

  /**
   * Deletes the segments that all readers have passed and that end before `keepFrom`. Returns how
   * many bytes that freed.
   */
  async retain(keepFrom: number): Promise<number> {
    const cursors = await Promise.all(this.#readers.map((name) => readCursor(this.#folder, name)))
    this.#slowest = cursors.toSorted((left, right) => left.position - right.position)[0]
    const passed = Math.min(this.#slowest?.position ?? 0, keepFrom)
    let freed = 0
    for (;;) {
      const [oldest] = this.#sealed
      if (oldest === undefined || oldest.end > passed) return freed
      try {
        await rm(oldest.path, { force: true })
      } catch (error) {
        this.#logger.warn({ err: error, segment: oldest.path }, 'journal segment not deleted')
        return freed
      }
      this.#set(this.#sealed.filter((segment) => segment !== oldest))
      freed += oldest.bytes
    }
  }

  #set(sealed: readonly SealedSegment[]): void {
    this.#sealed = sealed
    this.#bytes = sealed.reduce((sum, { bytes }) => sum + bytes, 0)
  }
}
