import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import type { ObjectStore } from './object-store.ts'
import {
  filesOf,
  parseManifest,
  type SnapshotFile,
  type SnapshotManifest,
} from './snapshot-manifest.ts'

/** Largest object: a part that fails is sent again, and S3 takes no more than 5 GB at once. */
const PART_BYTES = 256 << 20
const MANIFESTS = 'snapshots/'
const BLOBS = 'blobs/'

/** A file that was stored, and how much of it was new. */
export interface StoredFile {
  readonly file: SnapshotFile
  readonly addedBytes: number
}

/** What a clean-up has found. */
export interface CleanedUp {
  readonly bytes: number
  readonly blobs: number
}

/**
 * Snapshots in an object store. A file is cut into parts, each an object named by its hash: what
 * two snapshots share lies there once. A snapshot is there once its manifest is.
 */
export class SnapshotRepository {
  readonly #objects: ObjectStore
  readonly #partBytes: number
  /** Hashes of the blobs there are, as known; undefined until listed. */
  #known: Set<string> | undefined

  constructor(objects: ObjectStore, partBytes: number = PART_BYTES) {
    this.#objects = objects
    this.#partBytes = partBytes
  }

  /** Fails unless objects can be written, read and taken away. */
  async verify(): Promise<void> {
    const key = `tests/${randomUUID()}`
    const content = Buffer.from(key)
    await this.#objects.write(key, content)
    const found = await this.#objects.read(key)
    if (found === undefined || !content.equals(found)) {
      throw new Error('an object that was written cannot be read')
    }
    await this.#objects.remove(key)
  }

  /** Names of the snapshots, ascending. */
  async names(): Promise<readonly string[]> {
    const objects = await this.#objects.list(MANIFESTS)
    return objects
      .map(({ key }) => /^snapshots\/(.+)\.json$/.exec(key)?.[1])
      .filter((name) => name !== undefined)
      .map(decodeURIComponent)
      .sort()
  }

  /** The manifest of a snapshot; undefined when there is none of that name. */
  async manifest(name: string): Promise<SnapshotManifest | undefined> {
    const content = await this.#objects.read(manifestKey(name))
    if (content === undefined) return undefined
    const parsed = parseManifest(content)
    if (typeof parsed === 'string') throw new Error(`manifest of [${name}] is damaged: ${parsed}`)
    return parsed
  }

  /** Puts the manifest of a snapshot there, whose files were stored before. */
  async putManifest(manifest: SnapshotManifest): Promise<void> {
    const content = Buffer.from(`${JSON.stringify(manifest)}\n`)
    await this.#objects.write(manifestKey(manifest.snapshot), content)
  }

  /** Forgets which files are there: someone else may have taken some away. */
  async begin(): Promise<void> {
    const blobs = await this.#objects.list(BLOBS)
    this.#known = new Set(blobs.map(({ key }) => key))
  }

  /** Tells whether all parts of a file are there. Call `begin` before. */
  has({ parts }: SnapshotFile): boolean {
    return parts.every(({ sha256 }) => this.#known?.has(blobKey(sha256)) === true)
  }

  /** Stores a file; parts that are there already are not sent. Call `begin` before. */
  async putFile(path: string): Promise<StoredFile> {
    const file = await describeFile(path, this.#partBytes)
    let addedBytes = 0
    let start = 0
    for (const { sha256, bytes } of file.parts) {
      const key = blobKey(sha256)
      if (this.#known?.has(key) !== true) {
        await this.#objects.writePart(key, { path, start, bytes, sha256 })
        this.#known?.add(key)
        addedBytes += bytes
      }
      start += bytes
    }
    return { file, addedBytes }
  }

  /** Writes a file as it was stored; fails when a byte of it is another. */
  async getFile(file: SnapshotFile, target: string): Promise<void> {
    const written = await open(target, 'w')
    try {
      for (const { sha256 } of file.parts) {
        const content = await this.#objects.stream(blobKey(sha256))
        if (content === undefined) throw new Error(`blob [${sha256}] is missing`)
        const hash = createHash('sha256')
        for await (const piece of content) {
          hash.update(piece as Uint8Array)
          await written.write(piece as Uint8Array)
        }
        if (hash.digest('hex') !== sha256) throw new Error(`blob [${sha256}] is damaged`)
      }
      await written.sync()
    } catch (error) {
      await rm(target, { force: true })
      throw error
    } finally {
      await written.close()
    }
  }

  /** Takes snapshots away, and the blobs that no other one has. */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#objects.remove(manifestKey(name))
    await this.cleanUp()
  }

  /** Takes away the blobs that no snapshot has. No snapshot may be under way. */
  async cleanUp(): Promise<CleanedUp> {
    this.#known = undefined
    const used = new Set<string>()
    for (const name of await this.names()) {
      // one that cannot be read may have any of them
      const manifest = await this.manifest(name)
      if (manifest === undefined) continue
      for (const { parts } of filesOf(manifest)) {
        for (const { sha256 } of parts) used.add(blobKey(sha256))
      }
    }
    const unused = (await this.#objects.list(BLOBS)).filter(({ key }) => !used.has(key))
    for (const { key } of unused) await this.#objects.remove(key)
    return { bytes: unused.reduce((sum, { bytes }) => sum + bytes, 0), blobs: unused.length }
  }
}

function manifestKey(name: string): string {
  return `${MANIFESTS}${encodeURIComponent(name)}.json`
}

function blobKey(sha256: string): string {
  return `${BLOBS}${sha256.slice(0, 2)}/${sha256}`
}

/** Size and hashes of a file, as a whole and of its parts. */
async function describeFile(path: string, partBytes: number): Promise<SnapshotFile> {
  const whole = createHash('sha256')
  const parts: { sha256: string; bytes: number }[] = []
  let part = createHash('sha256')
  let left = partBytes
  let bytes = 0
  for await (const piece of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const read = piece as Buffer
    whole.update(read)
    bytes += read.length
    for (let start = 0; start < read.length; ) {
      const taken = read.subarray(start, start + left)
      part.update(taken)
      start += taken.length
      left -= taken.length
      if (left > 0) continue
      parts.push({ sha256: part.digest('hex'), bytes: partBytes })
      part = createHash('sha256')
      left = partBytes
    }
  }
  if (left < partBytes) parts.push({ sha256: part.digest('hex'), bytes: partBytes - left })
  return { bytes, sha256: whole.digest('hex'), parts }
}

const READ_BYTES = 256 << 10
