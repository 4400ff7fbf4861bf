import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RunningStore } from '../support/running-store.ts'
import { dayAt, dayOfRecord, NOW_MS, prefixOfRecord } from './lifecycle-fixture.ts'
import { columnRows, documentRows } from './store-fixture.ts'

const CHILD = new URL('./lifecycle-child.ts', import.meta.url).pathname
const KILLER = new URL('./kill-at-file-change.ts', import.meta.url).href
const KILLS = 16
const RUN_MS = 4_000

let data: string
let repository: string

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'lifecycle-kill-'))
  repository = mkdtempSync(join(tmpdir(), 'lifecycle-snapshots-'))
})

afterEach(() => {
  rmSync(data, { recursive: true, force: true })
  rmSync(repository, { recursive: true, force: true })
})

/** What the children have said. */
interface Said {
  /** Numbers of all records that were written for sure. */
  readonly written: number[]
  /** Number from which on records of the day cannot have been dropped. */
  droppedBefore: number
  /** The same of the prefix that is erased. */
  erasedBefore: number
  readonly snapshots: string[]
}

/** Lets a child run until it is killed: where it changes a file of a day, or after a while. */
async function runAndKill(kill: number, said: Said): Promise<void> {
  const from = kill * 1_000_000
  const args = ['--data', data, '--repository', repository, '--from', String(from)]
  const at = 1 + (Math.floor(kill / 2) % 5)
  const child = spawn(process.execPath, ['--import', KILLER, CHILD, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...(kill % 4 !== 3 && {
        KILL_AT: String(at),
        KILL_WHEN: kill % 2 === 0 ? 'before' : 'after',
      }),
    },
  })
  const lines = createInterface({ input: child.stdout })
  const opened = Promise.withResolvers<void>()
  let known = from
  lines.on('line', (line) => {
    const [word, first = '', second = ''] = line.split(' ')
    if (word === 'open') opened.resolve()
    if (word === 'snapshot') said.snapshots.push(first)
    if (word === 'dropping') said.droppedBefore = Number(second) + 1000
    if (word === 'erasing') said.erasedBefore = Number(second) + 1000
    if (word !== 'written') return
    for (; known < Number(first); known++) said.written.push(known)
  })
  const ended = once(lines, 'close')
  await Promise.race([opened.promise, ended])
  await Promise.race([delay(500 + ((kill * 397) % RUN_MS)), ended])
  child.kill('SIGKILL')
  await ended
}

it(`has every record that is not dropped, once and in both engines, after ${KILLS} kills -9`, async () => {
  const said: Said = { written: [], droppedBefore: -1, erasedBefore: -1, snapshots: [] }
  for (let kill = 0; kill < KILLS; kill++) await runAndKill(kill, said)
  expect(said.snapshots.length).toBeGreaterThan(2)
  expect(said.droppedBefore).toBeGreaterThan(0)
  expect(said.erasedBefore).toBeGreaterThan(0)
  const store = await RunningStore.open({
    data,
    nowMs: NOW_MS,
    store: { seal_after_minutes: 0 },
    snapshots: { paths: [repository] },
  })
  await store.caughtUp()
  await store.store.sealDays()
  await store.ask('PUT', '/_snapshot/r/last?wait_for_completion=true')
  await expectSnapshots(store, said.snapshots)
  await store.close({ keep: true })
  expectNothingLeft()
  await expectRecords(data, said)
  await expectRestored()
}, 180_000)

async function expectSnapshots(store: RunningStore, names: readonly string[]): Promise<void> {
  const { snapshots } = await store.ask('GET', '/_snapshot/r/_all')
  const found = snapshots as readonly { readonly snapshot: string; readonly state: string }[]
  const whole = found.filter(({ state }) => state === 'SUCCESS').map(({ snapshot }) => snapshot)
  expect(whole).toEqual(expect.arrayContaining([...names]))
}

function expectNothingLeft(): void {
  const days = readdirSync(join(data, 'store', 'days'))
  expect(days.filter((name) => !/^[\d-]{10}\.(duckdb|text)$/.test(name))).toEqual([])
  expect(days.map((name) => name.slice(0, 10)).sort()).toEqual(
    [...new Set(days.map((name) => name.slice(0, 10)))].flatMap((day) => [day, day]).sort(),
  )
  expect(readdirSync(join(data, 'store', 'snapshot'))).toEqual([])
}

async function expectRecords(folder: string, said: Said): Promise<void> {
  for (const place of [0, 1, 2, 3]) {
    const day = dayAt(place)
    const columns = await columnRows(folder, day)
    const ids = [...columns.values()]
    expect(new Set(ids).size).toBe(ids.length)
    const present = new Set(ids)
    const absent = said.written.filter(
      (number) =>
        dayOfRecord(number) === day &&
        mustBeThere(number, place, said) &&
        !present.has(`n-${number}`),
    )
    expect(absent).toEqual([])
    const documents = new Map(
      [...documentRows(folder, day)].map(([row, document]) => [
        row,
        (document as { id: string }).id,
      ]),
    )
    expect(documents).toEqual(new Map([...columns].sort(([a], [b]) => a - b)))
  }
}

function mustBeThere(number: number, place: number, said: Said): boolean {
  if (place === 1) return number >= said.droppedBefore
  if (place === 2 && prefixOfRecord(number) === 'holysheep-b') return number >= said.erasedBefore
  return true
}

/** The last snapshot has what the store has. */
async function expectRestored(): Promise<void> {
  const other = await RunningStore.open({ nowMs: NOW_MS, snapshots: { paths: [repository] } })
  await other.ask('PUT', '/_snapshot/r', { type: 'fs', settings: { location: repository } })
  await other.ask('POST', '/_snapshot/r/last/_restore?wait_for_completion=true')
  await other.close({ keep: true })
  for (const place of [0, 1, 2, 3]) {
    const day = dayAt(place)
    expect(await columnRows(other.data, day)).toEqual(await columnRows(data, day))
    expect(documentRows(other.data, day)).toEqual(documentRows(data, day))
  }
  rmSync(other.data, { recursive: true })
}
