import type { JournalRecord } from '../journal/index.ts'
import { type Logger, messageOf } from '../kernel/index.ts'
import { type CallRecord, decodeEntry, encodeEntry, entryKind } from '../record/index.ts'
import type { CallJournal } from './call-log.ts'

/** Calls that an earlier process opened and, since it was killed, never closed. */
export interface LostCalls {
  /**
   * Reads what the earlier process left, from the newest whole preamble on. To be given to the
   * journal as `onRecovered`.
   */
  collect(entries: AsyncIterable<JournalRecord>): Promise<void>
  /**
   * The `open` entries of those not closed yet. They belong into the journal's preamble, so that
   * nothing is forgotten when this process is killed too before `close` is through.
   */
  openEntries(): readonly Uint8Array[]
  /**
   * Closes each with the outcome `lost`, once. Returns how many; when the journal refuses, the
   * rest waits for the next start.
   */
  close(journal: CallJournal, logger: Logger): number
}

/** Creates the recovery of one start; empty until `collect`. */
export function createLostCalls(): LostCalls {
  return new JournalLostCalls()
}

const MESSAGE = 'the relay was stopped by force while the call was under way; its end is not known'

interface LostCall {
  readonly entry: Uint8Array
  readonly record: CallRecord
}

class JournalLostCalls implements LostCalls {
  readonly #calls = new Map<string, LostCall>()

  async collect(entries: AsyncIterable<JournalRecord>): Promise<void> {
    const closed = new Set<string>()
    for await (const { bytes } of entries) {
      const kind = entryKind(bytes)
      if (kind !== 'open' && kind !== 'close') continue
      const entry = decodeEntry(bytes)
      if (entry.kind === 'document') continue
      const id = entry.record.request_id
      if (id === undefined) continue
      if (entry.kind === 'close') {
        closed.add(id)
        this.#calls.delete(id)
      } else if (!closed.has(id)) {
        // the reader may reuse its memory
        this.#calls.set(id, { entry: Uint8Array.from(bytes), record: entry.record })
      }
    }
  }

  openEntries(): readonly Uint8Array[] {
    return Array.from(this.#calls.values(), ({ entry }) => entry)
  }

  close(journal: CallJournal, logger: Logger): number {
    let closed = 0
    for (const [id, { record }] of this.#calls) {
      try {
        journal.write(lostEntry(record), { reserve: true })
      } catch (error) {
        logger.error(
          { waiting: this.#calls.size, error: messageOf(error) },
          'lost calls not closed',
        )
        return closed
      }
      this.#calls.delete(id)
      closed++
    }
    if (closed > 0) logger.warn({ calls: closed }, 'lost calls closed')
    return closed
  }
}

function lostEntry(record: CallRecord): Uint8Array {
  const lost: CallRecord = {
    ...record,
    outcome: 'lost',
    error_type: 'relay_crash',
    error_message: MESSAGE,
    body_status: 'off',
    cost_status: 'none',
  }
  return encodeEntry('close', JSON.stringify(lost))
}
