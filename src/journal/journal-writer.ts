import { setTimeout as delay } from 'node:timers/promises'
import { AppError, type FolderLock } from '../kernel/index.ts'
import { Admission } from './admission.ts'
import { encodeFrame } from './frame.ts'
import type { Journal, JournalOptions, JournalStatus } from './journal.ts'
import { trimQuarantine } from './quarantine.ts'
import { SEGMENT_HEADER_BYTES } from './segment.ts'
import { type ChainStart, SegmentChain } from './segment-chain.ts'
import { type SealedSegment, Shelf } from './shelf.ts'
import { Unsynced } from './unsynced.ts'

/** How much of the size limit segments in quarantine may use beside it. */
const QUARANTINE_SHARE = 0.1
const RETRY_MS = 500
const RETENTION_MS = 500

/**
 * `write`: what was written is good, a frame could not be added. `sync`: nothing behind the durable
 * position is to be trusted, as the kernel reports a failed write-back once and then forgets it.
 */
interface Failure {
  readonly kind: 'write' | 'sync'
  readonly error: unknown
}

export class JournalWriter implements Journal {
  readonly #options: JournalOptions
  readonly #lock: FolderLock
  readonly #shelf: Shelf
  readonly #chain: SegmentChain
  readonly #unsynced: Unsynced
  readonly #admission: Admission
  #rotateAtBytes: number
  /** Base of the newest segment whose preamble is on disk. From there on all are needed. */
  #keepFrom = 0
  #preamble: { readonly base: number; readonly end: number } | undefined
  #failure: Failure | undefined
  #recovery: Promise<void> | undefined
  #syncing: Promise<void> | undefined
  #syncTimer: NodeJS.Timeout | undefined
  #groupSinceMs: number | undefined
  #retentionTimer: NodeJS.Timeout | undefined
  #retention: Promise<void> | undefined
  #quarantined = 0
  readonly #closing = new AbortController()
  #closed: Promise<void> | undefined

  constructor(
    options: JournalOptions,
    lock: FolderLock,
    start: ChainStart,
    sealed: readonly SealedSegment[],
  ) {
    this.#options = options
    this.#lock = lock
    this.#shelf = new Shelf(options, sealed)
    this.#chain = new SegmentChain(options, start, this.#shelf)
    this.#unsynced = new Unsynced(start.base)
    this.#admission = new Admission(options, this.#shelf, this.#unsynced)
    this.#rotateAtBytes = options.segmentBytes
  }

