import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, lockFolder } from '../kernel/index.ts'
import { listCursors } from './cursor.ts'
import { makeFolder, syncFolder } from './durable.ts'
import type { Journal, JournalOptions } from './journal.ts'
import { JournalWriter } from './journal-writer.ts'
import { openReader } from './reader.ts'
import { type Examined, examine, repair } from './repair.ts'
import { listSegments, type SegmentEntry } from './segment.ts'
import type { JournalRecord } from './segment-scan.ts'

/** Stands in for the reach of a segment whose header is lost. */
const UNKNOWN_REACH_BYTES = 2 ** 30

/**
 * Opens the journal in `folder` for writing, after repairing what a crash left. Damage is
 * quarantined and reported, and never keeps it from opening.
 *
 * @throws AppError JOURNAL_IN_USE with the other writer's `pid`
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, logger } = options
  await makeFolder(folder)
  const lock = lockFolder(folder, 'JOURNAL_IN_USE')
  try {
    await mkdir(join(folder, 'quarantine'), { recursive: true })
    await removeUnfinished(folder)
    const { last, unseen } = await repairTail(options)
    const cursors = await listCursors(folder)
    const base = Math.max(unseen, ...cursors.map(({ position }) => position))
    const segments = await listSegments(folder)
    const sealed = await Promise.all(
      segments.map(async (segment, index) => ({
        ...segment,
        end: segments[index + 1]?.base ?? base,
        bytes: (await stat(segment.path)).size,
      })),
    )
    const from = await recoveryStart(segments, last)
    await options.onRecovered?.(entriesFrom(folder, from, logger))
    const start = { base, previousEnd: last?.end ?? base }
    const writer = new JournalWriter(options, lock, start, sealed)
    await writer.start(from)
    return writer
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Removes segments that were never published. */
async function removeUnfinished(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log.new'))
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true, recursive: true })))
  await syncFolder(folder)
}

/** What the repair of the newest segments found. */
interface Tail {
  /** The newest segment that holds entries. */
  readonly last: Examined | undefined
  /** Behind everything that any reader can have seen, as far as the segments tell. */
  readonly unseen: number
}

/**
 * Repairs from the newest segment back to one that holds entries. A reader may have seen, and have
 * stored elsewhere, entries that were then lost with the power because they were not synced. Their
 * positions must never be given to other entries, so the reach of their writer is left free.
 */
async function repairTail({ folder, logger }: JournalOptions): Promise<Tail> {
  let unseen = 0
  for (const segment of (await listSegments(folder)).reverse()) {
    const { found, outcome } = await repair(folder, segment)
    unseen = Math.max(unseen, found.end + (found.header?.reach ?? UNKNOWN_REACH_BYTES))
    const details = { segment: segment.path, bytes: found.bytes, entries_end: found.end }
    if (outcome === 'removed') logger.info(details, 'journal segment without entries removed')
    if (outcome === 'cut') logger.warn(details, 'journal had a torn tail, which was cut')
    if (outcome === 'quarantined') logger.error(details, 'journal segment is damaged')
    if (outcome !== 'removed') return { last: found, unseen }
  }
  return { last: undefined, unseen }
}

/** Tells from where on entries must be read to know all that the preamble has to hold. */
async function recoveryStart(
  segments: readonly SegmentEntry[],
  last: Examined | undefined,
): Promise<number> {
  for (const segment of segments.toReversed()) {
    const found = segment.base === last?.base ? last : await examine(segment)
    const preambleEnd = found.header?.preambleEnd
    if (preambleEnd !== undefined && preambleEnd <= found.soundEnd) return segment.base
  }
  return segments[0]?.base ?? 0
}

async function* entriesFrom(
  folder: string,
  position: number,
  logger: Logger,
): AsyncIterable<JournalRecord> {
  const reader = openReader({
    folder,
    position,
    onDamage: (damage) => logger.error({ damage }, 'journal segment is damaged'),
  })
  try {
    for (;;) {
      const { entries } = await reader.next()
      if (entries.length === 0) return
      yield* entries
    }
  } finally {
    await reader.close()
  }
}
