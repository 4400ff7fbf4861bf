import type { Ingest } from './bulk.ts'
import { Documents } from './documents.ts'
import { type Filling, fillStore } from './fill-store.ts'
import { keptSizes, noteFilled } from './kept-data.ts'
import { measureQueries, type QueryTimings } from './measure-queries.ts'
import { measureRelay, type RelayState } from './measure-relay.ts'
import { DAYS, FIRST_NUMBERS, foldersOf, type Plan, quietDayMs } from './plan.ts'
import { type Product, peakMegabytes, startProduct, storeBytes } from './product.ts'
import { QUERIES } from './queries.ts'
import { loadInto, prepareBodies, prepareRequests } from './requests.ts'
import { say } from './say.ts'
import { type Span, spansOf } from './span.ts'
import { Writer, type Written } from './writer.ts'

/** How the records got into the product, and what they take on disk there. */
export interface Loading {
  readonly filling: Filling
  readonly sealedBytesPerRecord: number
  readonly bulk: Ingest
  /** With the newest days, which are not sealed. */
  readonly bytesPerRecord: number
}

/** What was measured of the product with all records. */
export interface ProductResults {
  /** Undefined when the data are those of an earlier run. */
  readonly loading: Loading | undefined
  /** Of records which all have bodies; undefined with data of an earlier run, which stay as they are. */
  readonly bodies: Ingest | undefined
  readonly timings: readonly QueryTimings[]
  readonly written: Written
  readonly relay: readonly RelayState[]
  /** Largest memory of the log process, megabytes. */
  readonly peakMegabytes: number
}

/** Measures the product with all records: what the targets are for. */
export async function measureProduct(plan: Plan): Promise<ProductResults> {
  const { sizes } = plan
  const folder = foldersOf(plan).all
  const kept = keptSizes(folder, sizes) !== undefined
  const spans = spansOf(sizes.records, DAYS, Date.now())
  say(kept ? 'all records are there from an earlier run' : `filling ${spans.filled.count} records`)
  const filling = kept ? undefined : await fillStore(folder, spans.filled, sizes)
  const sealedBytesPerRecord = storeBytes(folder) / spans.filled.count
  const product = await startProduct(folder)
  const loading = filling && {
    filling,
    sealedBytesPerRecord,
    ...(await loadNewest(plan, product, { ...spans.bulk, toMs: Date.now() })),
  }
  noteFilled(folder, sizes)
  const { timings, written } = await measureSearches(plan, product)
  say('relay')
  const relay = await measureRelay(product, sizes, FIRST_NUMBERS.relay, plan.relay)
  const bodies = loading && (await loadBodies(plan, product.searchUrl))
  const peak = peakMegabytes(product.logPid)
  await product.stop()
  return { loading, bodies, timings, written, relay, peakMegabytes: peak }
}

async function loadNewest(plan: Plan, { searchUrl, data }: Product, newest: Span) {
  const requests = prepareRequests(plan, new Documents(plan.sizes), newest)
  const bulk = await loadInto(searchUrl, requests)
  return { bulk, bytesPerRecord: storeBytes(data) / (newest.first + newest.count) }
}

async function loadBodies(plan: Plan, url: string): Promise<Ingest> {
  return loadInto(url, prepareBodies(plan, Date.now()))
}

async function measureSearches(plan: Plan, { searchUrl }: Product) {
  say('searches')
  const engine = { name: 'Bellwether', url: searchUrl }
  const writer = await Writer.start([searchUrl], plan.sizes, FIRST_NUMBERS.written)
  const context = { sizes: plan.sizes, dayMs: quietDayMs(Date.now()) }
  const timings = await measureQueries([engine], QUERIES, context, plan.runs)
  return { timings, written: await writer.stop() }
}
