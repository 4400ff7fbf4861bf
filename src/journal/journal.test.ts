import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openSmallJournal, readAll, temporaryFolder } from '../../test/faults/journal-fixture.ts'
import { AppError } from '../kernel/index.ts'
import { openCursor } from './cursor.ts'
import { FRAME_HEADER_BYTES } from './frame.ts'
import type { Journal, JournalOptions } from './journal.ts'
import { segmentPath } from './segment.ts'

let folder: string
let journal: Journal | undefined

beforeEach(() => {
  folder = temporaryFolder()
})

afterEach(async () => {
  await journal?.close()
  journal = undefined
  rmSync(folder, { recursive: true })
})

async function open(options: Partial<JournalOptions> = {}): Promise<Journal> {
  journal = await openSmallJournal(folder, options)
  return journal
}

async function reopen(options: Partial<JournalOptions> = {}): Promise<Journal> {
  await journal?.close()
  return open(options)
}

function codeOf(action: () => unknown): { code: string; details: unknown } {
  try {
    action()
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, details: error.details }
    throw error
  }
  throw new Error('nothing was thrown')
}

function segmentNames(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.log'))
}

it('gives each entry the position at which it is read', async () => {
  const { write, append } = bound(await open())
  const positions = [
    write(Buffer.from('a')),
    await append(Buffer.from('bc')),
    write(Buffer.alloc(0)),
  ]
  const { entries, texts, next } = await readAll(folder)
  expect(entries.map(({ position }) => position)).toEqual(positions)
  expect(texts).toEqual(['a', 'bc', ''])
  expect(next).toBe(journal?.status().end)
})

function bound(of: Journal): Pick<Journal, 'write' | 'append'> {
  return { write: of.write.bind(of), append: of.append.bind(of) }
}

it('shows an entry to readers before it is synced', async () => {
  const { write } = bound(await open({ syncMs: 60_000 }))
  write(Buffer.from('a'))
  expect((await readAll(folder)).texts).toEqual(['a'])
  expect(journal?.status()).toMatchObject({ durable: 0, unsyncedBytes: FRAME_HEADER_BYTES + 1 })
})

it('syncs without being asked, after the group has waited', async () => {
  const { write } = bound(await open({ syncMs: 5 }))
  write(Buffer.from('a'))
  await vi.waitFor(() => expect(journal?.status().unsyncedBytes).toBe(0))
})

it('resolves all appends of a group, each when it is on disk', async () => {
  const { append } = bound(await open())
  await Promise.all(
    Array.from({ length: 300 }, async (_, number) => {
      const position = await append(Buffer.alloc(number))
      expect(journal?.status().durable).toBeGreaterThanOrEqual(position + number)
    }),
  )
  expect((await readAll(folder)).entries.map(({ bytes }) => bytes.length)).toEqual(
    Array.from({ length: 300 }, (_, number) => number),
  )
})

it('syncs at once when asked, also while a group is being synced', async () => {
  const opened = await open({ syncMs: 60_000 })
  opened.write(Buffer.from('a'))
  const first = opened.sync()
  opened.write(Buffer.from('b'))
  await Promise.all([first, opened.sync()])
  expect(opened.status().unsyncedBytes).toBe(0)
})

it('refuses entries larger than it can hold', async () => {
  const opened = await open({ memoryBytes: 1000 })
  expect(codeOf(() => opened.write(Buffer.alloc(1000)))).toMatchObject({
    code: 'JOURNAL_RECORD_TOO_LARGE',
    details: { bytes: 1000, largestBytes: 1000 - FRAME_HEADER_BYTES },
  })
  opened.write(Buffer.alloc(1000 - FRAME_HEADER_BYTES))
})

it('holds an entry larger than a segment', async () => {
  await (await open()).append(Buffer.alloc(20_000, 'x'))
  expect((await readAll(folder)).texts).toEqual(['x'.repeat(20_000)])
})

it('refuses writes after it was closed, and keeps what was written before', async () => {
  const opened = await open({ syncMs: 60_000 })
  opened.write(Buffer.from('a'))
  await opened.close()
  await opened.close()
  expect(codeOf(() => opened.write(Buffer.from('b')))).toMatchObject({ code: 'JOURNAL_CLOSED' })
  await expect(opened.append(Buffer.from('b'))).rejects.toMatchObject({ code: 'JOURNAL_CLOSED' })
  expect((await readAll(folder)).texts).toEqual(['a'])
})

