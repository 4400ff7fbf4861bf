import type { FileHandle } from 'node:fs/promises'
import {
  announcedLength,
  FRAME_HEADER_BYTES,
  INCOMPLETE,
  indexOfMagic,
  payloadLength,
} from './frame.ts'
import { readAt } from './read-file.ts'
import { SEGMENT_HEADER_BYTES } from './segment.ts'

/** An entry as it stands in the journal. */
export interface JournalRecord {
  readonly position: number
  /** Where the following entry begins at the earliest: what a cursor is set to. */
  readonly next: number
  /** May be a view on a buffer shared with other entries of the batch. */
  readonly bytes: Uint8Array
}

/** Entries that follow each other without damage, and why they end. */
export interface Run {
  readonly records: readonly JournalRecord[]
  /** Position behind the last of them. */
  readonly end: number
  /** `more`: as many as asked for. `end`: no bytes behind them. `broken`: bytes that are no frame. */
  readonly stop: 'more' | 'end' | 'broken'
}

/** A stretch of an open segment file, given in positions of the journal. */
export interface Stretch {
  readonly file: FileHandle
  /** Position of the segment's first byte. */
  readonly base: number
  readonly from: number
  /** Nothing at or behind this position belongs to the segment. */
  readonly limit: number
}

const LEAST_READ_BYTES = 4096
const SEARCH_WINDOW_BYTES = 1024 * 1024

/** Reads entries from `stretch.from` on: about `maxBytes` of them, at least one where there is one. */
export async function readRun(stretch: Stretch, maxBytes: number): Promise<Run> {
  const { from } = stretch
  const available = await bytesBehind(stretch)
  if (available <= 0) return { records: [], end: from, stop: 'end' }
  let bytes = await readBytes(
    stretch,
    from,
    Math.min(available, Math.max(maxBytes, LEAST_READ_BYTES)),
  )
  const needed = FRAME_HEADER_BYTES + announcedLength(bytes, 0, bytes.length, from)
  if (needed > bytes.length && needed <= available) {
    bytes = await readBytes(stretch, from, needed)
  }
  return parseRun(bytes, from, available)
}

function parseRun(bytes: Buffer, from: number, available: number): Run {
  const records: JournalRecord[] = []
  let offset = 0
  let length = 0
  while (offset < bytes.length) {
    length = payloadLength(bytes, offset, bytes.length, from + offset)
    if (length < 0) break
    const start = offset + FRAME_HEADER_BYTES
    const position = from + offset
    offset = start + length
    records.push({ position, next: from + offset, bytes: bytes.subarray(start, offset) })
  }
  const end = from + offset
  if (offset === available) return { records, end, stop: 'end' }
  const cutByMaxBytes = length >= 0 || (length === INCOMPLETE && bytes.length < available)
  return { records, end, stop: cutByMaxBytes && records.length > 0 ? 'more' : 'broken' }
}

/**
 * Finds the first whole frame from `stretch.from` on and returns its position, or undefined. At
 * most one window and one frame are held in memory.
 */
export async function findFrame(stretch: Stretch): Promise<number | undefined> {
  const end = stretch.from + (await bytesBehind(stretch))
  for (let at = stretch.from; at + FRAME_HEADER_BYTES <= end; ) {
    const window = await readBytes(stretch, at, Math.min(SEARCH_WINDOW_BYTES, end - at))
    if (window.length < FRAME_HEADER_BYTES) return undefined
    for (let offset = indexOfMagic(window, 0); offset >= 0; ) {
      if (offset + FRAME_HEADER_BYTES > window.length) break
      if (await isFrame(stretch, window, offset, at, end)) return at + offset
      offset = indexOfMagic(window, offset + 1)
    }
    // The windows overlap, so that a header across their border is seen whole
    at += window.length - FRAME_HEADER_BYTES + 1
  }
  return undefined
}

async function isFrame(
  stretch: Stretch,
  window: Buffer,
  offset: number,
  windowAt: number,
  end: number,
): Promise<boolean> {
  const position = windowAt + offset
  const length = payloadLength(window, offset, window.length, position)
  if (length !== INCOMPLETE) return length >= 0
  const needed = FRAME_HEADER_BYTES + announcedLength(window, offset, window.length, position)
  if (position + needed > end) return false
  const frame = await readBytes(stretch, position, needed)
  return payloadLength(frame, 0, frame.length, position) >= 0
}

async function bytesBehind({ file, base, from, limit }: Stretch): Promise<number> {
  const { size } = await file.stat()
  return Math.max(0, Math.min(base + size - SEGMENT_HEADER_BYTES, limit) - from)
}

function readBytes({ file, base }: Stretch, at: number, length: number): Promise<Buffer> {
  return readAt(file, at - base + SEGMENT_HEADER_BYTES, length)
}
