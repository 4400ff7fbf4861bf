import { join } from 'node:path'
import type { Config } from '../kernel/index.ts'

const MIB = 2 ** 20

/** The journals of a data folder, one per writing process. Their order and names never change. */
export function journalFolders(data: string) {
  return { relay: join(data, 'journal', 'relay'), intake: join(data, 'journal', 'intake') }
}

const STORE_READERS = ['columns', 'text'] as const

/** Who follows the journals, by engine: nothing may be deleted that one of them has not read. */
const READERS = {
  embedded: STORE_READERS,
  elasticsearch: ['elasticsearch'],
  mirror: [...STORE_READERS, 'elasticsearch'],
} as const

/** A journal's settings as the configuration gives them, and who must have read a segment. */
export function journalLimits({ journal, search }: Config) {
  return {
    syncMs: journal.sync_ms,
    segmentBytes: journal.segment_mb * MIB,
    maxBytes: journal.max_gb * 1024 * MIB,
    memoryBytes: journal.memory_mb * MIB,
    readers: READERS[search.engine],
  }
}
