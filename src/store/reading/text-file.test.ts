import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BLOCK_DOCUMENTS } from '../days/text-schema.ts'
import { TextDay } from '../writing/text-day.ts'
import { textRows } from '../writing/text-row.ts'
import { TextFile } from './text-file.ts'

const JOURNAL = { number: 1, name: 'relay' }
const FIRST_ROW = 2 ** 40

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-text-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('gives back the document of a row although others hold what its line begins with', () => {
  const file = join(folder, '2026-01-05.text')
  const trap = (row: number) => ({ row, list: [{ row: row + 1, x: 'nested' }] })
  const entries = Array.from({ length: BLOCK_DOCUMENTS + 3 }, (_, place) => {
    const body = `line\n{"row":${FIRST_ROW + place + 1},"prompt":"not this"}`
    const record = { prompt: `words of ${place}`, request_body: body }
    const stored = { id: `id-${place}`, day: '2026-01-05', indexPrefix: 'a', record }
    const extra = trap(FIRST_ROW + place)
    return { position: place, next: place + 1, stored: { ...stored, extra } }
  })
  const writing = new TextDay(file)
  writing.apply(JOURNAL, textRows(entries, true))
  const reading = new TextFile(new DatabaseSync(file, { readOnly: true }), 'day')
  for (const place of [0, 1, 30, BLOCK_DOCUMENTS - 1, BLOCK_DOCUMENTS, BLOCK_DOCUMENTS + 2]) {
    const found = reading.document(FIRST_ROW + place)
    expect(found?.record?.prompt).toBe(`words of ${place}`)
    expect(found?.extra).toEqual(trap(FIRST_ROW + place))
  }
  expect(reading.document(FIRST_ROW + BLOCK_DOCUMENTS + 3)).toBeUndefined()
  reading.close()
  writing.close()
})