  /** Begins the first segment. `recoveredFrom` is where the entries begin that must be kept. */
  async start(recoveredFrom: number): Promise<void> {
    this.#keepFrom = recoveredFrom
    this.#begin((error) => this.#fail({ kind: 'write', error }))
    if (this.#failure === undefined) await this.#syncGroup()
    await this.#retain()
    this.#retentionTimer = setInterval(() => void this.#retain(), RETENTION_MS).unref()
  }

  write(entry: Uint8Array, { reserve = false }: { readonly reserve?: boolean } = {}): number {
    if (this.#closed !== undefined) throw new AppError('JOURNAL_CLOSED')
    this.#admission.demand(entry.byteLength, this.#bytes, reserve, this.#failure?.error)
    this.#rotateWhenDue()
    const position = this.#unsynced.end
    this.#take(encodeFrame(entry, position))
    this.#scheduleSync()
    return position
  }

  async append(entry: Uint8Array): Promise<number> {
    const position = this.write(entry)
    await this.#unsynced.wait()
    return position
  }

  sync(): Promise<void> {
    const done = this.#unsynced.wait()
    if (this.#syncing === undefined) this.#syncNow()
    else void this.#syncing.then(() => this.#syncNow())
    return done
  }

  status(): JournalStatus {
    return {
      end: this.#unsynced.end,
      durable: this.#unsynced.durable,
      unsyncedBytes: this.#unsynced.bytes,
      bytes: this.#bytes,
      segments: this.#shelf.count + 1,
      quarantined: this.#quarantined,
      state: this.#failure === undefined ? (this.#admission.full ? 'full' : 'ok') : 'degraded',
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  get #bytes(): number {
    return this.#shelf.bytes + SEGMENT_HEADER_BYTES + this.#unsynced.end - this.#chain.base
  }

  #take(frame: Buffer): void {
    this.#unsynced.push(frame)
    if (this.#failure !== undefined) return
    try {
      this.#chain.write(frame)
    } catch (error) {
      this.#fail({ kind: 'write', error })
    }
  }

  #rotateWhenDue(): void {
    const { segmentBytes, logger } = this.#options
    const bytes = this.#chain.end - this.#chain.base
    if (this.#failure !== undefined || bytes === 0 || bytes < this.#rotateAtBytes) return
    this.#rotateAtBytes = segmentBytes
    this.#begin((error) => {
      // Too many open files, a full disk: the present segment may well take more
      this.#rotateAtBytes = bytes + segmentBytes / 16
      logger.warn({ err: error }, 'journal segment not rotated')
    })
    void this.#retain()
  }

  /** Begins a segment with its preamble; where it cannot be created, only tells `failed`. */
  #begin(failed: (error: unknown) => void): void {
    const base = this.#unsynced.end
    const frames: Buffer[] = []
    let end = base
    for (const entry of this.#options.preamble?.() ?? []) {
      const frame = encodeFrame(entry, end)
      frames.push(frame)
      end += frame.byteLength
    }
    try {
      this.#chain.begin(base, end)
    } catch (error) {
      failed(error)
      if (this.#failure === undefined) return
    }
    this.#preamble = { base, end }
    for (const frame of frames) this.#take(frame)
  }

  #scheduleSync(): void {
    if (this.#unsynced.bytes === 0 || this.#failure !== undefined) return
    if (this.#groupSinceMs === undefined) this.#groupSinceMs = this.#options.clock.monotonicMs()
    if (this.#syncing !== undefined || this.#syncTimer !== undefined) return
    const waitedMs = this.#options.clock.monotonicMs() - this.#groupSinceMs
    const waitMs = Math.max(0, this.#options.syncMs - waitedMs)
    this.#syncTimer = setTimeout(() => this.#syncNow(), waitMs)
  }

  #syncNow(): void {
    if (this.#syncing !== undefined || this.#failure !== undefined) return
    void this.#syncGroup()
  }

  /** Syncs what was written so far. Never rejects: a failure begins the recovery. */
  #syncGroup(): Promise<void> {
    clearTimeout(this.#syncTimer)
    this.#syncTimer = undefined
    this.#groupSinceMs = undefined
    const end = this.#chain.end
    this.#syncing = this.#chain
      .sync()
      .then(
        () => this.#settle(end),
        (error: unknown) => this.#fail({ kind: 'sync', error }),
      )
      .finally(() => {
        this.#syncing = undefined
        this.#scheduleSync()
      })
    return this.#syncing
  }

  #settle(durable: number): void {
    this.#unsynced.settle(durable)
    if (this.#preamble === undefined || durable < this.#preamble.end) return
    this.#keepFrom = this.#preamble.base
    this.#preamble = undefined
  }

  #fail(failure: Failure): void {
    const { error } = failure
    this.#options.logger.error({ err: error, kind: failure.kind }, 'journal cannot be written')
    if (this.#failure?.kind !== 'sync') this.#failure = failure
    this.#recovery ??= this.#recover().finally(() => {
      this.#recovery = undefined
    })
  }

  async #recover(): Promise<void> {
    for (;;) {
      await this.#syncing
      if (await this.#rewrite()) return
      if (this.#closing.signal.aborted) return
      await delay(RETRY_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    }
  }

  /** Tries once to get all frames on disk by way of a new segment; tells whether that worked. */
  async #rewrite(): Promise<boolean> {
    try {
      if (this.#failure?.kind === 'write') await this.#syncWritten()
      const { durable, end, frames } = this.#unsynced
      await this.#chain.replaceFrom(durable, [...frames])
      if (this.#preamble !== undefined && this.#preamble.base >= durable) this.#preamble = undefined
      this.#settle(end)
      for (const frame of this.#unsynced.frames) this.#chain.write(frame)
    } catch (error) {
      this.#failure = { kind: this.#failure?.kind ?? 'sync', error }
      return false
    }
    this.#failure = undefined
    // The new segment has no preamble; the one after it brings it
    this.#rotateAtBytes = 0
    this.#options.logger.info({ end: this.#unsynced.end }, 'journal is written again')
    this.#scheduleSync()
    return true
  }

  async #syncWritten(): Promise<void> {
    const { end } = this.#chain
    try {
      await this.#chain.sync()
      this.#settle(end)
    } catch (error) {
      this.#failure = { kind: 'sync', error }
    }
  }

  #retain(): Promise<void> {
    this.#retention ??= this.#makeRoom()
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'journal retention'))
      .finally(() => {
        this.#retention = undefined
      })
    return this.#retention
  }

  async #makeRoom(): Promise<void> {
    const { folder, maxBytes } = this.#options
    const freed = await this.#shelf.retain(this.#keepFrom)
    this.#quarantined = await trimQuarantine(folder, maxBytes * QUARANTINE_SHARE)
    if (freed > 0) this.#admission.roomWasMade()
    const done = (this.#shelf.slowest?.position ?? 0) >= this.#unsynced.end
    // A full journal takes no entry that would rotate it: what all have read would stay for ever
    if (this.#admission.full && done && this.#closed === undefined) {
      this.#rotateAtBytes = 0
      this.#rotateWhenDue()
      this.#syncNow()
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#retentionTimer)
    this.#closing.abort()
    await this.#retention
    await this.#recovery
    if (this.#failure === undefined) await this.#syncing
    if (this.#failure === undefined && this.#unsynced.bytes > 0) await this.#syncGroup()
    await this.#recovery
    if (this.#failure !== undefined) await this.#rewrite()
    clearTimeout(this.#syncTimer)
    await this.#syncing
    const lostBytes = this.#unsynced.bytes
    const failure = new AppError('JOURNAL_UNAVAILABLE', { lostBytes }, this.#failure?.error)
    this.#unsynced.abandon(failure)
    this.#chain.close()
    this.#lock.release()
    if (lostBytes > 0) throw failure
  }
}
