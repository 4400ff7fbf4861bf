import { spawnSync } from 'node:child_process'
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Journal, openCursor } from '../../src/journal/index.ts'
import { isAppError } from '../../src/kernel/index.ts'
import {
  numbered,
  numberOf,
  openSmallJournal,
  overlaps,
  readAll,
  temporaryFolder,
} from './journal-fixture.ts'

const DISK_BYTES = 1024 * 1024

/** Mounts a small disk on `folder`; tells whether that worked. */
function mount(folder: string): boolean {
  const options = `size=${DISK_BYTES},mode=700`
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0
}

function unmount(folder: string): void {
  spawnSync('umount', [folder])
}

function canMount(): boolean {
  const folder = temporaryFolder()
  const mounted = mount(folder)
  if (mounted) unmount(folder)
  rmSync(folder, { recursive: true })
  return mounted
}

const skipped = canMount() ? '' : ' (skipped: no right to mount a small disk)'

let folder: string
let ballast: string
let journal: Journal | undefined

beforeEach(() => {
  folder = temporaryFolder()
  ballast = join(folder, 'ballast')
  if (skipped === '') mount(folder)
})

afterEach(async () => {
  rmSync(ballast, { force: true })
  await journal?.close()
  journal = undefined
  if (skipped === '') unmount(folder)
  rmSync(folder, { recursive: true })
})

/** Fills the disk to the last byte, save `leaveBytes`. */
function fillDisk(leaveBytes: number): void {
  try {
    writeFileSync(ballast, Buffer.alloc(DISK_BYTES))
  } catch {
    // That is what full means
  }
  truncateSync(ballast, statSync(ballast).size - leaveBytes)
}

async function numbersLeft(): Promise<number[]> {
  return (await readAll(folder)).entries.map(({ bytes }) => numberOf(bytes))
}

/** Writes until an entry is refused, and returns the numbers that were taken. */
function writeUntilRefused(opened: Journal, first: number): number[] {
  const taken: number[] = []
  for (let number = first; ; number++) {
    try {
      opened.write(numbered(number, 700))
      taken.push(number)
    } catch (error) {
      expect(isAppError(error, 'JOURNAL_UNAVAILABLE')).toBe(true)
      return taken
    }
  }
}

it.skipIf(skipped !== '')(
  `takes entries into memory on a full disk, and writes them all once there is room${skipped}`,
  async () => {
    journal = await openSmallJournal(folder, { segmentBytes: 20_000, readers: ['store'] })
    await journal.append(numbered(0, 700))
    fillDisk(50_000)
    const taken: number[] = []
    for (let number = 1; journal.status().state === 'ok'; number++) {
      journal.write(numbered(number, 700))
      taken.push(number)
      if (journal.status().state === 'ok') await journal.sync()
    }
    expect(taken.length).toBeGreaterThan(40)
    taken.push(...writeUntilRefused(journal, taken.length + 1))
    expect(journal.status().state).toBe('degraded')
    expect(journal.status().unsyncedBytes).toBeLessThanOrEqual(64 * 1024)
    const waiting = journal.sync()
    rmSync(ballast)
    await waiting
    expect(journal.status()).toMatchObject({ state: 'ok', unsyncedBytes: 0 })
    const last = taken.length + 1
    await journal.append(numbered(last, 700))
    expect(await numbersLeft()).toEqual([0, ...taken, last])
    expect((await readAll(folder)).damages).toEqual([])
    expect(overlaps(folder)).toEqual([])
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `confirms on a full disk what was written before it was full${skipped}`,
  async () => {
    journal = await openSmallJournal(folder, { syncMs: 200 })
    const before = journal.append(numbered(0, 700))
    fillDisk(0)
    const taken = writeUntilRefused(journal, 1)
    await before
    expect(journal.status().state).toBe('degraded')
    rmSync(ballast)
    await journal.sync()
    expect(await numbersLeft()).toEqual([0, ...taken])
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `begins a segment with its preamble soon after the disk was full${skipped}`,
  async () => {
    const preamble = (): Buffer[] => [Buffer.from('first')]
    journal = await openSmallJournal(folder, { preamble, segmentBytes: 1024 * 1024 })
    fillDisk(0)
    const taken = writeUntilRefused(journal, 0)
    rmSync(ballast)
    await journal.sync()
    await journal.append(Buffer.from('last'))
    const { texts } = await readAll(folder)
    expect(texts.filter((text) => text === 'first').length).toBeGreaterThan(1)
    expect(texts.slice(-2)).toEqual(['first', 'last'])
    expect(texts).toHaveLength(taken.length + texts.filter((text) => text === 'first').length + 1)
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `opens on a full disk and goes on once there is room${skipped}`,
  async () => {
    fillDisk(0)
    journal = await openSmallJournal(folder)
    expect(journal.status().state).toBe('degraded')
    journal.write(numbered(0, 100))
    const appended = journal.append(numbered(1, 100))
    rmSync(ballast)
    await appended
    await vi.waitFor(() => expect(journal?.status().state).toBe('ok'))
    expect(await numbersLeft()).toEqual([0, 1])
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `says which bytes are lost when it is closed on a full disk${skipped}`,
  async () => {
    const opened = await openSmallJournal(folder)
    await opened.append(numbered(0, 100))
    fillDisk(0)
    const lost = opened.append(Buffer.alloc(10_000))
    const refused = expect(lost).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
    await expect(opened.close()).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
      details: { lostBytes: 10_020 },
    })
    await refused
    expect(await numbersLeft()).toEqual([0])
    rmSync(ballast)
    journal = await openSmallJournal(folder)
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `moves a cursor on a full disk, so that retention can make room${skipped}`,
  async () => {
    journal = await openSmallJournal(folder, { readers: ['store'] })
    const cursor = await openCursor(folder, 'store')
    await cursor.advance(1)
    for (let number = 0; number < 100; number++) await journal.append(numbered(number, 700))
    fillDisk(0)
    await cursor.advance(journal.status().end)
    expect((await openCursor(folder, 'store')).position).toBe(journal.status().end)
    await vi.waitFor(() => expect(journal?.status().segments).toBeLessThan(4), 3000)
  },
  60_000,
)
