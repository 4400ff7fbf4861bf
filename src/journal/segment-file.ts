import {
  closeSync,
  fdatasync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import {
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentPath,
} from './segment.ts'

const syncData = promisify(fdatasync)

/** A segment that is being written. */
export class SegmentFile {
  readonly base: number
  readonly path: string
  readonly #descriptor: number
  #end: number
  #closed: boolean = false

  private constructor(folder: string, descriptor: number, base: number) {
    this.base = base
    this.path = segmentPath(folder, base)
    this.#descriptor = descriptor
    this.#end = base
  }

  /**
   * Creates a segment under a name that no reader looks at, until `publish`. Its name is on disk
   * only after the folder was synced.
   */
  static create(folder: string, header: SegmentHeader): SegmentFile {
    const path = temporaryPath(segmentPath(folder, header.base))
    const descriptor = openSync(path, 'w+')
    const file = new SegmentFile(folder, descriptor, header.base)
    try {
      file.#put(encodeSegmentHeader(header), 0)
    } catch (error) {
      file.discard()
      throw error
    }
    return file
  }

  /** Position behind the last frame. */
  get end(): number {
    return this.#end
  }

  /** Size of the file in bytes. */
  get bytes(): number {
    return this.#end - this.base + SEGMENT_HEADER_BYTES
  }

  /** Gives the file its name, in place of another of that name. */
  publish(): void {
    renameSync(temporaryPath(this.path), this.path)
  }

  /** Removes a file that was not published. */
  discard(): void {
    this.close()
    rmSync(temporaryPath(this.path), { force: true })
  }

  /**
   * Writes a frame behind the last one, into the page cache. After a failure the file ends where
   * it did before.
   */
  write(frame: Uint8Array): void {
    const offset = this.bytes
    try {
      this.#put(frame, offset)
    } catch (error) {
      this.#cut(offset)
      throw error
    }
    this.#end += frame.byteLength
  }

  /** Puts on disk what was written. After a failure the file is not to be trusted any more. */
  sync(): Promise<void> {
    return syncData(this.#descriptor)
  }

  /** Drops what lies behind `position`, as far as the disk lets it. */
  cutAt(position: number): void {
    if (position >= this.#end) return
    this.#end = Math.max(position, this.base)
    this.#cut(this.bytes)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#descriptor)
  }

  #put(bytes: Uint8Array, offset: number): void {
    let written = writeSync(this.#descriptor, bytes, 0, bytes.byteLength, offset)
    // A short write is how a full disk begins; the next attempt brings its error
    while (written < bytes.byteLength) {
      const rest = bytes.byteLength - written
      written += writeSync(this.#descriptor, bytes, written, rest, offset + written)
    }
  }

  #cut(bytes: number): void {
    try {
      ftruncateSync(this.#descriptor, bytes)
    } catch {
      // Half a frame is left behind the end: the next one overwrites it, or a reader skips it
    }
  }
}

function temporaryPath(path: string): string {
  return `${path}.new`
}
