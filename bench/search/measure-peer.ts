import { batchesOf, type Ingest, sendAll } from './bulk.ts'
import { type Comparison, compareAnswers } from './compare-answers.ts'
import { Documents, type Sizes } from './documents.ts'
import { fillStore } from './fill-store.ts'
import { keptSizes, noteFilled } from './kept-data.ts'
import { type Engine, measureQueries, type QueryTimings } from './measure-queries.ts'
import {
  finishLoading,
  type Peer,
  peerBytes,
  prepareIndices,
  removeIndices,
  startPeer,
  stopPeer,
} from './peer.ts'
import { DAYS, FIRST_NUMBERS, foldersOf, type PeerPlan, type Plan, quietDayMs } from './plan.ts'
import { type Product, peakMegabytes, startProduct, storeBytes } from './product.ts'
import { QUERIES } from './queries.ts'
import { loadInto, prepareBodies, prepareRequests } from './requests.ts'
import { say } from './say.ts'
import { type Span, spansOf } from './span.ts'
import { Writer, type Written } from './writer.ts'

/** The same of the product and of its peer. */
export interface Pair<T> {
  readonly own: T
  readonly peer: T
}

/** How both took the same requests, and what the records take on disk. */
export interface LoadedBoth {
  readonly bulk: Pair<Ingest>
  readonly bytesPerRecord: Pair<number>
}

/** What was measured of both with the same records. */
export interface PeerResults {
  readonly version: string
  readonly heapGb: number
  readonly sizes: Sizes
  /** Undefined when the data are those of an earlier run. */
  readonly loaded: LoadedBoth | undefined
  /** Of records which all have bodies; undefined with data of an earlier run, which stay as they are. */
  readonly bodies: Pair<Ingest> | undefined
  readonly comparisons: readonly Comparison[]
  /** The product, the peer, and the peer with its cache of answers. */
  readonly timings: readonly QueryTimings[]
  readonly written: Written
  readonly peakMegabytes: Pair<number>
}

/** Measures the product beside Elasticsearch with the same records, in turn. */
export async function measurePeer(plan: Plan, peerPlan: PeerPlan): Promise<PeerResults> {
  const folders = foldersOf(plan)
  const wanted = peerPlan.records === undefined ? undefined : partOf(plan.sizes, peerPlan.records)
  const kept = keptSizes(folders.peer, wanted)
  const isKept = keptSizes(folders.some, kept) !== undefined
  if (isKept !== (kept !== undefined)) {
    throw new Error(`of ${folders.some} and ${folders.peer} only one is there: remove it`)
  }
  say('starting Elasticsearch')
  const { port, heapGb } = peerPlan
  const peer = await startPeer(folders.peer, port, heapGb)
  const sizes = kept ?? wanted ?? partOf(plan.sizes, await recordsInTime(peer, peerPlan))
  const own = { ...plan, sizes }
  const { product, loaded } =
    kept === undefined
      ? await load(own, peer)
      : { product: await startProduct(folders.some), loaded: undefined }
  const searched = await measureSearches(own, product, peer)
  const bodies = loaded && (await loadBodies(own, product, peer))
  const peaks = { own: peakMegabytes(product.logPid), peer: peakMegabytes(peer.pid) }
  await product.stop()
  stopPeer()
  const { version } = peer
  return { version, heapGb, sizes, loaded, bodies, ...searched, peakMegabytes: peaks }
}

function partOf({ records, bodies }: Sizes, wanted: number): Sizes {
  const part = Math.min(records, wanted)
  return { records: part, bodies: Math.round((bodies * part) / records) }
}

const CALIBRATION = 100_000
const ROUND = 100_000

/** How many records go in within the time that loading may take. */
async function recordsInTime(peer: Peer, { loadingSeconds }: PeerPlan): Promise<number> {
  const toMs = Date.now()
  const first = FIRST_NUMBERS.calibration
  const span = { first, count: CALIBRATION, fromMs: toMs - DAYS * 86_400_000, toMs }
  const documents = new Documents({ records: CALIBRATION, bodies: CALIBRATION / 15 })
  await prepareIndices(peer)
  const batches = batchesOf(documents, span)
  const half = Math.floor(batches.length / 2)
  await sendAll(peer.url, batches.slice(0, half))
  const startMs = performance.now()
  await sendAll(peer.url, batches.slice(half))
  const perSecond = CALIBRATION / 2 / ((performance.now() - startMs) / 1000)
  await removeIndices(peer)
  say(`Elasticsearch takes ${Math.round(perSecond)} records/s`)
  return Math.max(ROUND, Math.floor((perSecond * loadingSeconds) / ROUND) * ROUND)
}

/** Loads both and starts the product. */
async function load(
  plan: Plan,
  peer: Peer,
): Promise<{ readonly product: Product; readonly loaded: LoadedBoth }> {
  const { sizes } = plan
  const folders = foldersOf(plan)
  const spans = spansOf(sizes.records, DAYS, Date.now())
  say(`filling both with ${spans.filled.count} records`)
  await prepareIndices(peer)
  await sendAll(peer.url, batchesOf(new Documents(sizes), spans.filled))
  await fillStore(folders.some, spans.filled, sizes)
  const product = await startProduct(folders.some)
  const loaded = await loadBoth(plan, product, peer, { ...spans.bulk, toMs: Date.now() })
  await finishLoading(peer)
  for (const folder of [folders.some, folders.peer]) noteFilled(folder, sizes)
  return { product, loaded }
}

async function loadBoth(
  plan: Plan,
  product: Product,
  peer: Peer,
  newest: Span,
): Promise<LoadedBoth> {
  const requests = prepareRequests(plan, new Documents(plan.sizes), newest)
  const bulk = await loadIntoBoth(requests, product, peer)
  const all = newest.first + newest.count
  const bytes = { own: storeBytes(product.data), peer: await peerBytes(peer) }
  return { bulk, bytesPerRecord: { own: bytes.own / all, peer: bytes.peer / all } }
}

async function loadBodies(plan: Plan, product: Product, peer: Peer): Promise<Pair<Ingest>> {
  await prepareIndices(peer)
  return loadIntoBoth(prepareBodies(plan, Date.now()), product, peer)
}

async function loadIntoBoth(
  requests: ReturnType<typeof prepareRequests>,
  product: Product,
  peer: Peer,
): Promise<Pair<Ingest>> {
  return {
    own: await loadInto(product.searchUrl, requests),
    peer: await loadInto(peer.url, requests, true),
  }
}

async function measureSearches(plan: Plan, product: Product, peer: Peer) {
  const own: Engine = { name: 'Bellwether', url: product.searchUrl }
  const other: Engine = { name: 'peer', url: peer.url, parameters: '?request_cache=false' }
  const cached: Engine = { name: 'peer, cache of answers', url: peer.url }
  const context = { sizes: plan.sizes, dayMs: quietDayMs(Date.now()) }
  say('comparing answers')
  const comparisons = await compareAnswers([own, other], QUERIES, context)
  say('searches, in turn')
  const urls = [own.url, other.url]
  const writer = await Writer.start(urls, plan.sizes, FIRST_NUMBERS.written)
  const timings = await measureQueries([own, other, cached], QUERIES, context, plan.runs)
  return { comparisons, timings, written: await writer.stop() }
}
