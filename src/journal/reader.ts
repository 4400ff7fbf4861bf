import { type FileHandle, open, stat } from 'node:fs/promises'
import { isErrno } from './durable.ts'
import { type Damage, quarantine } from './quarantine.ts'
import { readAt } from './read-file.ts'
import {
  decodeSegmentHeader,
  listSegments,
  SEGMENT_HEADER_BYTES,
  type SegmentEntry,
} from './segment.ts'
import { findFrame, type JournalRecord, readRun, type Stretch } from './segment-scan.ts'

export type { Damage } from './quarantine.ts'
export type { JournalRecord } from './segment-scan.ts'

/** Some entries in the order in which they were written. */
interface Batch {
  readonly entries: readonly JournalRecord[]
  /** Where the following batch begins; moves over gaps also when there are no entries. */
  readonly next: number
}

interface ReaderOptions {
  readonly folder: string
  /** Where to begin: 0, an entry's `position` or `next`, or a batch's `next`. */
  readonly position: number
  /** Is told of bytes that had to be skipped; a damaged segment is in quarantine by then. */
  readonly onDamage?: (damage: Damage) => void
}

/** Reads a journal that may be written meanwhile, here or in another thread or process. */
export interface JournalReader {
  /** Where the following batch begins. */
  readonly position: number
  /**
   * Returns the following entries, about `maxBytes` of them and at least one where there is one;
   * none when all that is written has been read. One call at a time.
   */
  next(maxBytes?: number): Promise<Batch>
  /** Closes the file. */
  close(): Promise<void>
}

const DEFAULT_BATCH_BYTES = 1024 * 1024

/** Opens a reader. It needs neither the writer nor a cursor, and keeps nobody from anything. */
export function openReader(options: ReaderOptions): JournalReader {
  return new FolderReader(options)
}

/** A segment file among its neighbours, as the folder shows it at one moment. */
interface Place extends SegmentEntry {
  /** Tells a file from another one that took its name. */
  readonly inode: number
  /** Where the following segment begins; undefined for the newest, which may still grow. */
  readonly limit: number | undefined
}

interface OpenSegment {
  readonly place: Place
  readonly file: FileHandle
}

class FolderReader implements JournalReader {
  readonly #folder: string
  readonly #onDamage: (damage: Damage) => void
  #position: number
  #open: OpenSegment | undefined
  #damagedHeader: number | undefined

  constructor({ folder, position, onDamage }: ReaderOptions) {
    this.#folder = folder
    this.#position = position
    this.#onDamage = onDamage ?? (() => undefined)
  }

  get position(): number {
    return this.#position
  }

  async next(maxBytes = DEFAULT_BATCH_BYTES): Promise<Batch> {
    for (;;) {
      if (this.#open !== undefined) {
        const { records, end, stop } = await readRun(this.#stretch(this.#open), maxBytes)
        this.#position = end
        if (records.length > 0) return { entries: records, next: end }
        if (!(await this.#moved()) && !(await this.#passed(this.#open, stop === 'end'))) break
      } else if (!(await this.#enter())) break
    }
    return { entries: [], next: this.#position }
  }

  async close(): Promise<void> {
    const file = this.#open?.file
    this.#open = undefined
    await file?.close()
  }

  #stretch({ place, file }: OpenSegment): Stretch {
    const limit = place.limit ?? Number.POSITIVE_INFINITY
    return { file, base: place.base, from: this.#position, limit }
  }

  /**
   * Looks at the folder again and tells whether it changed around the open segment: a newer one
   * that seals it, one that replaces it, or its deletion. Only after this has said no is the end of
   * the open file the end of what is there.
   */
  async #moved(): Promise<boolean> {
    const before = this.#open?.place
    const now = await this.#locate()
    if (
      now?.inode === before?.inode &&
      now?.base === before?.base &&
      now?.limit === before?.limit
    ) {
      return false
    }
    await this.close()
    return true
  }

  /** Goes past the end of the open segment, or past damage in it; false when that must wait. */
  async #passed(open: OpenSegment, atEnd: boolean): Promise<boolean> {
    const { path, limit } = open.place
    if (atEnd && limit === undefined) return false
    const from = this.#position
    const found = atEnd ? undefined : await findFrame(this.#stretch(open))
    // In the newest segment bytes that nothing valid follows are a frame that is being written
    const to = found ?? limit
    if (to === undefined) return false
    // The disk has read at the second attempt what it did not at the first
    if (found === from) return true
    if (!atEnd) await this.#report({ kind: 'damaged', segment: path, from, to })
    this.#position = Math.max(from, to)
    if (found === undefined) {
      await this.close()
      await this.#enter(atEnd ? from : to)
    }
    return true
  }

  /** Opens the segment that holds the position; false when there is none. */
  async #enter(cameFrom = this.#position): Promise<boolean> {
    const place = await this.#locate()
    if (place === undefined) return false
    const file = await open(place.path, 'r').catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return undefined
      throw error
    })
    if (file === undefined) return true
    let admitted = false
    try {
      admitted = await this.#admit(place, file, cameFrom)
    } finally {
      if (!admitted) await file.close()
    }
    if (!admitted) return false
    // Its own inode, not the name's: the name may have passed to another file meanwhile
    this.#open = { place: { ...place, inode: (await file.stat()).ino }, file }
    return true
  }

  async #admit(place: Place, file: FileHandle, cameFrom: number): Promise<boolean> {
    const bytes = await readAt(file, 0, SEGMENT_HEADER_BYTES)
    const header = decodeSegmentHeader(bytes, place.base)
    const { base, path: segment } = place
    if (header === undefined) {
      if (bytes.length < SEGMENT_HEADER_BYTES && place.limit === undefined) return false
      if (this.#damagedHeader !== base) {
        this.#damagedHeader = base
        await this.#report({ kind: 'damaged', segment, from: base, to: base })
      }
    } else if (cameFrom > 0 && cameFrom < header.previousEnd && base > cameFrom) {
      await this.#report({ kind: 'missing', segment, from: cameFrom, to: header.previousEnd })
    }
    this.#position = Math.max(this.#position, base)
    return true
  }

  async #locate(): Promise<Place | undefined> {
    const segments = await listSegments(this.#folder).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return []
      throw error
    })
    const following = segments.findIndex(({ base }) => base > this.#position)
    const index = following === -1 ? segments.length - 1 : Math.max(0, following - 1)
    const found = segments[index]
    if (found === undefined) return undefined
    const inode = await inodeOf(found.path)
    return { ...found, inode, limit: segments[index + 1]?.base }
  }

  async #report(damage: Damage): Promise<void> {
    if (damage.kind === 'damaged') await quarantine(this.#folder, damage.segment)
    this.#onDamage(damage)
  }
}

/** 0 for a file that is gone: no file has it, so the folder is looked at once more. */
async function inodeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).ino
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0
    throw error
  }
}
