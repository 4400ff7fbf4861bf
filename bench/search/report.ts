import { cpus, loadavg, release, totalmem } from 'node:os'
import { pair, type Row, section } from '../relay/table.ts'
import type { Ingest } from './bulk.ts'
import type { Sizes } from './documents.ts'
import type { Loading, ProductResults } from './measure-product.ts'
import type { Timing } from './measure-queries.ts'
import type { RelayState } from './measure-relay.ts'
import type { Plan } from './plan.ts'
import { PARALLEL } from './searchers.ts'
import type { Written } from './writer.ts'

const MIB = 2 ** 20

/** What is promised beside the times of queries. */
const TARGETS = { ingestPerSecond: 20_000, memoryMegabytes: 1_200, relayRatio: 1.1 } as const

export interface Machine {
  /** Where texts and sizes come from. */
  readonly source: string
  readonly loadBefore: number
}

/** The head of the results page. */
export function heading({ source, loadBefore }: Machine, { quick }: Plan): string[] {
  const [cpu] = cpus()
  const machine = `${cpus().length} x ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / MIB)} MiB`
  return [
    '# Search',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${machine}, Linux ${release()}, Node ${process.version}.`,
    `Load average before: ${loadBefore.toFixed(1)}; above 0.5 others used the cores too. At the end: ${loadavg().map(one).join(' ')}.`,
    `Texts and sizes of calls: ${source}.`,
    ...(quick ? ['**A quick run: it shows that the bench works, its numbers say little.**'] : []),
    'Made by `node bench/search.ts`; see there for its options.',
  ]
}

/** The product with all records: the speed that is promised. */
export function productLines(results: ProductResults, { sizes }: Plan): string[] {
  const { timings, loading, written } = results
  const rows = timings.map(({ query, timings: [timing] }) => timingRow(query, timing))
  return [
    ...section(
      `${inWords(sizes)}, over 30 days`,
      [`HTTP, warm, ${writtenNote(written)}`],
      ['query', 'p50 ms', 'p95 ms', 'target', 'met', 'first ms', 'found'],
      rows,
    ),
    ...section('In and on disk', loadingNotes(loading), IN_COLUMNS, inRows(results)),
    ...section('Relay', [RELAY_NOTE], RELAY_COLUMNS, relayRows(results.relay)),
  ]
}

function timingRow(query: { name: string; targetMs: number }, timing: Timing | undefined): Row {
  const target = `<= ${query.targetMs} ms`
  if (timing === undefined) return [query.name]
  if (timing.kind === 'refused')
    return [query.name, '-', '-', target, met(false), '-', timing.reason]
  const { p50, p95, firstMs, found } = timing
  return [query.name, one(p50), one(p95), target, met(p95 <= query.targetMs), one(firstMs), found]
}

/** How records came in while searches were measured. */
export function writtenNote({ perSecond, slowestMs, failed }: Written): string {
  return `while ${Math.round(perSecond)} records/s came in (slowest answer ${Math.round(slowestMs)} ms, ${failed} records refused).`
}

function loadingNotes(loading: Loading | undefined): string[] {
  if (loading === undefined) return ['The records are those of an earlier run: see its page.']
  const { records, seconds, processes } = loading.filling
  return [
    `${count(records)} records of past days were put in by the store's own writers (${processes} processes, ${count(records / seconds)} records/s with sealing),`,
    `the newest ${count(loading.bulk.records)} by \`_bulk\`: 5,000 documents a request, two requests at a time, the client on the same machine.`,
  ]
}

/** Measured after everything else: the data set has bodies on few records. */
export const BODIES_NAME = '`_bulk`, bodies on every record'

const IN_COLUMNS = ['line', 'measured', 'target', 'met']

function inRows({ loading, bodies, peakMegabytes }: ProductResults): Row[] {
  const { ingestPerSecond, memoryMegabytes } = TARGETS
  const rates =
    loading === undefined ? [] : [...ingestRows('`_bulk`', loading.bulk, ingestPerSecond)]
  return [
    ...rates,
    ...(bodies === undefined ? [] : ingestRows(BODIES_NAME, bodies, undefined)),
    [
      'largest memory of the log process, MB',
      count(peakMegabytes),
      `<= ${count(memoryMegabytes)}`,
      met(peakMegabytes <= memoryMegabytes),
    ],
    ...(loading === undefined ? [] : bytesRows(loading)),
  ]
}

function bytesRows({ sealedBytesPerRecord, bytesPerRecord }: Loading): Row[] {
  return [
    ['bytes per record, sealed days', count(sealedBytesPerRecord), '', ''],
    ['bytes per record, newest days not sealed', count(bytesPerRecord), '', ''],
  ]
}

function ingestRows(name: string, ingest: Ingest, target: number | undefined): Row[] {
  const { acknowledged, visible } = rates(ingest)
  const wanted = (rate: number) =>
    target === undefined ? ['', ''] : [`>= ${count(target)}`, met(rate >= target)]
  return [
    [`${name}, records/s until on disk`, count(acknowledged), ...wanted(acknowledged)],
    [`${name}, records/s until found`, count(visible), ...wanted(visible)],
  ]
}

/** Records a second until they were on disk, and until a search found them. */
export function rates({ records, acknowledgedSeconds, visibleSeconds }: Ingest) {
  return { acknowledged: records / acknowledgedSeconds, visible: records / visibleSeconds }
}

const RELAY_NOTE =
  'Evenly sent, 200 calls/s of 1 KB to a provider that answers at once, everything on the same cores. ' +
  `Added: quantile through the relay minus that without it. Heavy: ${PARALLEL} searches at a time over all records.`

const RELAY_COLUMNS = [
  'beside it',
  'adds p50 / p99 ms',
  'through the relay p50 / p99 ms',
  'without it p50 / p99 ms',
  'p99 added, to nothing else',
  'target',
  'met',
  'answered',
  'searches answered / shed / failed',
]

function relayRows(states: readonly RelayState[]): Row[] {
  const added = states.map(({ relay, direct }) => ({
    p50: relay.p50 - direct.p50,
    p99: relay.p99 - direct.p99,
  }))
  const idle = added[0]?.p99 ?? Number.NaN
  return states.map(({ state, relay, direct, sent, searched }, index) => {
    const own = added[index] ?? { p50: Number.NaN, p99: Number.NaN }
    const ratio = own.p99 / idle
    const { relayRatio } = TARGETS
    const verdict =
      searched === undefined ? ['', ''] : [`<= ${relayRatio}`, met(ratio <= relayRatio)]
    const { answered, shed, failed } = searched ?? { answered: '', shed: '', failed: '' }
    return [
      state,
      pair(own),
      pair(relay),
      pair(direct),
      `${ratio.toFixed(2)} x`,
      ...verdict,
      `${relay.count} of ${sent}`,
      searched === undefined ? '' : `${answered} / ${shed} / ${failed}`,
    ]
  })
}

/** How many records, and how many of them with bodies. */
export function inWords({ records, bodies }: Sizes): string {
  return `${count(records)} records, ${count(bodies)} of them with bodies`
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

export function one(value: number): string {
  return value.toFixed(1)
}

export function met(is: boolean): string {
  return is ? 'yes' : '**no**'
}
