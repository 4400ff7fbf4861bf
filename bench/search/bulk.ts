import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Documents, indexAt } from './documents.ts'
import { ask, countOf } from './elastic-http.ts'
import { type Span, timeOf } from './span.ts'

/** Documents of a request. */
const BATCH = 5_000

/** Requests under way at once. */
const REQUESTS = 2

/** How often a request is sent again that was refused because there is too much to do. */
const MOST_TRIES = 60
const PAUSE_MS = 500

const VISIBLE_WITHIN_MS = 1_800_000
const LOOK_MS = 100

/** What was written before can be found by then. */
const SETTLED_MS = 2_000

type Batch = () => string | Buffer

/** The body of a bulk request that creates documents with ids of the engine's choice. */
export function bulkBody(
  documents: Documents,
  numbers: Iterable<readonly [number, number]>,
): string {
  const lines: string[] = []
  for (const [number, timeMs] of numbers) {
    lines.push(`{"create":{"_index":"${indexAt(timeMs)}"}}`, documents.json(number, timeMs))
  }
  return `${lines.join('\n')}\n`
}

/** The bulk requests of a span, each made when it is asked for. */
export function batchesOf(documents: Documents, span: Span): readonly Batch[] {
  const end = span.first + span.count
  return Array.from({ length: Math.ceil(span.count / BATCH) }, (_, index) => () => {
    const start = span.first + index * BATCH
    const count = Math.min(BATCH, end - start)
    const numbers = Array.from({ length: count }, (_none, place) => start + place)
    return bulkBody(
      documents,
      numbers.map((number) => [number, timeOf(span, number)] as const),
    )
  })
}

/** The same requests in files, so that making them takes no time while they are sent. */
export function writeBatches(batches: readonly Batch[], folder: string): readonly Batch[] {
  return batches.map((batch, index) => {
    const file = join(folder, `${index}.ndjson`)
    writeFileSync(file, batch())
    return () => readFileSync(file)
  })
}

/** How fast documents went in. */
export interface Ingest {
  readonly records: number
  /** Until the last request was answered: the documents are on disk. */
  readonly acknowledgedSeconds: number
  /** Until a search found all of them. */
  readonly visibleSeconds: number
}

/**
 * Sends bulk requests and waits until all their documents can be found, while nobody else writes.
 * `refresh` makes them so where the engine does not by itself.
 *
 * @throws Error when a document is refused or the time is up
 */
export async function ingest(
  url: string,
  batches: readonly Batch[],
  records: number,
  refresh: boolean,
): Promise<Ingest> {
  const show = async () => {
    if (refresh) await ask(`${url}/_refresh`, { method: 'POST' })
  }
  await show()
  await sleep(SETTLED_MS)
  const expected = (await countOf(url)) + records
  const startMs = performance.now()
  await sendAll(url, batches)
  const acknowledgedSeconds = (performance.now() - startMs) / 1000
  await show()
  const untilMs = performance.now() + VISIBLE_WITHIN_MS
  while ((await countOf(url)) < expected) {
    if (performance.now() > untilMs) throw new Error(`${url} does not show all documents`)
    await sleep(LOOK_MS)
  }
  return { records, acknowledgedSeconds, visibleSeconds: (performance.now() - startMs) / 1000 }
}

/** Sends bulk requests, some at a time. */
export async function sendAll(url: string, batches: readonly Batch[]): Promise<void> {
  const waiting = batches.values()
  const send = async () => {
    for (const batch of waiting) await sendBulk(url, batch())
  }
  await Promise.all(Array.from({ length: REQUESTS }, send))
}

async function sendBulk(url: string, body: string | Buffer): Promise<void> {
  const path = `${url}/_bulk?filter_path=errors,items.*.error`
  for (let tries = 1; ; tries++) {
    const { status, text } = await ask(path, { method: 'POST', body, type: 'application/x-ndjson' })
    if (status === 200) {
      const { errors } = JSON.parse(text) as { errors: boolean }
      if (!errors) return
      throw new Error(`${url} refused documents: ${text.slice(0, 400)}`)
    }
    if (status !== 429 || tries === MOST_TRIES) {
      throw new Error(`${url} answered a bulk request with ${status}: ${text.slice(0, 400)}`)
    }
    await sleep(PAUSE_MS)
  }
}
