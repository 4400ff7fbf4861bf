import { afterEach, expect, it } from 'vitest'
import { RunningStore } from '../../../test/support/running-store.ts'
import { createLogger } from '../../kernel/index.ts'
import { DiskWatch } from './disk-watch.ts'
import { folderBytes } from './folder-size.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const DAY_MS = 86_400_000
const TODAY_MS = Date.UTC(2026, 2, 15)
const GIB = 2 ** 30
/** Of random letters, so that they take their room on the disk. */
const PROMPT_LETTERS = 4_000

let running: RunningStore | undefined

afterEach(async () => {
  await running?.close()
  running = undefined
})

async function open(): Promise<RunningStore> {
  running = await RunningStore.open({ nowMs: TODAY_MS + DAY_MS / 2 })
  return running
}

function noise(): string {
  return Array.from({ length: PROMPT_LETTERS }, () =>
    String.fromCharCode(97 + Math.floor(Math.random() * 26)),
  ).join('')
}

function writeDay(store: RunningStore, daysAgo: number, count = 60): void {
  store.write(
    Array.from({ length: count }, (_, number) => ({
      id: `r${daysAgo}-${number}-${Math.random()}`,
      timeMs: TODAY_MS - daysAgo * DAY_MS + number,
      prompt: noise(),
    })),
  )
}

function watch(store: RunningStore, maxBytes: number): DiskWatch {
  const { indices, clock, data } = store
  return new DiskWatch({
    data,
    config: { max_gb: maxBytes / GIB, keep_free_percent: 0 },
    async days() {
      const logs = await indices.logIndices()
      return logs.map(({ day }) => ({ day: day.day, bytes: day.bytes }))
    },
    dropDay: (day) => store.store.dropDay(day),
    clock,
    logger,
  })
}

it('drops the oldest days beyond the limit, never today, while records come in', async () => {
  const store = await open()
  for (const daysAgo of [5, 4, 3, 2, 1, 0]) writeDay(store, daysAgo)
  await store.caughtUp()
  await store.store.sealDays()
  const before = await folderBytes(store.data)
  const disk = watch(store, before * 0.9)
  const looking = disk.look()
  for (let round = 0; round < 5; round++) writeDay(store, 0, 2)
  await looking
  await store.caughtUp()
  const names = await store.logNames()
  const dropped = 6 - names.length
  expect(dropped).toBeGreaterThan(0)
  expect(dropped).toBeLessThan(6)
  const expected = [5, 4, 3, 2, 1, 0].slice(dropped).map((daysAgo) => {
    const day = new Date(TODAY_MS - daysAgo * DAY_MS).toISOString().slice(0, 10)
    return `holysheep-requests-${day.replaceAll('-', '.')}`
  })
  expect(names).toEqual(expected)
  expect(disk.status()).toMatchObject({ dropped, state: expect.stringMatching(/ok|warn/) })
  const [today] = await store.indices.logIndices()
  expect(today!.day.prefixes[0]!.rows).toBe(70)
})

it('says that the disk is full when no day is left to be dropped, and takes records all the same', async () => {
  const store = await open()
  writeDay(store, 1)
  writeDay(store, 0)
  await store.caughtUp()
  const disk = watch(store, 1000)
  await disk.look()
  expect(disk.status()).toMatchObject({
    state: 'full',
    dropped: 1,
    reason: expect.stringContaining('disk.max_gb'),
  })
  writeDay(store, 0, 5)
  await store.caughtUp()
  const [today] = await store.indices.logIndices()
  expect(today!.day.prefixes[0]!.rows).toBe(65)
})

it('warns before it drops', async () => {
  const store = await open()
  writeDay(store, 1, 5)
  await store.caughtUp()
  const disk = watch(store, (await folderBytes(store.data)) / 0.87)
  await disk.look()
  expect(disk.status()).toMatchObject({ state: 'warn', dropped: 0 })
  expect(await store.logNames()).toHaveLength(1)
})
