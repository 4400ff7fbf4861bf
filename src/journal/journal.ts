import type { Clock, Logger } from '../kernel/index.ts'
import type { JournalRecord } from './segment-scan.ts'

export interface JournalOptions {
  readonly folder: string
  /** Longest wait between a write and the beginning of its group's sync, milliseconds. */
  readonly syncMs: number
  /** Size at which a segment is closed and the next begun. */
  readonly segmentBytes: number
  /** Size of all segments together at which writes are refused. */
  readonly maxBytes: number
  /** Bytes held in memory until the disk has confirmed them; beyond it writes are refused. */
  readonly memoryBytes: number
  /** Names of the cursors that must have passed a segment before it is deleted. */
  readonly readers: readonly string[]
  readonly clock: Clock
  readonly logger: Logger
  /**
   * Entries that each new segment begins with: those of an earlier segment without which a later
   * one cannot be understood.
   */
  readonly preamble?: () => readonly Uint8Array[]
  /**
   * Is given, once and before the first segment is begun, the entries from the newest whole
   * preamble on that an earlier writer left. What the preamble is made of must be known when this
   * resolves.
   */
  readonly onRecovered?: (entries: AsyncIterable<JournalRecord>) => Promise<void>
}

export interface JournalStatus {
  /** Position behind the last entry. */
  readonly end: number
  /** Position up to which everything is on disk. */
  readonly durable: number
  /** Bytes written or held in memory that are not yet known to be on disk. */
  readonly unsyncedBytes: number
  /** Size of all segments. */
  readonly bytes: number
  readonly segments: number
  /** Damaged segments that are kept for examination. */
  readonly quarantined: number
  /** `degraded`: the disk refuses, entries are held in memory. `full`: the size limit refuses. */
  readonly state: 'ok' | 'degraded' | 'full'
}

/** The one writer of a journal folder. */
export interface Journal {
  /**
   * Writes an entry, which then outlives this process, and lets it be synced with its group.
   * Returns its position. `reserve` may use the room that is kept back, beyond the size limit, for
   * entries that end what was begun before the limit was reached.
   *
   * @throws AppError JOURNAL_FULL, JOURNAL_UNAVAILABLE, JOURNAL_RECORD_TOO_LARGE, JOURNAL_CLOSED
   */
  write(entry: Uint8Array, options?: { readonly reserve?: boolean }): number
  /** Writes like `write` and resolves with the position once the entry is on disk. */
  append(entry: Uint8Array): Promise<number>
  /** Syncs at once and resolves when all that was written before is on disk. */
  sync(): Promise<void>
  status(): JournalStatus
  /**
   * Syncs and gives the folder free.
   *
   * @throws AppError JOURNAL_UNAVAILABLE when the disk did not take all entries; closed all the same
   */
  close(): Promise<void>
}
