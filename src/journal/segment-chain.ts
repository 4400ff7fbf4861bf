import { rmSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../kernel/index.ts'
import { syncFolder } from './durable.ts'
import { SegmentFile } from './segment-file.ts'
import type { Shelf } from './shelf.ts'

export interface ChainOptions {
  readonly folder: string
  /** Bytes that may be unsynced at a time. */
  readonly memoryBytes: number
  readonly clock: Clock
}

/** Where a writer's first segment begins, and where the entries before it end. */
export interface ChainStart {
  readonly base: number
  readonly previousEnd: number
}

/** Bytes written between two turns of the event loop while frames are written again. */
const TURN_BYTES = 1024 * 1024

/** The segment that is written, and those before it that are not on disk yet. */
export class SegmentChain {
  readonly #options: ChainOptions
  readonly #start: ChainStart
  readonly #shelf: Shelf
  #active: SegmentFile | undefined
  #retired: readonly SegmentFile[] = []
  #folderChanged: boolean = false

  constructor(options: ChainOptions, start: ChainStart, shelf: Shelf) {
    this.#options = options
    this.#start = start
    this.#shelf = shelf
  }

  /** Position of the first byte of the segment that is written. */
  get base(): number {
    return this.#active?.base ?? this.#start.base
  }

  /** Position behind the last frame that was written. */
  get end(): number {
    return this.#active?.end ?? this.#start.base
  }

  /** Begins a segment at `base`, which must lie behind the present one's. */
  begin(base: number, preambleEnd: number): void {
    const file = this.#create(base, preambleEnd)
    try {
      file.publish()
    } catch (error) {
      file.discard()
      throw error
    }
    const before = this.#active
    if (before !== undefined) {
      this.#retired = [...this.#retired, before]
      this.#shelf.put({ base: before.base, end: base, path: before.path, bytes: before.bytes })
    }
    this.#active = file
    this.#folderChanged = true
  }

  /** Writes a frame at `end`. After a failure nothing of it is left. */
  write(frame: Uint8Array): void {
    if (this.#active === undefined) throw new Error('no segment was begun')
    this.#active.write(frame)
  }

  /**
   * Puts on disk all that was written before the call: earlier segments first, so that nothing is
   * on disk without what stands before it.
   */
  async sync(): Promise<void> {
    const active = this.#active
    const retired = this.#retired
    for (const file of retired) await file.sync()
    if (this.#folderChanged) await this.#syncFolder()
    await active?.sync()
    for (const file of retired) file.close()
    this.#retired = this.#retired.filter((file) => !retired.includes(file))
  }

  /**
   * Puts `frames`, which begin at `durable`, on disk in a new segment that takes the place of all
   * that was written from there on. Their positions stay the same, so readers that have seen them
   * already go on undisturbed.
   */
  async replaceFrom(durable: number, frames: readonly Buffer[]): Promise<void> {
    const file = this.#create(durable, undefined)
    try {
      let turnBytes = 0
      for (const frame of frames) {
        file.write(frame)
        turnBytes += frame.byteLength
        if (turnBytes < TURN_BYTES) continue
        turnBytes = 0
        await nextTurn()
      }
      await file.sync()
      file.publish()
      this.#supersede(file)
      await this.#syncFolder()
    } catch (error) {
      file.discard()
      throw error
    }
  }

  close(): void {
    for (const file of this.#retired) file.close()
    this.#active?.close()
  }

  #supersede(file: SegmentFile): void {
    for (const old of this.#files()) {
      if (old.base > file.base) rmSync(old.path, { force: true })
      else if (old.base < file.base) {
        old.cutAt(file.base)
        this.#shelf.put({ base: old.base, end: file.base, path: old.path, bytes: old.bytes })
      }
      old.close()
    }
    this.#shelf.dropFrom(file.base)
    this.#retired = []
    this.#active = file
  }

  #files(): readonly SegmentFile[] {
    return this.#active === undefined ? this.#retired : [...this.#retired, this.#active]
  }

  #create(base: number, preambleEnd: number | undefined): SegmentFile {
    return SegmentFile.create(this.#options.folder, {
      base,
      createdMs: Math.round(this.#options.clock.nowMs()),
      previousEnd: base === this.#start.base ? this.#start.previousEnd : base,
      preambleEnd,
      reach: this.#options.memoryBytes,
    })
  }

  async #syncFolder(): Promise<void> {
    this.#folderChanged = false
    try {
      await syncFolder(this.#options.folder)
    } catch (error) {
      this.#folderChanged = true
      throw error
    }
  }
}
