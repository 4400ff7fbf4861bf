import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type RejectedEntry, type TextRow, textRows } from '../../store/index.ts'
import { Follower } from './follower.ts'
import { makePipeline } from './make-pipeline.ts'
import type { ThreadSettings } from './thread-settings.ts'

/** What the thread is started with: `positions` are where reading begins, per journal. */
export interface PrepareSettings extends ThreadSettings {
  readonly positions: readonly number[]
}

/** A batch made ready for the text store. */
export interface PreparedBatch {
  /** Index of the journal in the settings. */
  readonly journal: number
  readonly rows: readonly TextRow[]
  readonly rejected: readonly RejectedEntry[]
  readonly next: number
}

/** Bytes of journal entries in a batch. */
const BATCH_BYTES = 4 << 20
/** Batches that may wait for the text store, which takes all of them at once; then reading stops. */
const BATCHES_AHEAD = 3
/** Pause after a look that found nothing, and least time from one batch to the next. */
const IDLE_MS = 25

const settings = workerData as PrepareSettings
const port = parentPort!
const bodies = settings.config.store.text
let ahead = 0
let wake = () => {}

port.on('message', () => {
  ahead--
  wake()
})

async function room(): Promise<void> {
  while (ahead >= BATCHES_AHEAD) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
}

/** Reads one batch of a journal and hands it on. Returns the bytes read. */
async function prepare(follower: Follower, journal: number): Promise<number> {
  await room()
  const batch = await follower.next(BATCH_BYTES)
  if (batch === undefined) return 0
  const rows = textRows(batch.entries, bodies)
  ahead++
  const { rejected, next } = batch
  const words = rows[0]?.words.buffer
  const transfer = words instanceof ArrayBuffer ? [words] : []
  port.postMessage({ journal, rows, rejected, next } satisfies PreparedBatch, transfer)
  return batch.bytes
}

const pipeline = makePipeline(settings.config)
const followers = settings.journals.map(
  (journal, index) => new Follower(journal, settings.positions[index] ?? 0, pipeline),
)

for (;;) {
  let most = 0
  for (const [journal, follower] of followers.entries()) {
    most = Math.max(most, await prepare(follower, journal))
  }
  if (most < BATCH_BYTES / 2) await sleep(IDLE_MS)
}
