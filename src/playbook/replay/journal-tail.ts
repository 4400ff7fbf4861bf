import { setTimeout as sleep } from 'node:timers/promises'
import { type CallRecord, decodeEntry, entryKind } from '../../record/index.ts'

/** The relay's journal from the moment the replay began. */
export interface EntrySource {
  /** Entries written since the last call, in order; none when nothing is new. */
  read(): Promise<readonly Uint8Array[]>
  close(): Promise<void>
}

/** What the journal says of the replay's calls. */
export interface JournalView {
  /** Request ids that were opened. */
  readonly opened: ReadonlySet<string>
  /** Every close, in the order of the journal. */
  readonly closed: readonly CallRecord[]
}

const PAUSE_MS = 100

/** Follows the journal while the calls are made and keeps what belongs to one run. */
export class JournalTail {
  readonly #source: EntrySource
  readonly #tracePrefix: string
  readonly #opened = new Set<string>()
  readonly #closed: CallRecord[] = []
  readonly #following: Promise<void>
  #end: AbortController = new AbortController()

  constructor(source: EntrySource, run: string) {
    this.#source = source
    this.#tracePrefix = `${run}-`
    this.#following = this.#follow()
    // a failure is reported by `end`; until then it must not count as unhandled
    this.#following.catch(() => {})
  }

  get view(): JournalView {
    return { opened: this.#opened, closed: this.#closed }
  }

  /** Stops following once everything written so far was read. */
  async end(): Promise<void> {
    this.#end.abort()
    await this.#following
  }

  async #follow(): Promise<void> {
    try {
      for (;;) {
        const last = this.#end.signal.aborted
        const entries = await this.#source.read()
        for (const entry of entries) this.#take(entry)
        if (entries.length > 0) continue
        if (last) return
        await sleep(PAUSE_MS)
      }
    } finally {
      await this.#source.close()
    }
  }

  #take(bytes: Uint8Array): void {
    const kind = entryKind(bytes)
    if (kind !== 'open' && kind !== 'close') return
    const entry = decodeEntry(bytes)
    if (entry.kind === 'document') return
    const { request_id, trace_id } = entry.record
    if (request_id === undefined || trace_id?.startsWith(this.#tracePrefix) !== true) return
    if (entry.kind === 'open') this.#opened.add(request_id)
    else this.#closed.push(entry.record)
  }
}
