import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize } from 'node:v8'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger } from '../../kernel/index.ts'
import { ColumnStore, type IndexChanges, IndexColumns } from '../../store/index.ts'
import { DocumentsService } from './documents-service.ts'
import { IndexRefresher } from './index-refresher.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const clock = { nowMs: () => 1000, monotonicMs: () => 0 }
const MAPPINGS = { properties: { n: { type: 'long' } } }

let folder: string
let documents: DocumentsService
let store: ColumnStore
let columns: IndexColumns
let refresher: IndexRefresher
let uuid: string
/** Called before each step between the engines; what it throws is a crash at that point. */
let beforeStep: (step: 'changes' | 'apply' | 'applied') => void

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-refresher-'))
  beforeStep = () => undefined
  await open()
  const created = documents.createIndex('a', { mappings: MAPPINGS })
  uuid = created.ok ? created.value.uuid : expect.fail('no index')
})

afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true })
})

async function open(): Promise<void> {
  documents = new DocumentsService(folder, clock)
  store = await ColumnStore.open({ folder, memoryMb: 200, threads: 1 })
  columns = await IndexColumns.open(store)
  refresher = await IndexRefresher.open({
    documents: documentsSide(),
    columns: columnsSide(),
    logger,
  })
}

async function close(): Promise<void> {
  await refresher.close()
  documents.close()
  await columns.close()
  await store.close()
}

async function reopen(): Promise<void> {
  beforeStep = () => undefined
  await close()
  await open()
}

/** The document service as another thread sees it. */
function documentsSide() {
  return {
    changed: async () => documents.changed(),
    dropped: async () => documents.dropped(),
    reconcile: async (...values: Parameters<DocumentsService['reconcile']>) =>
      documents.reconcile(...values),
    packedChanges: async (index: string, limit: number) => {
      beforeStep('changes')
      return documents.packedChanges(index, limit)
    },
    applied: async (index: string, upTo: number, horizon?: number) => {
      beforeStep('applied')
      documents.applied(index, upTo, horizon)
    },
  }
}

function columnsSide() {
  return {
    indexTables: async () => columns.tables(),
    dropIndex: (index: string) => columns.drop(index),
    applyIndex: async (packed: Uint8Array, horizon: number) => {
      beforeStep('apply')
      await columns.apply(deserialize(packed) as IndexChanges, horizon)
    },
  }
}

function write(id: string, n: number): void {
  documents.write([{ action: 'index', index: 'a', id, source: `{"n":${n}}` }])
}

/** Ids and numbers that a search sees, now or as of a sequence number. */
async function found(asOf?: number): Promise<Record<string, number>> {
  const table = columns.tables().find((each) => each.uuid === uuid)
  if (table === undefined) return {}
  const seen =
    asOf === undefined ? 'gone IS NULL' : `row <= ${asOf} AND (gone IS NULL OR gone > ${asOf})`
  const connection = await store.connect()
  const rows = await connection.runAndReadAll(
    `SELECT _id, ${table.columns.at(-1)}[1] FROM ${table.database}.documents WHERE ${seen}`,
  )
  connection.closeSync()
  const entries = rows.getRows().map(([id, n]) => [String(id), Number(n)] as const)
  expect(new Set(entries.map(([id]) => id)).size).toBe(entries.length)
  return Object.fromEntries(entries)
}

it('makes what was written before a refresh findable after it', async () => {
  write('x', 1)
  write('y', 2)
  expect(await found()).toEqual({})
  await refresher.refresh([uuid])
  expect(await found()).toEqual({ x: 1, y: 2 })
  write('x', 3)
  documents.write([{ action: 'delete', index: 'a', id: 'y' }])
  await refresher.refresh([uuid])
  expect(await found()).toEqual({ x: 3 })
})

it('moves more documents than one message holds', async () => {
  const operations = Array.from({ length: 3500 }, (_, n) => ({
    action: 'index' as const,
    index: 'a',
    id: `d${n}`,
    source: `{"n":${n}}`,
  }))
  documents.write(operations)
  await refresher.refresh([uuid])
  expect(Object.keys(await found())).toHaveLength(3500)
})

it('shares one refresh among those that ask while it waits', async () => {
  let rounds = 0
  beforeStep = (step) => {
    if (step === 'changes') rounds++
  }
  write('x', 1)
  const first = refresher.refresh([uuid])
  await Promise.resolve()
  write('x', 2)
  await Promise.all([first, ...Array.from({ length: 50 }, () => refresher.refresh([uuid]))])
  expect(await found()).toEqual({ x: 2 })
  expect(rounds).toBeLessThan(8)
})

it.each(['changes', 'apply', 'applied'] as const)(
  'has every document once after a crash before %s',
  async (step) => {
    write('x', 1)
    write('y', 1)
    await refresher.refresh([uuid])
    write('x', 2)
    beforeStep = (reached) => {
      if (reached === step) throw new Error('crash')
    }
    await expect(refresher.refresh([uuid])).rejects.toThrow('crash')
    write('y', 2)
    await reopen()
    write('z', 1)
    await refresher.look()
    expect(await found()).toEqual({ x: 2, y: 2, z: 1 })
    await refresher.look()
    expect(documents.sizes()).toMatchObject({ a: { documents: 3, deleted: 0 } })
  },
)

it('makes lost columns again', async () => {
  write('x', 1)
  await refresher.refresh([uuid])
  write('x', 2)
  write('y', 2)
  await refresher.refresh([uuid])
  await columns.drop(uuid)
  await reopen()
  expect(await found()).toEqual({})
  await refresher.look()
  expect(await found()).toEqual({ x: 2, y: 2 })
})

it('deletes columns of indices that are gone, whether seen now or after a restart', async () => {
  write('x', 1)
  await refresher.refresh([uuid])
  documents.deleteIndices(['a'])
  await refresher.look()
  expect(columns.tables()).toEqual([])
  const created = documents.createIndex('a', { mappings: MAPPINGS })
  uuid = created.ok ? created.value.uuid : expect.fail('no index')
  write('x', 2)
  await refresher.look()
  expect(await found()).toEqual({ x: 2 })
  documents.deleteIndices(['a'])
  await reopen()
  expect(columns.tables()).toEqual([])
})

it('keeps what a reader holds, and forgets it afterwards', async () => {
  write('x', 1)
  await refresher.refresh([uuid])
  const held = await refresher.hold([uuid])
  const again = await refresher.hold([uuid])
  write('x', 2)
  write('y', 1)
  await refresher.refresh([uuid])
  expect(await found(held.get(uuid))).toEqual({ x: 1 })
  expect(await found()).toEqual({ x: 2, y: 1 })
  expect(documents.sizes()).toMatchObject({ a: { deleted: 1 } })
  await refresher.release(held)
  await refresher.release(held)
  await refresher.look()
  expect(documents.sizes()).toMatchObject({ a: { deleted: 1 } })
  await refresher.release(again)
  await refresher.look()
  expect(documents.sizes()).toMatchObject({ a: { deleted: 0 } })
})
