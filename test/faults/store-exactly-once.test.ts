import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Journal } from '../../src/journal/index.ts'
import {
  columnRows,
  documentRows,
  entryOf,
  idOf,
  JOURNALS,
  openTestJournal,
  openTestStore,
  openText,
  rowsOfLabel,
  storeFolder,
  timeOf,
} from './store-fixture.ts'

const CHILD = new URL('./store-child.ts', import.meta.url).pathname
const STAGES = [
  'text statement',
  'text before commit',
  'text after commit',
  'columns begun',
  'columns position',
  'columns before commit',
  'columns after commit',
  undefined,
] as const
const KILLS = 44
/** Entries that are written to each journal before a kill; together well over 3,000. */
const ENTRIES_A_ROUND = 60
/** Time after its start in which a child comes to its stage, if it comes there at all. */
const PATIENCE_MS = 600

let data: string
let journals: Journal[]
let written = 0

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'bellwether-store-'))
  journals = await Promise.all(JOURNALS.map((name) => openTestJournal(data, name)))
  written = 0
  mkdirSync(storeFolder(data))
})

afterEach(async () => {
  for (const journal of journals) await journal.close()
  rmSync(data, { recursive: true })
})

function writeRound(): void {
  for (let count = 0; count < ENTRIES_A_ROUND; count++, written++) {
    for (const [index, name] of JOURNALS.entries()) journals[index]!.write(entryOf(name, written))
  }
}

function startChild(stage: string | undefined, at: number): ChildProcess {
  const where = stage === undefined ? [] : ['--stage', stage, '--at', String(at)]
  return spawn(process.execPath, [CHILD, '--data', data, ...where], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Kills the child at the stage it was told, or from outside; returns whether it was the stage. */
async function killed(child: ChildProcess, afterMs: number | undefined): Promise<boolean> {
  const ended = once(child, 'exit')
  const open = once(child.stdout!, 'data')
  await Promise.race([open, ended])
  const own = await Promise.race([
    ended.then(() => true),
    delay(afterMs ?? PATIENCE_MS).then(() => false),
  ])
  child.kill('SIGKILL')
  await ended
  return own
}

/** Follows to the end with all threads, as in production. */
async function catchUp(): Promise<void> {
  const store = await openTestStore(data)
  const ends = journals.map((journal) => journal.status().end)
  for (;;) {
    const { columns } = await store.status()
    if (columns.positions.every((position, index) => position === ends[index])) break
    await delay(20)
  }
  await store.close()
}

it(`stores every entry exactly once in ${KILLS} kills -9 at all stages of both writers`, async () => {
  let atStage = 0
  for (let kill = 0; kill < KILLS; kill++) {
    writeRound()
    const stage = STAGES[kill % STAGES.length]
    const at = stage === 'text statement' ? 1 + ((kill * 53) % 400) : 1 + ((kill * 7) % 3)
    const child = startChild(stage, at)
    const afterMs = stage === undefined ? (kill * 37) % 120 : undefined
    if (await killed(child, afterMs)) atStage++
  }
  // Not every round has as many transactions as the kill is set to wait for
  expect(atStage).toBeGreaterThan(KILLS / 2)
  await catchUp()
  await expectEachOnce()
})

async function expectEachOnce(): Promise<void> {
  const expected = new Map<string, string>()
  for (const name of JOURNALS) {
    for (let number = 0; number < written; number++) {
      expected.set(idOf(name, number), new Date(timeOf(number)).toISOString().slice(0, 10))
    }
  }
  const days = readdirSync(join(storeFolder(data), 'days'))
    .filter((name) => name.endsWith('.duckdb'))
    .map((name) => name.slice(0, 10))
  expect(days.length).toBe(new Set(expected.values()).size)
  for (const day of days) {
    const columns = await columnRows(data, day)
    const ids = [...columns.values()].sort(byText)
    const wanted = [...expected].filter(([, ofDay]) => ofDay === day).map(([id]) => id)
    expect(ids).toEqual(wanted.sort(byText))
    expectSameRows(day, columns)
  }
}

/** The text file has the same row for every id: in its words, its ids and its documents. */
function expectSameRows(day: string, columns: ReadonlyMap<number, string>): void {
  const text = openText(data, day)
  const differing = [...columns].filter(
    ([row, id]) => JSON.stringify(rowsOfLabel(text, id)) !== JSON.stringify([row]),
  )
  expect(differing).toEqual([])
  const listed = text.prepare('SELECT row FROM ids WHERE kind = 1 ORDER BY row').all()
  expect(listed.map(({ row }) => Number(row))).toEqual([...columns.keys()].sort((a, b) => a - b))
  text.close()
  const documents = documentRows(data, day)
  for (const [row, id] of columns) {
    const number = id.slice(id.indexOf('-') + 1)
    const mark = id.startsWith('relay') ? `number${number} ` : `"unknown":${number}}`
    expect(JSON.stringify(documents.get(row))).toContain(mark)
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}
