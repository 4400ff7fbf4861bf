import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createLogger, loadConfig, systemClock } from '../src/kernel/index.ts'
import { Search } from '../src/search/index.ts'
import { LOG_PROCESS, type LogStore, openLogStore } from '../src/server/log/index.ts'
import { NO_INDICES } from '../test/support/no-indices.ts'
import { measureQueries, type QueryTime } from './store/measure-queries.ts'
import { loadTexts } from './store/records.ts'

// Measures the log store: a journal of calls is filled by another process, then the threads of
// the log process take it over as after an outage, then it is asked.
//
//   node bench/store.ts [--records N] [--days N] [--no-text]

const MOST_RECORDS = 5_000_000
const MIB = 2 ** 20
const LOOK_MS = 250
const RESULTS = new URL('./results/store.md', import.meta.url)

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '30' },
    text: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const records = Number(values.records)
const days = Number(values.days)
if (!Number.isInteger(records) || records < 1 || records > MOST_RECORDS || !(days >= 1)) {
  process.stderr.write('usage: node bench/store.ts [--records N] [--days N] [--no-text]\n')
  process.exit(2)
}

if (process.env.BENCH_AS_LOG_PROCESS === undefined) {
  // with the memory settings of the real log process
  const { status } = spawnSync(
    process.execPath,
    [...LOG_PROCESS.arguments, ...process.argv.slice(1)],
    {
      stdio: 'inherit',
      env: { ...process.env, ...LOG_PROCESS.environment, BENCH_AS_LOG_PROCESS: '1' },
    },
  )
  process.exit(status ?? 1)
}

interface Ingest {
  readonly seconds: number
  readonly peakMegabytes: number
  readonly processorMicroseconds: number
  readonly columnsBytes: number
  readonly textBytes: number
}

const data = mkdtempSync(join(tmpdir(), 'bellwether-bench-'))
try {
  await main()
} finally {
  rmSync(data, { recursive: true, force: true })
}

async function main(): Promise<void> {
  const journal = join(data, 'journal')
  const end = await fillJournal(journal)
  const store = await openStore(journal)
  const ingest = await follow(store, end)
  const indices = NO_INDICES
  const search = new Search({
    reader: store.reader,
    indices,
    clock: systemClock,
    timeoutMs: 60_000,
  })
  const queries = await measureQueries(search, records)
  await store.close()
  const lines = report(end, ingest, queries)
  process.stdout.write(`${lines.join('\n')}\n`)
  keep(lines)
}

/** Fills the journal in a process of its own, so that its memory is not counted. */
async function fillJournal(folder: string): Promise<number> {
  const script = new URL('./store/fill-journal.ts', import.meta.url).pathname
  const endMs = Math.floor(Date.now() / 60_000) * 60_000
  const values = [folder, records, days, endMs].map(String)
  const child = spawn(process.execPath, [script, ...values], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error('the journal could not be filled')
  return Number(said)
}

function openStore(journal: string): Promise<LogStore> {
  const config = loadConfig(undefined, {})
  return openLogStore({
    folder: join(data, 'store'),
    journals: { relay: journal },
    config: { ...config, store: { ...config.store, text: values.text } },
    clock: systemClock,
    logger: createLogger({ process: 'bench', level: 'warn' }),
    onFailure: (error) => {
      throw error
    },
  })
}

/** Waits until the store has taken over the whole journal. */
async function follow(store: LogStore, end: number): Promise<Ingest> {
  const startMs = performance.now()
  const before = process.cpuUsage()
  for (;;) {
    const { text, columns } = await store.status()
    const done = columns.positions[0] === end
    if (process.stderr.isTTY || done) {
      process.stderr.write(`\rtext ${text.added}, columns ${columns.added} of ${records} `)
    }
    if (done) break
    await sleep(LOOK_MS)
  }
  process.stderr.write('\n')
  const { user, system } = process.cpuUsage(before)
  return {
    seconds: (performance.now() - startMs) / 1000,
    peakMegabytes: peakMegabytes(),
    processorMicroseconds: (user + system) / records,
    columnsBytes: bytesOf('.duckdb'),
    textBytes: bytesOf('.text'),
  }
}

/** Largest resident size of this process so far. */
function peakMegabytes(): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

function bytesOf(kind: string): number {
  const folder = join(data, 'store', 'days')
  return readdirSync(folder)
    .filter((name) => name.includes(kind))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function report(end: number, ingest: Ingest, queries: readonly QueryTime[]): string[] {
  const ms = (value: number) => value.toFixed(1)
  const perRecord = (bytes: number) => Math.round(bytes / records)
  return [
    `## ${records.toLocaleString('en')} records of ${days} days, ${values.text ? 'bodies indexed' : 'without text'}`,
    '',
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / MIB)} MiB, Node ${process.versions.node}; load average at the end ${loadavg().map(ms).join(' ')}. Texts: ${loadTexts().source}.`,
    '',
    '| | |',
    '|---|---|',
    `| journal, bytes per record | ${perRecord(end)} |`,
    `| taken over, records/s | **${Math.round(records / ingest.seconds).toLocaleString('en')}** (${ingest.seconds.toFixed(1)} s with start) |`,
    `| processor time per record, all threads | ${Math.round(ingest.processorMicroseconds)} us |`,
    `| columns, bytes per record | ${perRecord(ingest.columnsBytes)} |`,
    `| text, bytes per record (not sealed) | ${perRecord(ingest.textBytes)} |`,
    `| largest resident size of the process | ${Math.round(ingest.peakMegabytes)} MiB |`,
    '',
    '| query | first ms | warm median ms | warm worst ms | |',
    '|---|---|---|---|---|',
    ...queries.map(
      ({ name, firstMs, medianMs, worstMs, found }) =>
        `| ${name} | ${ms(firstMs)} | **${ms(medianMs)}** | ${ms(worstMs)} | ${found} |`,
    ),
    '',
  ]
}

/** Puts the lines into the results page, in the place of those of a run with the same settings. */
function keep(lines: readonly string[]): void {
  const head =
    '# bench/store.ts\n\nTaking over a filled journal as after an outage, then queries through the search stage (no HTTP).\n'
  let page = ''
  try {
    page = readFileSync(RESULTS, 'utf8')
  } catch {
    page = head
  }
  const parts = page.split(/^(?=## )/m)
  const others = parts.filter((part) => !part.startsWith(`${lines[0]}\n`))
  writeFileSync(RESULTS, [...others, `${lines.join('\n')}\n`].join(''))
}
