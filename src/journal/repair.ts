import { type FileHandle, open, rm } from 'node:fs/promises'
import { syncFolder } from './durable.ts'
import { quarantine } from './quarantine.ts'
import { readAt } from './read-file.ts'
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentEntry,
  type SegmentHeader,
} from './segment.ts'
import { findFrame, readRun } from './segment-scan.ts'

/** What a start found in a segment, and made of it. */
export interface Examined extends SegmentEntry {
  /** Whether there are bytes that are no entries and that no crash can have left half written. */
  readonly damaged: boolean
  /** Undefined when the header is damaged. */
  readonly header: SegmentHeader | undefined
  /** Position behind the last valid entry. */
  readonly end: number
  /** Up to here entries follow each other from the base on without damage. */
  readonly soundEnd: number
  /** Size of the file in bytes. */
  readonly bytes: number
}

const SCAN_BYTES = 1024 * 1024

/** Reads a whole segment, and changes nothing. */
export async function examine(segment: SegmentEntry): Promise<Examined> {
  const file = await open(segment.path, 'r')
  try {
    const bytes = await readAt(file, 0, SEGMENT_HEADER_BYTES)
    const header = decodeSegmentHeader(bytes, segment.base)
    const { end, soundEnd } = await lastEntryEnd(file, segment.base)
    const { size } = await file.stat()
    const rest = size - SEGMENT_HEADER_BYTES - (end - segment.base)
    // A crash loses what was not synced, and no writer holds more than its reach of that
    const torn = header === undefined ? size < SEGMENT_HEADER_BYTES : rest <= header.reach
    return { ...segment, damaged: soundEnd < end || !torn, header, end, soundEnd, bytes: size }
  } finally {
    await file.close()
  }
}

async function lastEntryEnd(
  file: FileHandle,
  base: number,
): Promise<Pick<Examined, 'end' | 'soundEnd'>> {
  let end = base
  let from = base
  let soundEnd: number | undefined
  for (;;) {
    const stretch = { file, base, from, limit: Number.POSITIVE_INFINITY }
    const run = await readRun(stretch, SCAN_BYTES)
    if (run.records.length > 0) {
      end = run.end
      from = run.end
      continue
    }
    const found = run.stop === 'broken' ? await findFrame(stretch) : undefined
    soundEnd ??= end
    if (found === undefined) return { end, soundEnd }
    from = found
  }
}

/**
 * Makes the newest segment fit to be followed by another: cuts a torn tail, removes the file when
 * no entry is left, quarantines it when there is damage that no crash explains.
 */
export async function repair(
  folder: string,
  segment: SegmentEntry,
): Promise<{
  readonly found: Examined
  readonly outcome: 'sound' | 'cut' | 'removed' | 'quarantined'
}> {
  const found = await examine(segment)
  if (found.damaged) {
    await quarantine(folder, segment.path)
    return { found, outcome: 'quarantined' }
  }
  if (found.end === segment.base) {
    await rm(segment.path)
    await syncFolder(folder)
    return { found, outcome: 'removed' }
  }
  const bytes = found.end - segment.base + SEGMENT_HEADER_BYTES
  if (bytes === found.bytes) return { found, outcome: 'sound' }
  await cut(segment.path, bytes)
  return { found, outcome: 'cut' }
}

async function cut(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