it('refuses writes beyond what may be unsynced', async () => {
  const opened = await open({ syncMs: 60_000, memoryBytes: 1000 })
  opened.write(Buffer.alloc(900))
  expect(codeOf(() => opened.write(Buffer.alloc(100)))).toMatchObject({
    code: 'JOURNAL_UNAVAILABLE',
    details: { memoryBytes: 1000 },
  })
  await opened.sync()
  opened.write(Buffer.alloc(100))
})

it('begins a new segment at the size limit, and reads over the border', async () => {
  const opened = await open({ segmentBytes: 1000 })
  for (let number = 0; number < 50; number++)
    opened.write(Buffer.from(`entry ${number}`.padEnd(80)))
  await opened.sync()
  expect(opened.status().segments).toBe(5)
  expect(segmentNames()).toHaveLength(5)
  expect((await readAll(folder)).texts.map((text) => text.trim())).toEqual(
    Array.from({ length: 50 }, (_, number) => `entry ${number}`),
  )
})

it('goes on in its segment as long as another cannot be created', async () => {
  const opened = await open({ segmentBytes: 1000 })
  const ends = Array.from({ length: 100 }, (_, number) => number * (80 + FRAME_HEADER_BYTES))
  const obstacles = ends.map((end) => `${segmentPath(folder, end)}.new`)
  for (const obstacle of obstacles) mkdirSync(obstacle)
  for (let number = 0; number < 50; number++) opened.write(Buffer.alloc(80))
  await opened.sync()
  expect(opened.status()).toMatchObject({ segments: 1, state: 'ok' })
  for (const obstacle of obstacles) rmdirSync(obstacle)
  for (let number = 0; number < 50; number++) opened.write(Buffer.alloc(80))
  await opened.sync()
  expect(opened.status().segments).toBeGreaterThan(1)
  expect((await readAll(folder)).entries).toHaveLength(100)
})

it('begins each segment with the preamble', async () => {
  const opened = await open({ segmentBytes: 500, preamble: () => [Buffer.from('first')] })
  for (let number = 0; number < 10; number++) opened.write(Buffer.alloc(80, 'x'))
  await opened.sync()
  const { texts } = await readAll(folder)
  expect(texts.filter((text) => text === 'first')).toHaveLength(opened.status().segments)
  expect(texts[0]).toBe('first')
})

it('hands over, on opening, the entries since the last preamble', async () => {
  const seen: string[][] = []
  const options: Partial<JournalOptions> = {
    segmentBytes: 500,
    preamble: () => [Buffer.from('first')],
    async onRecovered(entries) {
      const texts: string[] = []
      for await (const { bytes } of entries) texts.push(Buffer.from(bytes).toString())
      seen.push(texts)
    },
  }
  const opened = await open(options)
  for (let number = 0; number < 10; number++) opened.write(Buffer.from(`${number}`.padEnd(80)))
  await reopen(options)
  await reopen(options)
  expect(seen.map((texts) => texts.map((text) => text.trim()))).toEqual([
    [],
    ['first', '5', '6', '7', '8', '9'],
    ['first'],
  ])
})

it('lets a second writer wait in vain, here and in another process, and says who holds it', async () => {
  await open()
  await expect(openSmallJournal(folder)).rejects.toMatchObject({
    code: 'JOURNAL_IN_USE',
    details: { folder, pid: process.pid },
  })
  const child = new URL('../../test/faults/journal-writer-child.ts', import.meta.url).pathname
  const { status, stderr } = spawnSync(process.execPath, [child, '--folder', folder])
  expect(status).not.toBe(0)
  expect(stderr.toString()).toContain('JOURNAL_IN_USE')
  expect(stderr.toString()).toContain(`pid: ${process.pid}`)
  await reopen()
})

it('is free again after an opening that failed', async () => {
  const onRecovered = (): Promise<void> => Promise.reject(new Error('not now'))
  await expect(openSmallJournal(folder, { onRecovered })).rejects.toThrow('not now')
  await open()
})

