import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildProduct } from './relay/build.ts'
import { stopChildren } from './search/children.ts'
import { Documents } from './search/documents.ts'
import { measurePeer } from './search/measure-peer.ts'
import { measureProduct } from './search/measure-product.ts'
import { hasPeer, stopPeer } from './search/peer.ts'
import { peerLines } from './search/peer-report.ts'
import { neededMegabytes, type Options, type Plan, planOf } from './search/plan.ts'
import { heading, productLines } from './search/report.ts'
import { say } from './search/say.ts'

// Measures the speed that is promised of searching: a month of records in the product as it runs
// for its users, asked over HTTP while records come in; what that does to the relay; and, with
// --peer, the same beside a real Elasticsearch with as many records as it takes in 20 minutes.
//
//   node bench/search.ts [--records N] [--bodies N] [--peer] [--peer-records N] [--peer-port N]
//                        [--quick] [--keep DIR]
//
// All of it takes two to three hours with Elasticsearch and some 50 GB of disk.
// --quick: 200,000 records and short turns, from source, no page written.
// --keep DIR: data stay in DIR, and are used again by a later run with the same numbers.

const USAGE =
  'usage: node bench/search.ts [--records N] [--bodies N] [--peer] [--peer-records N] ' +
  '[--peer-port N] [--quick] [--keep DIR]\n'
const PAGE = new URL('./results/search.md', import.meta.url)
const MOST_RECORDS = 50_000_000
const MIB = 2 ** 20

const { values } = parseArgs({
  options: {
    records: { type: 'string' },
    bodies: { type: 'string' },
    peer: { type: 'boolean', default: false },
    'peer-records': { type: 'string' },
    'peer-port': { type: 'string', default: '9420' },
    quick: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
})

function optionsFor(folder: string): Options | undefined {
  const { peer, quick } = values
  const given = values['peer-records']
  const options = {
    records: Number(values.records ?? (quick ? 200_000 : 15_000_000)),
    bodies: Number(values.bodies ?? (quick ? 20_000 : 1_000_000)),
    peer,
    peerRecords: given === undefined ? undefined : Number(given),
    peerPort: Number(values['peer-port']),
    quick,
    folder,
  }
  const counts = [options.records, options.bodies, options.peerRecords ?? 1, options.peerPort]
  const fits = counts.every((count) => Number.isInteger(count) && count > 0)
  return fits && options.records <= MOST_RECORDS ? options : undefined
}

/** Why a run cannot begin. */
function obstacle(plan: Plan): string | undefined {
  const { bavail, bsize } = statfsSync(plan.folder)
  const [needed, free] = [neededMegabytes(plan), Math.floor((bavail * bsize) / MIB)]
  say(`about ${needed} MB of disk are needed, ${free} MB are free in ${plan.folder}`)
  if (needed > free) return 'there is not enough room on the disk'
  if (plan.peer !== undefined && !hasPeer()) return 'there is no Elasticsearch to compare with'
  return undefined
}

async function measure(plan: Plan): Promise<string> {
  const machine = { source: new Documents(plan.sizes).source, loadBefore: loadavg()[0] ?? 0 }
  // a quick run is for trying the bench: it takes what there is
  if (!plan.quick) buildProduct()
  const product = await measureProduct(plan)
  const peer = plan.peer && (await measurePeer(plan, plan.peer))
  const lines = [
    ...heading(machine, plan),
    ...productLines(product, plan),
    ...(peer === undefined ? [] : peerLines(peer, plan)),
  ]
  return `${lines.join('\n')}\n`
}

async function main(folder: string): Promise<void> {
  const options = optionsFor(folder)
  if (options === undefined) throw new Error(USAGE.trimEnd())
  const plan = planOf(options)
  const problem = obstacle(plan)
  if (problem !== undefined) throw new Error(problem)
  const page = await measure(plan)
  process.stdout.write(page)
  if (!plan.quick) writeFileSync(PAGE, page)
}

const folder = values.keep ? resolve(values.keep) : mkdtempSync(join(tmpdir(), 'bellwether-bench-'))
mkdirSync(folder, { recursive: true })

async function cleanUp(): Promise<void> {
  await stopChildren()
  stopPeer()
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void cleanUp().then(() => process.exit(1)))
}

try {
  await main(folder)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  await cleanUp()
}
