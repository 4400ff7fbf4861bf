import { type Row, section } from '../relay/table.ts'
import type { Ingest } from './bulk.ts'
import type { LoadedBoth, Pair, PeerResults } from './measure-peer.ts'
import type { QueryTimings, Timing } from './measure-queries.ts'
import type { Plan } from './plan.ts'
import { BODIES_NAME, count, inWords, met, one, rates, writtenNote } from './report.ts'

/** How many times better than Elasticsearch. */
const WANTED = { ingest: 5, bytes: 5, query: 3 } as const

/** The product beside Elasticsearch, as ratios. */
export function peerLines(results: PeerResults, { sizes }: Plan): string[] {
  const { version, heapGb, timings, written } = results
  const differing = results.comparisons.filter(({ difference }) => difference !== undefined)
  const notes = [
    `Elasticsearch ${version}, heap ${heapGb} GB, one shard and no replica a day, not force-merged, both asked in turn ${writtenNote(written)}`,
    ...(results.sizes.records < sizes.records
      ? [
          `Both hold the part that Elasticsearch takes in its time, ${inWords(results.sizes)}; nothing is scaled.`,
        ]
      : []),
    'Ratio of the medians, Elasticsearch without its cache of answers; the last column is with it: the same question again, nothing new in most days.',
  ]
  const same = `${results.comparisons.length - differing.length} of ${results.comparisons.length} queries were answered alike by both before (totals, counts, sums; percentiles within 5 %).`
  return [
    ...section(
      `Beside Elasticsearch, ${inWords(results.sizes)}`,
      notes,
      [
        'query',
        'Bellwether p50 / p95 ms',
        'Elasticsearch p50 / p95 ms',
        'times faster',
        'wanted',
        'met',
        'Elasticsearch, cached',
      ],
      timings.map(timingRow),
    ),
    ...section('Beside Elasticsearch, in and on disk', [], RATIO_COLUMNS, ratioRows(results)),
    '',
    same,
    ...differing.flatMap(({ name, difference }) => ['', `- ${name}: ${difference}`]),
  ]
}

function timingRow({ query, timings: [own, peer, cached] }: QueryTimings): Row {
  const ratio =
    own?.kind === 'measured' && peer?.kind === 'measured' ? peer.p50 / own.p50 : undefined
  return [
    query.name,
    both(own),
    both(peer),
    ratio === undefined ? '-' : `${ratio.toFixed(1)} x`,
    `${WANTED.query} x`,
    met(ratio !== undefined && ratio >= WANTED.query),
    both(cached),
  ]
}

function both(timing: Timing | undefined): string {
  if (timing === undefined) return '-'
  if (timing.kind === 'refused') return timing.reason
  return `${one(timing.p50)} / ${one(timing.p95)}`
}

const RATIO_COLUMNS = ['line', 'Bellwether', 'Elasticsearch', 'times better', 'wanted', 'met']

function ratioRows({ loaded, bodies, peakMegabytes }: PeerResults): Row[] {
  const { own, peer } = peakMegabytes
  const memory = ['largest memory of the process, MB', count(own), count(peer)]
  return [
    ...(loaded === undefined ? [] : loadedRows(loaded)),
    ...(bodies === undefined ? [] : ingestRows(BODIES_NAME, bodies)),
    [...memory, ...verdict(peer / own, undefined)],
  ]
}

function loadedRows({ bulk, bytesPerRecord: { own, peer } }: LoadedBoth): Row[] {
  return [
    ...ingestRows('`_bulk`', bulk),
    ['bytes per record', count(own), count(peer), ...verdict(peer / own, WANTED.bytes)],
  ]
}

function ingestRows(name: string, { own, peer }: Pair<Ingest>): Row[] {
  const [a, b] = [rates(own), rates(peer)]
  return [
    ratioRow(`${name}, records/s until on disk`, a.acknowledged, b.acknowledged, undefined),
    ratioRow(`${name}, records/s until found`, a.visible, b.visible, WANTED.ingest),
  ]
}

function ratioRow(name: string, own: number, peer: number, wanted: number | undefined): Row {
  return [name, count(own), count(peer), ...verdict(own / peer, wanted)]
}

function verdict(ratio: number, wanted: number | undefined): Row {
  const given = `${ratio.toFixed(1)} x`
  return wanted === undefined ? [given, '', ''] : [given, `${wanted} x`, met(ratio >= wanted)]
}
