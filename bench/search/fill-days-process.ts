import { createPriceBook } from '../../src/accounts/index.ts'
import { systemClock } from '../../src/kernel/index.ts'
import { createPipeline } from '../../src/pipeline/index.ts'
import { encodeEntry, type IncomingDocument, type StoredRecord } from '../../src/record/index.ts'
import {
  type BatchEntry,
  ColumnStore,
  ColumnsWriter,
  copySorted,
  type JournalId,
  replaceColumns,
  TextWriter,
  textRows,
} from '../../src/store/index.ts'
import { Documents, indexAt, requestId } from './documents.ts'
import type { FilledDay, FillTask } from './fill-task.ts'
import { numbersOf, timeOf } from './span.ts'

// Fills days of a store of its own through the pipeline and the store's writers, seals them and
// prints a line of JSON for each.

/** Records of a transaction. */
const BATCH = 8_000
const MEMORY_MB = 512

const task = JSON.parse(process.argv[2] ?? '') as FillTask
const documents = new Documents(task.sizes)
const prices = createPriceBook({}, systemClock)
const pipeline = createPipeline({
  latencyBucketsMs: [50, 100, 200],
  priceOf: (...values) => prices.costNanoUsd(...values),
})
const store = await ColumnStore.open({ folder: task.folder, memoryMb: MEMORY_MB, threads: 1 })
const columns = await ColumnsWriter.open(store)
const texts = new TextWriter(task.folder)
for (const day of task.days) process.stdout.write(`${JSON.stringify(await fill(day))}\n`)
columns.close()
texts.close()
await store.close()

async function fill(day: string): Promise<FilledDay> {
  const { start, end } = numbersOf(task.span, day)
  for (let first = start; first < end; first += BATCH) {
    await write(task.journal, batch(first, Math.min(end, first + BATCH)))
  }
  const textRecords = lastOf(texts.seal(day))
  const sealed = await copySorted(store, day)
  if (textRecords !== end - start || sealed.rows !== end - start) {
    throw new Error(`${day}: ${end - start} records made ${textRecords} and ${sealed.rows}`)
  }
  await replaceColumns(store, day, sealed)
  return { day, ...sealed }
}

function batch(start: number, end: number): readonly BatchEntry[] {
  return Array.from({ length: end - start }, (_, place) => {
    const number = start + place
    return { position: number, next: number + 1, stored: stored(number) }
  })
}

function stored(number: number): StoredRecord {
  const timeMs = timeOf(task.span, number)
  const document: IncomingDocument = {
    index: indexAt(timeMs),
    id: requestId(number),
    received_ms: timeMs,
    source: JSON.parse(documents.json(number, timeMs)),
  }
  const outcome = pipeline(encodeEntry('document', JSON.stringify(document)))
  if (outcome.kind !== 'store') throw new Error(`record ${number} was not stored: ${outcome.kind}`)
  return outcome.stored
}

async function write(journal: JournalId, entries: readonly BatchEntry[]): Promise<void> {
  texts.apply(journal, textRows(entries, true))
  await columns.apply(journal, entries)
}

function lastOf(steps: Generator<unknown, number>): number {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