async function fill(opened: Journal): Promise<void> {
  while (opened.status().state === 'ok') {
    try {
      await opened.append(Buffer.alloc(480))
    } catch {
      expect(opened.status().state).toBe('full')
    }
  }
}

it('refuses writes at its size limit, save those that may use the reserve', async () => {
  const opened = await open({ maxBytes: 20_000, readers: ['slow', 'quick'] })
  await (await openCursor(folder, 'quick')).advance(10_000)
  await (await openCursor(folder, 'slow')).advance(1_000)
  await fill(opened)
  await delay(600)
  const { code, details } = codeOf(() => opened.write(Buffer.alloc(480)))
  expect(code).toBe('JOURNAL_FULL')
  expect(details).toMatchObject({
    limitBytes: 20_000,
    bytes: opened.status().bytes,
    slowestReader: 'slow',
    lagBytes: opened.status().end - 1_000,
  })
  expect(opened.status().bytes).toBeLessThanOrEqual(20_000)
  opened.write(Buffer.alloc(480), { reserve: true })
  expect(codeOf(() => opened.write(Buffer.alloc(900), { reserve: true })).code).toBe('JOURNAL_FULL')
})

it('deletes what all readers have passed, and then goes on by itself', async () => {
  const opened = await open({ maxBytes: 20_000, readers: ['slow', 'quick'] })
  await fill(opened)
  const quick = await openCursor(folder, 'quick')
  await quick.advance(opened.status().end)
  await delay(600)
  expect(opened.status().state).toBe('full')
  const { entries } = await readAll(folder)
  const slow = await openCursor(folder, 'slow')
  await slow.advance(entries[20]?.position ?? 0)
  await vi.waitFor(() => expect(opened.status().state).toBe('ok'), 2000)
  await opened.append(Buffer.from('again'))
  const rest = await readAll(folder, slow.position)
  expect(rest.entries[0]?.position).toBe(slow.position)
  expect(rest.texts.at(-1)).toBe('again')
  expect(rest.damages).toEqual([])
})

it('frees a full journal that is one segment, once all have read it', async () => {
  const opened = await open({ maxBytes: 20_000, segmentBytes: 1_000_000, readers: ['store'] })
  await fill(opened)
  await (await openCursor(folder, 'store')).advance(opened.status().end)
  await vi.waitFor(() => expect(opened.status().state).toBe('ok'), 3000)
  expect(opened.status().bytes).toBeLessThan(1000)
})

it('deletes nothing before the preamble that takes its place is on disk', async () => {
  const opened = await open({
    syncMs: 60_000,
    segmentBytes: 500,
    readers: ['store'],
    preamble: () => [Buffer.from('first')],
  })
  for (let number = 0; number < 20; number++) opened.write(Buffer.alloc(80))
  const { segments } = opened.status()
  await (await openCursor(folder, 'store')).advance(opened.status().end)
  await delay(600)
  expect(opened.status().segments).toBe(segments)
  await opened.sync()
  await vi.waitFor(() => expect(opened.status().segments).toBe(1), 2000)
  expect((await readAll(folder)).texts[0]).toBe('first')
})

it('deletes nothing when it knows no readers', async () => {
  const opened = await open({ segmentBytes: 500 })
  for (let number = 0; number < 20; number++) await opened.append(Buffer.alloc(80))
  await delay(600)
  expect((await readAll(folder)).entries).toHaveLength(20)
})

it('never gives a position again that a reader can have seen', async () => {
  const opened = await open()
  await opened.append(Buffer.from('a'))
  const seen = opened.status().end
  await reopen({ memoryBytes: 1000 })
  expect(journal?.status().end).toBeGreaterThanOrEqual(seen + 64 * 1024)
  await (await openCursor(folder, 'store')).advance(10_000_000)
  await reopen()
  expect(journal?.status().end).toBeGreaterThanOrEqual(10_000_000)
  await journal?.append(Buffer.from('b'))
  expect((await readAll(folder, 10_000_000)).texts).toEqual(['b'])
  expect(await readAll(folder)).toMatchObject({ texts: ['a', 'b'], damages: [] })
})
