import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rowId } from '../days/columns-schema.ts'
import { ID_KINDS, idHash } from '../days/text-schema.ts'
import { TextDay } from './text-day.ts'
import { textRows } from './text-row.ts'

const RELAY = { number: 1, name: 'relay' }
const INTAKE = { number: 2, name: 'intake' }

let folder: string
let file: string
let day: TextDay

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-text-'))
  file = join(folder, '2026-01-05.text')
  day = new TextDay(file)
})

afterEach(() => {
  day.close()
  rmSync(folder, { recursive: true })
})

function rows(first: number, count: number, words = 'một con đường') {
  const entries = Array.from({ length: count }, (_, index) => {
    const number = first + index
    const id = `req_${number}`
    const record = { request_id: id, prompt: `${words} n${number}`, error_message: `lỗi ${number}` }
    const stored = { id, day: '2026-01-05', indexPrefix: 'calls', record }
    return { position: number * 10, next: number * 10 + 10, stored }
  })
  return textRows(entries, true)
}

function read<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return work(database)
  } finally {
    database.close()
  }
}

function matching(expression: string): number[] {
  return read((database) =>
    database
      .prepare('SELECT rowid AS found FROM words WHERE words MATCH ?')
      .all(expression)
      .map(({ found }) => Number(found)),
  )
}

function documents(): { row: number; record: { prompt: string } }[] {
  return read((database) => [
    ...database
      .prepare('SELECT data FROM blocks ORDER BY first_row')
      .all()
      .flatMap(({ data }) =>
        zstdDecompressSync(data as Uint8Array)
          .toString()
          .split('\n'),
      )
      .map((line) => JSON.parse(line)),
    ...database
      .prepare('SELECT data FROM pending ORDER BY row')
      .all()
      .map(({ data }) => JSON.parse(String(data))),
  ])
}

it('passes over what was applied before', () => {
  expect(day.apply(RELAY, rows(0, 5))).toBe(5)
  expect(day.apply(RELAY, rows(3, 4))).toBe(2)
  expect(day.progress(1)).toEqual({ next: 70, rows: 7 })
  expect(documents().map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => rowId(1, n)))
})

it('numbers the records of each journal for itself', () => {
  day.apply(RELAY, rows(0, 2))
  day.apply(INTAKE, rows(0, 1))
  expect(matching('"pn0"')).toEqual([rowId(1, 0), rowId(2, 0)])
  expect(day.rows()).toBe(3)
})

it('finds words with accents by both forms', () => {
  day.apply(RELAY, rows(0, 1))
  expect(matching('"pđường"')).toEqual([rowId(1, 0)])
  expect(matching('"p~duong"')).toEqual([rowId(1, 0)])
  expect(matching('"pduong"')).toEqual([])
})

it('keeps documents in blocks of 64 and the rest waiting', () => {
  day.apply(RELAY, rows(0, 70))
  day.apply(RELAY, rows(70, 70))
  expect(read((database) => database.prepare('SELECT count(*) AS n FROM blocks').get())).toEqual({
    n: 2,
  })
  expect(documents().map(({ record }) => record.prompt.split(' ').at(-1))).toEqual(
    Array.from({ length: 140 }, (_, number) => `n${number}`),
  )
})

it('lists rows by the hash of an id', () => {
  day.apply(RELAY, rows(0, 3))
  const found = read((database) =>
    database
      .prepare('SELECT row FROM ids WHERE kind = ? AND hash = ?')
      .all(ID_KINDS.request_id, idHash('req_2')),
  )
  expect(found).toEqual([{ row: rowId(1, 2) }])
})

it('adds nothing of a batch that fails', () => {
  day.apply(RELAY, rows(0, 1))
  const [good, bad] = rows(1, 2)
  const broken = { ...bad!, document: 5 as unknown as string }
  expect(() => day.apply(RELAY, [good!, broken])).toThrow()
  expect(day.progress(1)).toEqual({ next: 10, rows: 1 })
  expect(matching('"pn1"')).toEqual([])
  expect(day.apply(RELAY, rows(1, 2))).toBe(2)
})

it('gives room back when sealed and keeps every row', () => {
  for (let first = 0; first < 2000; first += 100) day.apply(RELAY, rows(first, 100))
  const before = documents()
  for (const _ of day.seal()) expect(day.rows()).toBe(2000)
  expect(documents()).toEqual(before)
  expect(matching('"pn1999"')).toEqual([rowId(1, 1999)])
  const segments = read((database) =>
    database.prepare('SELECT count(DISTINCT segid) AS n FROM words_idx').get(),
  )
  expect(segments).toEqual({ n: 1 })
  expect(read((database) => database.prepare('PRAGMA freelist_count').get())).toEqual({
    freelist_count: 0,
  })
  expect(statSync(`${file}-wal`).size).toBe(0)
})

it('takes records between the steps of sealing and after them', () => {
  for (let first = 0; first < 1000; first += 100) day.apply(RELAY, rows(first, 100))
  let next = 1000
  for (const _ of day.seal()) day.apply(RELAY, rows(next++, 1))
  day.apply(RELAY, rows(next, 1))
  expect(day.rows()).toBe(next + 1)
  expect(matching('"pcon"').length).toBe(next + 1)
  expect(documents().length).toBe(next + 1)
})
