import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Manifest } from '../../src/store/index.ts'
import { Child } from './children.ts'
import type { Sizes } from './documents.ts'
import type { FilledDay, FillTask } from './fill-task.ts'
import { daysOf, type Span } from './span.ts'

const SCRIPT = fileURLToPath(new URL('./fill-days-process.ts', import.meta.url))

/** The journals of a data folder in the order in which the product numbers them, then ours. */
const JOURNALS = ['relay', 'intake', 'filled']

/** Each process holds its share of words in memory. */
const MOST_PROCESSES = 4

/** A store that takes less is not worth waiting for. */
const LEAST_PER_SECOND = 500
const START_MS = 60_000

/** How long filling took and with how many processes at once. */
export interface Filling {
  readonly records: number
  readonly seconds: number
  readonly processes: number
}

/**
 * Fills the store of a data folder that no server uses, day by day, with the store's own writers;
 * each day is sealed. Several processes fill days of their own side by side.
 *
 * @throws Error when a process fails or takes too long
 */
export async function fillStore(data: string, span: Span, sizes: Sizes): Promise<Filling> {
  const startMs = performance.now()
  const store = join(data, 'store')
  mkdirSync(join(store, 'days'), { recursive: true })
  const manifest = Manifest.open(store)
  const [journal] = JOURNALS.map((name) => ({ name, number: manifest.journalNumber(name) })).slice(
    -1,
  )
  if (journal === undefined) throw new Error('no journal')
  const days = daysOf(span)
  const processes = Math.min(availableParallelism(), MOST_PROCESSES, days.length)
  const limitMs = START_MS + (span.count / LEAST_PER_SECOND) * 1000
  const filled = await Promise.all(
    Array.from({ length: processes }, async (_, place) => {
      const folder = join(data, `filling-${place}`)
      const own = days.filter((_day, index) => index % processes === place)
      return fillDays({ folder, journal, sizes, span, days: own }, store, limitMs)
    }),
  )
  for (const day of filled.flat()) manifest.setDay({ ...day, state: 'sealed' })
  manifest.close()
  return { records: span.count, seconds: (performance.now() - startMs) / 1000, processes }
}

/** Fills days in a folder of their own, since a column file has one process that writes. */
async function fillDays(task: FillTask, store: string, limitMs: number): Promise<FilledDay[]> {
  const child = new Child({ arguments: [SCRIPT, JSON.stringify(task)] })
  const lines = await child.finished(limitMs)
  const days = join(task.folder, 'days')
  for (const name of readdirSync(days)) renameSync(join(days, name), join(store, 'days', name))
  rmSync(task.folder, { recursive: true })
  return lines.map((line) => JSON.parse(line) as FilledDay)
}
