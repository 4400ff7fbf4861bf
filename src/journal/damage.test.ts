import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSmallJournal, readAll, temporaryFolder } from '../../test/faults/journal-fixture.ts'
import { encodeFrame, FRAME_HEADER_BYTES } from './frame.ts'
import type { JournalStatus } from './journal.ts'
import { openReader } from './reader.ts'
import { SEGMENT_HEADER_BYTES } from './segment.ts'

const TEXTS = ['alpha', 'beta', 'gamma', 'delta']

let folder: string
let segment: string

beforeEach(async () => {
  folder = temporaryFolder()
  segment = await writeSegment(TEXTS)
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Writes a segment of its own and returns its path. */
async function writeSegment(texts: readonly (string | Buffer)[]): Promise<string> {
  const journal = await openSmallJournal(folder)
  for (const text of texts) journal.write(Buffer.from(text))
  await journal.close()
  return paths().at(-1) ?? ''
}

function paths(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(folder, name))
}

function quarantined(): string[] {
  return existsSync(join(folder, 'quarantine')) ? readdirSync(join(folder, 'quarantine')) : []
}

/** Opens the journal, appends one more entry, and closes it. */
async function restart(): Promise<JournalStatus> {
  const journal = await openSmallJournal(folder)
  await journal.append(Buffer.from('after'))
  await journal.close()
  return journal.status()
}

function turn(path: string, offset: number, bits = 0xff): void {
  const bytes = readFileSync(path)
  bytes[offset]! ^= bits
  writeFileSync(path, bytes)
}

function offsetOf(text: string): number {
  return readFileSync(segment).indexOf(text)
}

it('cuts a tail that is torn at any byte of the last entry', async () => {
  const sound = readFileSync(segment)
  const last = sound.length - FRAME_HEADER_BYTES - 'delta'.length
  for (let bytes = last; bytes < sound.length; bytes++) {
    for (const path of paths().slice(1)) rmSync(path)
    writeFileSync(segment, sound.subarray(0, bytes))
    await restart()
    expect((await readAll(folder)).texts).toEqual(['alpha', 'beta', 'gamma', 'after'])
    expect(statSync(segment).size).toBe(last)
  }
  expect(quarantined()).toEqual([])
})

it('cuts a tail of zeros, which a file system may leave after a power loss', async () => {
  writeFileSync(segment, Buffer.concat([readFileSync(segment), Buffer.alloc(5000)]))
  await restart()
  expect(await readAll(folder)).toMatchObject({ texts: [...TEXTS, 'after'], damages: [] })
  expect(quarantined()).toEqual([])
})

it('skips the one entry that is damaged, whichever byte it is, and keeps the segment', async () => {
  const sound = readFileSync(segment)
  const start = offsetOf('beta') - FRAME_HEADER_BYTES
  for (let offset = start; offset < start + FRAME_HEADER_BYTES + 4; offset++) {
    for (const path of paths().slice(1)) rmSync(path)
    rmSync(join(folder, 'quarantine'), { recursive: true })
    writeFileSync(segment, sound)
    turn(segment, offset)
    expect((await restart()).quarantined, `byte ${offset}`).toBe(1)
    const { texts, damages } = await readAll(folder)
    expect(texts).toEqual(['alpha', 'gamma', 'delta', 'after'])
    expect(damages).toEqual([
      {
        kind: 'damaged',
        segment,
        from: start - SEGMENT_HEADER_BYTES,
        to: start - SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES + 4,
      },
    ])
  }
})

it('finds damage that came after the start while it reads, and quarantines the segment', async () => {
  await restart()
  turn(segment, offsetOf('beta'))
  expect((await readAll(folder)).texts).toEqual(['alpha', 'gamma', 'delta', 'after'])
  expect(quarantined()).toEqual([segment.slice(folder.length + 1)])
  expect((await readAll(folder)).damages).toHaveLength(1)
})

it('skips damage in the segment that is being written', async () => {
  const journal = await openSmallJournal(folder)
  for (const text of ['one', 'two', 'three']) journal.write(Buffer.from(text))
  await journal.sync()
  const active = paths().at(-1)!
  turn(active, readFileSync(active).indexOf('two'))
  expect((await readAll(folder)).texts.slice(-2)).toEqual(['one', 'three'])
  await journal.close()
})

it('waits at damage that nothing follows in the segment that is being written', async () => {
  const journal = await openSmallJournal(folder)
  journal.write(Buffer.from('one'))
  await journal.sync()
  const active = paths().at(-1)!
  turn(active, readFileSync(active).indexOf('one'))
  const reader = openReader({ folder, position: 0 })
  const { entries } = await reader.next()
  expect(entries).toHaveLength(4)
  expect((await reader.next()).entries).toEqual([])
  journal.write(Buffer.from('two'))
  expect((await reader.next()).entries.map(({ bytes }) => String(bytes))).toEqual(['two'])
  await reader.close()
  await journal.close()
})

it('reads a segment whose header is damaged, whichever byte it is', async () => {
  const sound = readFileSync(segment)
  for (let offset = 0; offset < SEGMENT_HEADER_BYTES; offset++) {
    for (const path of paths().slice(1)) rmSync(path)
    rmSync(join(folder, 'quarantine'), { recursive: true })
    writeFileSync(segment, sound)
    turn(segment, offset)
    expect((await restart()).quarantined).toBe(1)
    const { texts, damages } = await readAll(folder)
    expect(texts).toEqual([...TEXTS, 'after'])
    expect(damages).toEqual([{ kind: 'damaged', segment, from: 0, to: 0 }])
  }
})

it.each([0, 1, 63])('starts over a newest segment of %d bytes', async (bytes) => {
  truncateSync(await writeSegment(['lost']), bytes)
  await restart()
  expect((await readAll(folder)).texts).toEqual([...TEXTS, 'after'])
})

it('goes on over an older segment of no bytes, and reports what is missing', async () => {
  const middle = await writeSegment(['lost'])
  await restart()
  truncateSync(middle, 0)
  const { texts, damages } = await readAll(folder)
  expect(texts).toEqual([...TEXTS, 'after'])
  expect(damages).toMatchObject([{ kind: 'damaged', segment: middle }, { kind: 'missing' }])
})

it('goes on over a missing segment, and reports what is missing', async () => {
  const middle = await writeSegment(['lost'])
  await restart()
  rmSync(middle)
  const { texts, damages } = await readAll(folder)
  expect(texts).toEqual([...TEXTS, 'after'])
  expect(damages).toMatchObject([{ kind: 'missing', segment: paths().at(-1) }])
})

it('starts when all segments are missing, behind the cursors', async () => {
  const journal = await openSmallJournal(folder)
  await journal.close()
  for (const path of paths()) rmSync(path)
  await restart()
  expect((await readAll(folder)).texts).toEqual(['after'])
})

it('starts over a newest segment that is nothing but noise, and keeps it', async () => {
  writeFileSync(segment, Buffer.alloc(3000, 'noise'))
  expect((await restart()).quarantined).toBe(1)
  expect((await readAll(folder)).texts).toEqual(['after'])
})

it('keeps, but does not cut, more bytes at the end than a crash can have torn', async () => {
  const size = statSync(segment).size
  writeFileSync(segment, Buffer.concat([readFileSync(segment), Buffer.alloc(70_000, 1)]))
  expect((await restart()).quarantined).toBe(1)
  expect(statSync(segment).size).toBe(size + 70_000)
  expect((await readAll(folder)).texts).toEqual([...TEXTS, 'after'])
})

it('ignores bytes of a segment that lie where the following one begins', async () => {
  const journal = await openSmallJournal(folder, { segmentBytes: 500 })
  for (let number = 0; number < 10; number++) journal.write(Buffer.from(`${number}`.padEnd(80)))
  await journal.close()
  const [older, newest] = paths().slice(-2)
  const base = Number(/(\d+)\.log$/.exec(newest ?? '')?.[1])
  appendFileSync(older ?? '', encodeFrame(Buffer.from('stale'), base))
  const { texts, damages } = await readAll(folder)
  expect(texts.map((text) => text.trim())).toEqual([...TEXTS, ...'0123456789'])
  expect(damages).toEqual([])
})

it('leaves alone what is no segment', async () => {
  writeFileSync(join(folder, 'notes.log'), 'mine')
  writeFileSync(join(folder, '123.log'), 'mine')
  await restart()
  expect((await readAll(folder)).texts).toEqual([...TEXTS, 'after'])
  expect(readFileSync(join(folder, 'notes.log'), 'utf8')).toBe('mine')
})

it('does not take for an entry what a caller put into one, when that is damaged', async () => {
  const inner = encodeFrame(Buffer.from('forged'), 100)
  const outer = Buffer.concat([Buffer.from('begin '), inner, Buffer.from(' end')])
  segment = await writeSegment([outer, 'last'])
  turn(segment, offsetOf('begin'))
  await restart()
  expect((await readAll(folder)).texts).toEqual([...TEXTS, 'last', 'after'])
})

it('finds the next entry behind much damage, with a frame across the border of a window', async () => {
  const large = Buffer.alloc(2 ** 20 - FRAME_HEADER_BYTES - 10, 1)
  const journal = await openSmallJournal(folder, {
    segmentBytes: 2 ** 24,
    maxBytes: 2 ** 26,
    memoryBytes: 2 ** 24,
  })
  for (const entry of [large, Buffer.alloc(2 ** 20, 2), Buffer.from('last')]) journal.write(entry)
  await journal.close()
  turn(paths().at(-1)!, SEGMENT_HEADER_BYTES + 1000)
  const { entries } = await readAll(folder)
  expect(entries.slice(4).map(({ bytes }) => bytes.length)).toEqual([2 ** 20, 4])
})

it('bounds the space that the quarantine takes', async () => {
  for (let number = 0; number < 12; number++) {
    const path = await writeSegment(['first', Buffer.alloc(30_000)])
    turn(path, SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES)
  }
  const { quarantined: count } = await restart()
  expect(count).toBe(3)
  expect(quarantined()).toHaveLength(3)
})

it('removes a segment that was never finished', async () => {
  copyFileSync(segment, `${segment}.new`)
  await restart()
  expect(existsSync(`${segment}.new`)).toBe(false)
})
