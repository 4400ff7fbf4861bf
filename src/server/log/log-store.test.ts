import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Journal, openJournal } from '../../journal/index.ts'
import { createLogger, loadConfig, systemClock } from '../../kernel/index.ts'
import { encodeEntry } from '../../record/index.ts'
import { type LogStore, openLogStore } from './index.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const NOON_MS = Date.UTC(2026, 0, 5, 12)
const DAY_MS = 86_400_000
const PATIENCE_MS = 15_000

let data: string
let journal: Journal
let store: LogStore | undefined

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'bellwether-log-'))
  journal = await openJournal({
    folder: join(data, 'relay'),
    syncMs: 5,
    segmentBytes: 1e6,
    maxBytes: 1e8,
    memoryBytes: 1e7,
    readers: ['text', 'columns'],
    clock: systemClock,
    logger,
  })
})

afterEach(async () => {
  await store?.close()
  store = undefined
  await journal.close()
  rmSync(data, { recursive: true })
})

async function open(text = true): Promise<LogStore> {
  const config = loadConfig(undefined, {})
  store = await openLogStore({
    folder: join(data, 'store'),
    journals: { relay: join(data, 'relay') },
    config: { ...config, store: { ...config.store, text, seal_after_minutes: 0 } },
    clock: systemClock,
    logger,
    onFailure: (error) => {
      throw error
    },
  })
  return store
}

async function reopen(): Promise<LogStore> {
  await store?.close()
  store = undefined
  return await open()
}

function write(number: number, day = 0): void {
  const record = {
    '@timestamp': NOON_MS + day * DAY_MS - number,
    request_id: `req_${number}`,
    model: 'gpt-4o',
  }
  const request = JSON.stringify({ messages: [{ role: 'user', content: `câu hỏi ${number}` }] })
  journal.write(encodeEntry('close', JSON.stringify(record), Buffer.from(request)))
}

/** Waits until all that was written can be found. */
async function caughtUp(): Promise<void> {
  const { end } = journal.status()
  const deadline = performance.now() + PATIENCE_MS
  while ((await store!.status()).columns.positions[0] !== end) {
    expect(performance.now()).toBeLessThan(deadline)
    await delay(5)
  }
}

async function rows(): Promise<Record<string, number>> {
  const { columns } = await store!.status()
  return Object.fromEntries(columns.days.map(({ day, rows: count }) => [day, count]))
}

it('makes a record findable within a second', async () => {
  await open()
  write(0)
  await caughtUp()
  const startMs = performance.now()
  write(1)
  await caughtUp()
  expect(performance.now() - startMs).toBeLessThan(1000)
  expect(await rows()).toEqual({ '2026-01-05': 2 })
})

it('puts aside what it cannot store, once, with its bytes', async () => {
  await open()
  const bad = Buffer.from('no entry of ours')
  journal.write(bad)
  write(1)
  await caughtUp()
  await reopen()
  await caughtUp()
  const { text } = await store!.status()
  expect(text.rejected).toBe(1)
  const database = new DatabaseSync(join(data, 'store', 'rejected.db'), { readOnly: true })
  const found = database.prepare('SELECT reason, bytes FROM rejected').all()
  database.close()
  expect(found).toEqual([{ reason: expect.any(String), bytes: new Uint8Array(bad) }])
  expect(await rows()).toEqual({ '2026-01-05': 1 })
})

it('seals past days, opens one again for a late record and seals it again', async () => {
  const log = await open()
  for (let number = 0; number < 20; number++) write(number, number % 2)
  await caughtUp()
  await log.sealDays()
  expect(log.days()).toMatchObject([
    { day: '2026-01-05', state: 'sealed', rows: 10, firstMs: NOON_MS - 18, lastMs: NOON_MS },
    { day: '2026-01-06', state: 'sealed', rows: 10 },
  ])
  write(20, 0)
  await caughtUp()
  expect(await rows()).toEqual({ '2026-01-05': 11, '2026-01-06': 10 })
  await log.sealDays()
  expect(log.days()[0]).toMatchObject({ state: 'sealed', rows: 11 })
  await reopen()
  expect(await rows()).toEqual({ '2026-01-05': 11, '2026-01-06': 10 })
})

it('seals days while records come in', async () => {
  const log = await open()
  for (let number = 0; number < 2000; number++) write(number, number % 3)
  await caughtUp()
  const sealing = log.sealDays()
  for (let number = 2000; number < 2200; number++) {
    write(number, number % 3)
    if (number % 20 === 0) await delay(5)
  }
  await sealing
  await caughtUp()
  const counts = await rows()
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(2200)
  await log.sealDays()
  expect(log.days().map(({ state }) => state)).toEqual(['sealed', 'sealed', 'sealed'])
})

it('deletes a day for good', async () => {
  const log = await open()
  write(0, 0)
  write(1, 1)
  await caughtUp()
  await log.dropDay('2026-01-05')
  expect(await rows()).toEqual({ '2026-01-06': 1 })
  expect(readdirSync(join(data, 'store', 'days')).filter((name) => name.includes('01-05'))).toEqual(
    [],
  )
  await reopen()
  await caughtUp()
  expect(await rows()).toEqual({ '2026-01-06': 1 })
})

it('keeps no bodies and no words of them when text is off', async () => {
  await open(false)
  write(0)
  await caughtUp()
  await store!.close()
  store = undefined
  const file = join(data, 'store', 'days', '2026-01-05.text')
  const database = new DatabaseSync(file, { readOnly: true })
  expect(database.prepare('SELECT rowid FROM words WHERE words MATCH \'"pcâu"\'').all()).toEqual([])
  expect(database.prepare('SELECT count(*) AS n FROM ids').get()).toEqual({ n: 1 })
  database.close()
})

it('makes the manifest again when it was lost', async () => {
  await open()
  write(0)
  await caughtUp()
  await store!.close()
  store = undefined
  for (const name of readdirSync(join(data, 'store'))) {
    if (name.startsWith('meta.db')) rmSync(join(data, 'store', name))
  }
  await open()
  write(1)
  await caughtUp()
  expect(existsSync(join(data, 'store', 'meta.db'))).toBe(true)
  expect(await rows()).toEqual({ '2026-01-05': 2 })
})
