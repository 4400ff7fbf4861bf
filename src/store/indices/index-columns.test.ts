import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ColumnStore } from '../writing/column-store.ts'
import { newUuid } from './document-ids.ts'
import type { IndexChanges, IndexRow } from './document-indices.ts'
import { IndexColumns } from './index-columns.ts'
import { indexDatabaseName } from './index-columns-schema.ts'
import { indexColumnsFile } from './index-files.ts'

const uuid = newUuid()
const TEXT = { name: 'c1', sqlType: 'VARCHAR[]' }

let folder: string
let store: ColumnStore
let indices: IndexColumns

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-index-columns-'))
  await open()
})

afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true })
})

async function open(): Promise<void> {
  store = await ColumnStore.open({ folder, memoryMb: 200, threads: 1 })
  indices = await IndexColumns.open(store)
}

async function close(): Promise<void> {
  await indices.close()
  await store.close()
}

async function read(select: string): Promise<readonly (readonly unknown[])[]> {
  const connection = await store.connect()
  try {
    const found = await connection.runAndReadAll(
      `SELECT ${select} FROM ${indexDatabaseName(uuid)}.documents ORDER BY row`,
    )
    return found.getRowsJson()
  } finally {
    connection.closeSync()
  }
}

function row(number: number, values: IndexRow['values'] = {}): IndexRow {
  return { row: number, id: `d${number}`, routing: undefined, version: 1, ignored: [], values }
}

function changes(upTo: number, change: Partial<IndexChanges>): IndexChanges {
  return { uuid, upTo, columns: [], rows: [], gone: [], ...change }
}

const VALUES: readonly (readonly [sqlType: string, values: IndexRow['values'][string], unknown])[] =
  [
    ['VARCHAR[]', ['b', 'a', 'b'], ['b', 'a', 'b']],
    ['VARCHAR[]', ['a\u0000b', '🙂'], ['a\u0000b', '🙂']],
    [
      'BIGINT[]',
      [1, '9223372036854775807', '-9223372036854775808'],
      ['1', '9223372036854775807', '-9223372036854775808'],
    ],
    ['BIGINT[]', ['9223372036854775808', 'x'], null],
    ['DOUBLE[]', [0.1, -1e300], [0.1, -1e300]],
    ['BOOLEAN[]', [true, false], [true, false]],
    ['TIMESTAMP[]', [1767611445123.456], ['2026-01-05 11:10:45.123456']],
    ['VARCHAR', ['[{"a":1}]'], '[{"a":1}]'],
  ]

it.each(VALUES)('keeps values of a column of type %s: %j', async (sqlType, values, expected) => {
  const columns = [{ name: 'c7', sqlType }]
  await indices.apply(changes(0, { columns, rows: [row(0, { c7: values })] }), 0)
  expect(await read('c7')).toEqual([[expected]])
})

it('adds columns as documents bring them along', async () => {
  await indices.apply(changes(0, { columns: [TEXT], rows: [row(0, { c1: ['x'] })] }), 0)
  const columns = [TEXT, { name: 'c2', sqlType: 'BIGINT[]' }]
  const rows = [row(1, { c2: [5] }), { ...row(2), routing: 'r', version: 7, ignored: ['f'] }]
  await indices.apply(changes(2, { columns, rows }), 2)
  expect(await read('row, _id, _routing, _version, _ignored, c1, c2')).toEqual([
    ['0', 'd0', null, '1', null, ['x'], null],
    ['1', 'd1', null, '1', null, null, ['5']],
    ['2', 'd2', 'r', '7', ['f'], null, null],
  ])
  expect(indices.tables()).toMatchObject([{ uuid, rows: 3, upTo: 2 }])
})

it('applies the same changes once, however often they come, also after a restart', async () => {
  const first = changes(1, { rows: [row(0), row(1)] })
  const second = changes(3, { rows: [row(3)], gone: [{ row: 0, by: 3 }] })
  await indices.apply(first, 1)
  await indices.apply(first, 1)
  await close()
  await open()
  await indices.apply(first, 1)
  await indices.apply(second, 3)
  await indices.apply(second, 3)
  expect(await read('row, gone')).toEqual([
    ['0', '3'],
    ['1', null],
    ['3', null],
  ])
  expect(indices.tables()).toMatchObject([{ rows: 2, upTo: 3 }])
})

it('catches up with changes that overlap those it has', async () => {
  await indices.apply(changes(1, { rows: [row(0), row(1)] }), 1)
  // handed out again from the beginning, with what happened since: 1 was replaced by 2
  const overlapping = changes(2, { rows: [row(0), row(2)], gone: [{ row: 1, by: 2 }] })
  await indices.apply(overlapping, 2)
  expect(await read('row, gone')).toEqual([
    ['0', null],
    ['1', '2'],
    ['2', null],
  ])
})

it('takes out rows that are gone, but none that a reader holds', async () => {
  const rows = Array.from({ length: 6000 }, (_, number) => row(number))
  await indices.apply(changes(5999, { rows }), 5999)
  const gone = rows.slice(0, 5000).map((each, place) => ({ row: each.row, by: 6000 + place }))
  await indices.apply(changes(10_999, { gone }), 6999)
  const counted = await read('count(*) OVER (), gone')
  expect(counted[0]).toEqual(['5000', '7000'])
  expect(indices.tables()).toMatchObject([{ rows: 1000 }])
  await close()
  await open()
  expect(indices.tables()).toMatchObject([{ rows: 1000 }])
})

it('forgets an index whose columns are dropped', async () => {
  await indices.apply(changes(0, { rows: [row(0)] }), 0)
  await indices.drop(uuid)
  expect(indices.tables()).toEqual([])
  expect(existsSync(indexColumnsFile(folder, uuid))).toBe(false)
  await indices.drop(uuid)
})

it('keeps little of wide documents in memory, however many indices have them', async () => {
  const sqlType = 'BIGINT[]'
  const columns = Array.from({ length: 300 }, (_, number) => ({ name: `c${number}`, sqlType }))
  const values = Object.fromEntries(columns.map(({ name }, number) => [name, [number]]))
  const uuids = [uuid, ...Array.from({ length: 3 }, newUuid)]
  for (let turn = 0; turn < 3; turn++) {
    for (const each of uuids) {
      await indices.apply(
        { ...changes(turn, { columns, rows: [row(turn, values)] }), uuid: each },
        0,
      )
    }
  }
  expect(indices.tables().map(({ rows }) => rows)).toEqual(uuids.map(() => 3))
  const connection = await store.connect()
  const memory = await connection.runAndReadAll(
    `SELECT sum(memory_usage_bytes + temporary_storage_bytes)::DOUBLE FROM duckdb_memory()
     WHERE tag = 'IN_MEMORY_TABLE'`,
  )
  connection.closeSync()
  expect(memory.getRows()[0]![0]).toBeLessThan(40e6)
  expect(await read('c299')).toEqual(Array.from({ length: 3 }, () => [['299']]))
})
