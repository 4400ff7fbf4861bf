import { AppError, type Logger, messageOf } from '../kernel/index.ts'
import { FRAME_HEADER_BYTES, MAX_RECORD_BYTES } from './frame.ts'
import type { Shelf } from './shelf.ts'
import type { Unsynced } from './unsynced.ts'

/** How much more than the size limit entries written with `reserve` may use. */
const RESERVE_SHARE = 0.05

export interface AdmissionLimits {
  /** Size of all segments. */
  readonly maxBytes: number
  /** Bytes that may be unsynced. */
  readonly memoryBytes: number
  readonly logger: Logger
}

/** Decides whether there is room for an entry. */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #shelf: Shelf
  readonly #unsynced: Unsynced
  #full: boolean = false

  constructor(limits: AdmissionLimits, shelf: Shelf, unsynced: Unsynced) {
    this.#limits = limits
    this.#shelf = shelf
    this.#unsynced = unsynced
  }

  /** Whether an entry was refused for the size limit, and nothing was deleted since. */
  get full(): boolean {
    return this.#full
  }

  /** Is told that segments were deleted. */
  roomWasMade(): void {
    this.#full = false
  }

  /**
   * Passes an entry of `entryBytes` for a journal whose segments take `bytes`. `failure` is why
   * the disk refuses, when it does.
   *
   * @throws AppError JOURNAL_RECORD_TOO_LARGE, JOURNAL_FULL, JOURNAL_UNAVAILABLE
   */
  demand(entryBytes: number, bytes: number, reserve: boolean, failure: unknown): void {
    const { maxBytes, memoryBytes } = this.#limits
    const frameBytes = entryBytes + FRAME_HEADER_BYTES
    if (entryBytes > MAX_RECORD_BYTES || frameBytes > memoryBytes) {
      const largestBytes = Math.min(MAX_RECORD_BYTES, memoryBytes - FRAME_HEADER_BYTES)
      throw new AppError('JOURNAL_RECORD_TOO_LARGE', { bytes: entryBytes, largestBytes })
    }
    if (bytes + frameBytes > (reserve ? maxBytes * (1 + RESERVE_SHARE) : maxBytes)) {
      throw this.#refuseFull(bytes)
    }
    const unsyncedBytes = this.#unsynced.bytes
    if (unsyncedBytes + frameBytes > memoryBytes) {
      const reason = messageOf(failure ?? 'the disk is too slow')
      throw new AppError('JOURNAL_UNAVAILABLE', { reason, unsyncedBytes, memoryBytes }, failure)
    }
  }

  #refuseFull(bytes: number): AppError {
    const slowest = this.#shelf.slowest
    const details = {
      bytes,
      limitBytes: this.#limits.maxBytes,
      slowestReader: slowest?.name,
      lagBytes: Math.max(0, this.#unsynced.end - (slowest?.position ?? 0)),
    }
    if (!this.#full) this.#limits.logger.error(details, 'journal is full, records are refused')
    this.#full = true
    return new AppError('JOURNAL_FULL', details)
  }
}
