import type { Readable } from 'node:stream'

/** Part of a file, to be stored as one object. */
export interface FilePart {
  readonly path: string
  readonly start: number
  readonly bytes: number
  /** SHA-256 of the part, hexadecimal. */
  readonly sha256: string
}

/** An object that there is. */
export interface StoredObject {
  readonly key: string
  readonly bytes: number
}

/**
 * Keeps objects by keys such as `blobs/ab/abcdef`: a folder, or a bucket. Whatever fails is thrown
 * with a message that is fit for people.
 */
export interface ObjectStore {
  /** A small object as a whole; undefined when there is none. */
  read(key: string): Promise<Uint8Array | undefined>
  /** An object's bytes; undefined when there is none. */
  stream(key: string): Promise<Readable | undefined>
  /** Puts a small object there, in the place of another, whole or not at all. */
  write(key: string, content: Uint8Array): Promise<void>
  /** Puts part of a file there, whole or not at all. */
  writePart(key: string, part: FilePart): Promise<void>
  /** The objects whose keys begin so. */
  list(beginning: string): Promise<readonly StoredObject[]>
  /** Takes an object away; one that is not there is passed over. */
  remove(key: string): Promise<void>
}
