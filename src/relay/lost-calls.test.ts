import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { readEntries } from '../../test/faults/relay-fixture.ts'
import { openJournal } from '../journal/index.ts'
import { AppError, createLogger, systemClock } from '../kernel/index.ts'
import { encodeEntry } from '../record/index.ts'
import { createLostCalls, type LostCalls } from './lost-calls.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lost-'))
  folders.push(folder)
  return folder
}

async function openWith(folder: string, lost: LostCalls, own: readonly Uint8Array[] = []) {
  return openJournal({
    folder,
    syncMs: 5,
    segmentBytes: 2048,
    maxBytes: 1e9,
    memoryBytes: 1e7,
    readers: [],
    clock: systemClock,
    logger,
    preamble: () => [...lost.openEntries(), ...own],
    onRecovered: (entries) => lost.collect(entries),
  })
}

function entry(kind: 'open' | 'close', id: string): Buffer {
  return encodeEntry(kind, JSON.stringify({ '@timestamp': 1, request_id: id, model: 'small' }))
}

async function outcomes(folder: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const { kind, record } of await readEntries(folder)) {
    if (kind !== 'close') continue
    const id = record.request_id ?? ''
    found[id] = [...(found[id] ?? []), record.outcome ?? 'ok']
  }
  return found
}

it('closes once what a killed relay left open, with what was known at its admission', async () => {
  const folder = temporaryFolder()
  const before = await openWith(folder, createLostCalls())
  for (const id of ['a', 'b', 'c']) before.write(entry('open', id))
  before.write(entry('close', 'b'))
  await before.close()
  const lost = createLostCalls()
  const journal = await openWith(folder, lost)
  expect(lost.close(journal, logger)).toBe(2)
  expect(lost.close(journal, logger)).toBe(0)
  await journal.close()
  expect(await outcomes(folder)).toEqual({ a: ['lost'], b: ['ok'], c: ['lost'] })
  const record = (await readEntries(folder)).find((each) => each.record.outcome === 'lost')?.record
  expect(record).toEqual({
    '@timestamp': 1,
    request_id: 'a',
    model: 'small',
    outcome: 'lost',
    error_type: 'relay_crash',
    error_message: expect.stringContaining('stopped by force'),
    body_status: 'off',
    cost_status: 'none',
  })
})

it('closes nothing twice when it is killed in the middle, at any point', async () => {
  const folder = temporaryFolder()
  const ids = Array.from({ length: 30 }, (_, number) => `call-${number}`)
  const own: Uint8Array[] = []
  const before = await openWith(folder, createLostCalls(), own)
  for (const id of ids) {
    own.push(entry('open', id))
    before.write(entry('open', id))
  }
  await before.close()
  for (let start = 0; start < 8; start++) {
    const lost = createLostCalls()
    const journal = await openWith(folder, lost)
    let room = 4
    lost.close(
      {
        status: () => journal.status(),
        write(bytes, options) {
          if (room-- === 0) throw new AppError('JOURNAL_FULL')
          return journal.write(bytes, options)
        },
      },
      logger,
    )
    await journal.close()
  }
  expect(await outcomes(folder)).toEqual(Object.fromEntries(ids.map((id) => [id, ['lost']])))
})
