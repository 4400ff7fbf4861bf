import { mkdirSync, rmSync } from 'node:fs'
import { batchesOf, type Ingest, ingest, writeBatches } from './bulk.ts'
import { Documents } from './documents.ts'
import { FIRST_NUMBERS, foldersOf, type Plan } from './plan.ts'
import { say } from './say.ts'
import type { Span } from './span.ts'

/** Requests of documents in files. */
interface Requests {
  readonly records: number
  readonly batches: ReturnType<typeof writeBatches>
}

/** Makes the requests of documents, in the place of those made before. */
export function prepareRequests(plan: Plan, documents: Documents, span: Span): Requests {
  const folder = foldersOf(plan).batches
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  return { records: span.count, batches: writeBatches(batchesOf(documents, span), folder) }
}

/** The records with bodies are those of the last so many milliseconds. */
const BODIES_MS = 3_600_000

/** Makes the requests of documents that all have bodies, in the same way. */
export function prepareBodies(plan: Plan, toMs: number): Requests {
  const count = plan.bodyRecords
  const span = { first: FIRST_NUMBERS.bodies, count, fromMs: toMs - BODIES_MS, toMs }
  return prepareRequests(plan, new Documents({ records: count, bodies: count }), span)
}

/** Sends requests to an engine; `refresh` shows them where the engine does not by itself. */
export function loadInto(
  url: string,
  { records, batches }: Requests,
  refresh = false,
): Promise<Ingest> {
  say(`_bulk of ${records} records into ${url}`)
  return ingest(url, batches, records, refresh)
}
