import type { BatchEntry, JournalId } from '../../store/index.ts'
import { Follower } from './follower.ts'
import { makePipeline } from './make-pipeline.ts'
import type { ThreadSettings } from './thread-settings.ts'

/** What is to be read of the journals once more. */
export interface ReplayRequest {
  readonly days: readonly string[]
  /** Per journal, in the order of the settings. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
}

const BATCH_BYTES = 4 << 20

/** Reads the journals again and gives the records of some days, as far as they are still there. */
export async function* replayed(
  settings: ThreadSettings,
  { days, ranges }: ReplayRequest,
): AsyncGenerator<{ readonly id: JournalId; readonly entries: readonly BatchEntry[] }> {
  const wanted = new Set(days)
  const pipeline = makePipeline(settings.config)
  for (const [index, journal] of settings.journals.entries()) {
    const { from, to } = ranges[index] ?? { from: 0, to: 0 }
    if (from >= to) continue
    const follower = new Follower(journal, from, pipeline)
    try {
      for (;;) {
        const batch = await follower.next(BATCH_BYTES, to)
        if (batch === undefined) break
        const entries = batch.entries.filter(({ stored }) => wanted.has(stored.day))
        if (entries.length > 0) yield { id: journal, entries }
      }
    } finally {
      await follower.close()
    }
  }
}
