import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32c } from '@node-rs/crc32'
import { readPosition, writePosition } from './frame.ts'

/** Bytes at the head of a segment file that are no part of the journal's positions. */
export const SEGMENT_HEADER_BYTES = 64

const MAGIC = 0x4a_57_42_01
const VERSION = 1
const NAME = /^(\d{20})\.log$/

/** What a segment says of itself: magic u32, version u32, the five numbers as u64, CRC32C u32. */
export interface SegmentHeader {
  /** Position of the first byte behind the header; also the file's name. */
  readonly base: number
  readonly createdMs: number
  /** Where the journal ended before; less than `base` where a start left a gap on purpose. */
  readonly previousEnd: number
  /** Where the preamble ends; undefined for a segment that was begun without one. */
  readonly preambleEnd: number | undefined
  /** How many bytes its writer may hold unsynced: so much at most can be lost with the power. */
  readonly reach: number
}

/** A segment file as it stands in the folder. */
export interface SegmentEntry {
  readonly base: number
  readonly path: string
}

/** Returns the path of the segment that begins at `base`. */
export function segmentPath(folder: string, base: number): string {
  return join(folder, `${String(base).padStart(20, '0')}.log`)
}

/** Lists the segments of a folder by position; anything else in it is left out. */
export async function listSegments(folder: string): Promise<SegmentEntry[]> {
  const entries: SegmentEntry[] = []
  for (const name of await readdir(folder)) {
    const base = Number(NAME.exec(name)?.[1] ?? Number.NaN)
    if (Number.isSafeInteger(base)) entries.push({ base, path: join(folder, name) })
  }
  return entries.sort((left, right) => left.base - right.base)
}

/** Encodes a header. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(VERSION, 4)
  writePosition(bytes, header.base, 8)
  writePosition(bytes, header.createdMs, 16)
  writePosition(bytes, header.previousEnd, 24)
  writePosition(bytes, header.preambleEnd ?? Number.MAX_SAFE_INTEGER, 32)
  writePosition(bytes, header.reach, 40)
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, SEGMENT_HEADER_BYTES - 4)), SEGMENT_HEADER_BYTES - 4)
  return bytes
}

/** Decodes a header; undefined when it is cut short, damaged, or another segment's. */
export function decodeSegmentHeader(bytes: Buffer, base: number): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES) return undefined
  if (bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== VERSION) return undefined
  const sum = bytes.readUInt32LE(SEGMENT_HEADER_BYTES - 4)
  if (crc32c(bytes.subarray(0, SEGMENT_HEADER_BYTES - 4)) !== sum) return undefined
  if (readPosition(bytes, 8) !== base) return undefined
  const preambleEnd = readPosition(bytes, 32)
  return {
    base,
    createdMs: readPosition(bytes, 16),
    previousEnd: readPosition(bytes, 24),
    preambleEnd: preambleEnd === Number.MAX_SAFE_INTEGER ? undefined : preambleEnd,
    reach: readPosition(bytes, 40),
  }
}
