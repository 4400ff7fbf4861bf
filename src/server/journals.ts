import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../kernel/index.ts'

const MIB = 2 ** 20

/** Bytes at the head of a segment file that are no part of the journal's positions. */
const SEGMENT_HEADER_BYTES = 64

/** The journals of a data folder, one per writing process. Their order and names never change. */
export function journalFolders(data: string) {
  return { relay: join(data, 'journal', 'relay'), intake: join(data, 'journal', 'intake') }
}

/** A journal's settings as the configuration gives them, and who must have read a segment. */
export function journalLimits({ journal }: Config) {
  return {
    syncMs: journal.sync_ms,
    segmentBytes: journal.segment_mb * MIB,
    maxBytes: journal.max_gb * 1024 * MIB,
    memoryBytes: journal.memory_mb * MIB,
    readers: ['columns', 'text'],
  }
}

/**
 * About where a journal ends that another process writes, as a position: a segment's name is
 * where it begins. 0 when there is none yet.
 */
export async function journalEnd(folder: string): Promise<number> {
  try {
    const names = (await readdir(folder)).filter((name) => /^\d+\.log$/.test(name))
    const newest = names.sort((a, b) => a.localeCompare(b)).at(-1)
    if (newest === undefined) return 0
    const { size } = await stat(join(folder, newest))
    return Number.parseInt(newest, 10) + Math.max(0, size - SEGMENT_HEADER_BYTES)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
