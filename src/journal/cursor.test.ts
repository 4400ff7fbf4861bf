import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/faults/journal-fixture.ts'
import { listCursors, openCursor } from './cursor.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = temporaryFolder()
  file = join(folder, 'cursors', 'store')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

it('begins at 0 and is found again where it was left', async () => {
  const cursor = await openCursor(folder, 'store')
  expect(cursor).toMatchObject({ position: 0, damaged: false })
  await cursor.advance(2 ** 52 + 1)
  expect(cursor.position).toBe(2 ** 52 + 1)
  expect(await openCursor(folder, 'store')).toMatchObject({ position: 2 ** 52 + 1, damaged: false })
})

it('never moves back', async () => {
  const cursor = await openCursor(folder, 'store')
  await Promise.all([cursor.advance(5), cursor.advance(9), cursor.advance(7)])
  await cursor.advance(3)
  expect((await openCursor(folder, 'store')).position).toBe(9)
})

it('refuses what is no position, and names that leave the folder', async () => {
  const cursor = await openCursor(folder, 'store')
  await expect(cursor.advance(-1)).rejects.toThrow(RangeError)
  await expect(cursor.advance(0.5)).rejects.toThrow(RangeError)
  await expect(openCursor(folder, '../store')).rejects.toThrow('not a cursor name')
})

it('begins at 0 and says so when any one bit of its file is turned', async () => {
  await (await openCursor(folder, 'store')).advance(123)
  const sound = readFileSync(file)
  for (let bit = 0; bit < sound.length * 8; bit++) {
    const turned = Buffer.from(sound)
    turned[bit >> 3]! ^= 1 << (bit & 7)
    writeFileSync(file, turned)
    expect(await openCursor(folder, 'store')).toMatchObject({ position: 0, damaged: true })
  }
})

it.each([0, 1, 20, 29])(
  'begins at 0 and says so when its file has only %d bytes',
  async (bytes) => {
    await (await openCursor(folder, 'store')).advance(123)
    writeFileSync(file, readFileSync(file).subarray(0, bytes))
    const cursor = await openCursor(folder, 'store')
    expect(cursor).toMatchObject({ position: 0, damaged: true })
    await cursor.advance(124)
    expect(await openCursor(folder, 'store')).toMatchObject({ position: 124, damaged: false })
  },
)

it('begins at 0 and says so when its file is a folder', async () => {
  mkdirSync(file, { recursive: true })
  expect(await openCursor(folder, 'store')).toMatchObject({ position: 0, damaged: true })
})

it('lists all cursors, without half-written ones', async () => {
  await (await openCursor(folder, 'store')).advance(1)
  await (await openCursor(folder, 'text')).advance(2)
  writeFileSync(`${file}.new`, '')
  expect((await listCursors(folder)).toSorted((a, b) => a.position - b.position)).toEqual([
    { name: 'store', position: 1, damaged: false },
    { name: 'text', position: 2, damaged: false },
  ])
})
