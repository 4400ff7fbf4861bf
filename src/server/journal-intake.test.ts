import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Journal, openJournal, openReader } from '../journal/index.ts'
import { createLogger, isAppError, systemClock } from '../kernel/index.ts'
import { decodeEntry, type IncomingDocument } from '../record/index.ts'
import { JournalIntake } from './journal-intake.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
let folder: string
let journal: Journal

async function open(maxBytes = 2 ** 24): Promise<Journal> {
  journal = await openJournal({
    folder: join(folder, 'intake'),
    syncMs: 5,
    segmentBytes: 2 ** 20,
    maxBytes,
    memoryBytes: 2 ** 20,
    readers: ['columns'],
    clock: systemClock,
    logger,
  })
  return journal
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-intake-'))
})
afterEach(async () => {
  await journal.close()
  rmSync(folder, { recursive: true })
})

function document(id: string, text = 'x'): IncomingDocument {
  return { index: 'logs-2026.01.05', id, received_ms: 1, source: { text } }
}

async function written(): Promise<unknown[]> {
  const reader = openReader({ folder: join(folder, 'intake'), position: 0 })
  const { entries } = await reader.next(2 ** 24)
  await reader.close()
  return entries.map(({ bytes }) => decodeEntry(bytes))
}

it('has the documents on disk when it answers, with the position behind them', async () => {
  const intake = new JournalIntake(await open(), async () => 0)
  const position = await intake.append([document('a'), document('b')])
  expect(position).toBe(journal.status().durable)
  expect(await written()).toEqual([
    { kind: 'document', document: document('a') },
    { kind: 'document', document: document('b') },
  ])
})

it('writes none of the documents when one is too large', async () => {
  const intake = new JournalIntake(await open(), async () => 0)
  const large = document('large', 'x'.repeat(2 ** 20))
  await expect(intake.append([document('a'), large])).rejects.toSatisfy((error) =>
    isAppError(error, 'JOURNAL_RECORD_TOO_LARGE'),
  )
  expect(await written()).toEqual([])
})

it('is visible once the store has come past it, for all who wait', async () => {
  let stored = 0
  const intake = new JournalIntake(await open(), async () => stored)
  const seen: number[] = []
  const waiting = [30, 10, 20].map(async (position) => {
    await intake.visible(position)
    seen.push(position)
  })
  await sleep(50)
  expect(seen).toEqual([])
  stored = 20
  await sleep(60)
  expect(new Set(seen)).toEqual(new Set([10, 20]))
  stored = 30
  await Promise.all(waiting)
  await intake.visible(30)
})

it('is ready when the store has what the journal held at the start', async () => {
  await open()
  await new JournalIntake(journal, async () => 0).append([document('a')])
  const { end } = journal.status()
  let stored = 0
  const intake = new JournalIntake(journal, async () => stored)
  setTimeout(() => {
    stored = end
  }, 50)
  await intake.ready()
  expect(stored).toBe(end)
})

it('tells everybody who waits when the store fails, and asks again the next time', async () => {
  const answers = [() => Promise.reject(new Error('thread ended')), async () => 5]
  const intake = new JournalIntake(await open(), () => answers.shift()!())
  await expect(intake.visible(5)).rejects.toThrow('thread ended')
  await intake.visible(5)
})
