import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Manifest } from './manifest.ts'
import { textRows } from './text-row.ts'
import { TextWriter } from './text-writer.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-manifest-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

it('keeps the number of a journal', () => {
  const first = Manifest.open(folder)
  expect([first.journalNumber('relay'), first.journalNumber('intake')]).toEqual([1, 2])
  first.close()
  const second = Manifest.open(folder)
  expect([second.journalNumber('intake'), second.journalNumber('relay')]).toEqual([2, 1])
  second.close()
})

it('keeps the state of days', () => {
  const manifest = Manifest.open(folder)
  manifest.setDay({ day: '2026-01-06', state: 'hot', rows: 3 })
  manifest.setDay({ day: '2026-01-05', state: 'sealed', rows: 9, firstMs: 1, lastMs: 2 })
  expect(manifest.days()).toEqual([
    { day: '2026-01-05', state: 'sealed', rows: 9, firstMs: 1, lastMs: 2 },
    { day: '2026-01-06', state: 'hot', rows: 3 },
  ])
  manifest.removeDay('2026-01-05')
  expect(manifest.day('2026-01-05')).toBeUndefined()
  manifest.close()
})

it.each(['missing', 'damaged'])('takes the journals from the day files when it is %s', (how) => {
  const writer = new TextWriter(folder)
  const stored = { id: 'a', day: '2026-01-05', indexPrefix: 'calls', record: { request_id: 'a' } }
  const rows = textRows([{ position: 0, next: 10, stored }], true)
  writer.apply({ number: 3, name: 'intake' }, rows)
  writer.close()
  if (how === 'damaged') writeFileSync(join(folder, 'meta.db'), 'x'.repeat(8192))
  const manifest = Manifest.open(folder)
  expect([manifest.journalNumber('intake'), manifest.journalNumber('relay')]).toEqual([3, 4])
  manifest.close()
})
