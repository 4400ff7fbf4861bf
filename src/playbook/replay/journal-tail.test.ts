import { expect, it } from 'vitest'
import { type CallRecord, encodeEntry } from '../../record/index.ts'
import { type EntrySource, JournalTail } from './journal-tail.ts'

const open = (record: CallRecord) => encodeEntry('open', JSON.stringify(record))
const close = (record: CallRecord) => encodeEntry('close', JSON.stringify(record))

/** A journal that gives out one batch after the other and tells whether it was closed. */
function journalOf(batches: Uint8Array[][]): EntrySource & { readonly closed: () => boolean } {
  let closed = false
  return {
    read: async () => batches.shift() ?? [],
    async close() {
      closed = true
    },
    closed: () => closed,
  }
}

it('keeps what belongs to the run, up to the last entry written before the end', async () => {
  const mine = { request_id: 'req_1', trace_id: 'run-1' }
  const other = { request_id: 'req_2', trace_id: 'another-1' }
  const batches = [
    [open(mine), open(other)],
    [close(mine), close(other)],
  ]
  const tail = new JournalTail(journalOf(batches), 'run')
  await tail.end()
  expect([...tail.view.opened]).toEqual(['req_1'])
  expect(tail.view.closed).toEqual([mine])
})

it('is not confused by an entry that stands in two segments', async () => {
  const mine = { request_id: 'req_1', trace_id: 'run-1' }
  const tail = new JournalTail(journalOf([[open(mine)], [open(mine), close(mine)]]), 'run')
  await tail.end()
  expect(tail.view.opened.size).toBe(1)
  expect(tail.view.closed).toHaveLength(1)
})

it('closes the journal at its end', async () => {
  const journal = journalOf([])
  await new JournalTail(journal, 'run').end()
  expect(journal.closed()).toBe(true)
})

it('reports a journal that cannot be read', async () => {
  const journal: EntrySource = {
    read: () => Promise.reject(new Error('disk is gone')),
    close: async () => {},
  }
  await expect(new JournalTail(journal, 'run').end()).rejects.toThrow('disk is gone')
})
