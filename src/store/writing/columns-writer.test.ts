import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CallRecord } from '../../record/index.ts'
import { rowId } from '../days/columns-schema.ts'
import { ColumnStore } from './column-store.ts'
import { ColumnsWriter } from './columns-writer.ts'
import { copySorted, dropColumns, replaceColumns } from './seal-columns.ts'

const RELAY = { number: 1, name: 'relay' }
const DAY = '2026-01-05'
const NOON_MS = Date.UTC(2026, 0, 5, 12)

let folder: string
let store: ColumnStore
let writer: ColumnsWriter

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-columns-'))
  await open()
})

afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true })
})

async function open(): Promise<void> {
  store = await ColumnStore.open({ folder, memoryMb: 128, threads: 1 })
  writer = await ColumnsWriter.open(store)
}

async function close(): Promise<void> {
  writer.close()
  await store.close()
}

function entry(number: number, record: CallRecord = {}, day = DAY) {
  const id = `req_${number}`
  const stored = {
    id,
    day,
    indexPrefix: 'calls',
    record: { '@timestamp': NOON_MS - number, request_id: id, ...record },
  }
  return { position: number * 10, next: number * 10 + 10, stored }
}

function entries(first: number, count: number) {
  return Array.from({ length: count }, (_, index) => entry(first + index))
}

async function ask(sql: string): Promise<unknown[]> {
  const connection = await store.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
  }
}

it('keeps every type of field as it came', async () => {
  const record: CallRecord = {
    '@timestamp': NOON_MS + 0.25,
    latency_ms: 12.5,
    status_code: 200,
    cost_usd: 0.000000123,
    stream: true,
    tags: ['a', 'b'],
    labels: { team: 'x' },
    error_message: 'lỗi "1" \u0000 end',
  }
  await writer.apply(RELAY, [entry(0, record), entry(1)])
  const [full, empty] = await ask(
    `SELECT epoch_us("@timestamp") AS us, latency_ms, status_code, cost_usd, stream, tags, labels,
     error_message, _id FROM day_2026_01_05.records ORDER BY row`,
  )
  expect(full).toEqual({
    us: String(NOON_MS * 1000 + 250),
    latency_ms: 12.5,
    status_code: '200',
    cost_usd: '0.000000123',
    stream: true,
    tags: ['a', 'b'],
    labels: '{"team":"x"}',
    error_message: 'lỗi "1" \u0000 end',
    _id: null,
  })
  expect(empty).toMatchObject({ latency_ms: null, tags: null, cost_usd: null, stream: null })
})

it('leaves out what a column cannot hold', async () => {
  const record: CallRecord = {
    cost_usd: 1e12,
    status_code: Number.NaN,
    latency_ms: Number.POSITIVE_INFINITY,
    prompt_tokens: 1e30,
  }
  await writer.apply(RELAY, [entry(0, record)])
  expect(
    await ask(
      'SELECT cost_usd, status_code, latency_ms, prompt_tokens FROM day_2026_01_05.records',
    ),
  ).toEqual([{ cost_usd: null, status_code: null, latency_ms: null, prompt_tokens: null }])
})

it('passes over what was applied before, also after it was opened again', async () => {
  expect(await writer.apply(RELAY, entries(0, 5))).toBe(5)
  await close()
  await open()
  expect(await writer.apply(RELAY, entries(3, 4))).toBe(2)
  expect(await writer.progress(DAY, 1)).toEqual({ next: 70, rows: 7 })
  expect(await ask('SELECT row FROM day_2026_01_05.records ORDER BY row')).toEqual(
    Array.from({ length: 7 }, (_, number) => ({ row: String(rowId(1, number)) })),
  )
})

it('takes batches larger than a chunk', async () => {
  await writer.apply(RELAY, entries(0, 5000))
  expect(
    await ask(
      'SELECT count(DISTINCT row) AS rows, count(DISTINCT request_id) AS ids FROM day_2026_01_05.records',
    ),
  ).toEqual([{ rows: '5000', ids: '5000' }])
})

it('puts late records into the file of their day', async () => {
  await writer.apply(RELAY, [entry(0), entry(1, {}, '2026-01-04'), entry(2)])
  expect(store.attachedDays().map(({ day }) => day)).toEqual(['2026-01-04', DAY])
  expect(await store.rowsPerDay()).toEqual([
    ['2026-01-04', 1],
    [DAY, 2],
  ])
})

it('adds to a file that an older version made with fewer columns', async () => {
  await close()
  mkdirSync(join(folder, 'days'), { recursive: true })
  const older = await DuckDBInstance.create(join(folder, 'days', `${DAY}.duckdb`))
  const connection = await older.connect()
  await connection.run('CREATE TABLE records ("row" BIGINT, request_id VARCHAR, gone VARCHAR)')
  await connection.run("INSERT INTO records VALUES (1, 'old', 'x')")
  await connection.run(
    'CREATE TABLE position (journal INTEGER, name VARCHAR, next BIGINT, rows BIGINT)',
  )
  connection.closeSync()
  older.closeSync()
  await open()
  expect(store.attachedDay(DAY)?.columns).toEqual(['row', 'request_id', 'gone'])
  await writer.apply(RELAY, [entry(0, { model: 'gpt-4o' })])
  expect(
    await ask('SELECT request_id, model, gone FROM day_2026_01_05.records ORDER BY row'),
  ).toEqual([
    { request_id: 'old', model: null, gone: 'x' },
    { request_id: 'req_0', model: 'gpt-4o', gone: null },
  ])
})

it('lets no query reach a file outside of the days', async () => {
  const outside = join(folder, 'outside.csv')
  writeFileSync(outside, 'secret\n1\n')
  await expect(ask(`SELECT * FROM read_csv('${outside}')`)).rejects.toThrow(/disabled/)
  await expect(ask(`ATTACH '${join(folder, 'x.duckdb')}' AS x`)).rejects.toThrow(/disabled/)
  await expect(ask("SET memory_limit = '9GB'")).rejects.toThrow(/locked/)
})

it('sorts a sealed day by time and keeps its rows', async () => {
  await writer.apply(RELAY, entries(0, 300))
  const sealed = await copySorted(store, DAY)
  expect(sealed).toEqual({ rows: 300, firstMs: NOON_MS - 299, lastMs: NOON_MS })
  expect(await replaceColumns(store, DAY, sealed)).toBe(true)
  const rows = await ask('SELECT row FROM day_2026_01_05.records')
  expect(rows).toEqual(
    Array.from({ length: 300 }, (_, number) => ({ row: String(rowId(1, 299 - number)) })),
  )
  expect(await writer.progress(DAY, 1)).toEqual({ next: 3000, rows: 300 })
})

it('leaves a day as it is when records were added while it was being sealed', async () => {
  await writer.apply(RELAY, entries(0, 10))
  const sealed = await copySorted(store, DAY)
  await writer.apply(RELAY, entries(10, 1))
  expect(await replaceColumns(store, DAY, sealed)).toBe(false)
  expect(await store.rowsPerDay()).toEqual([[DAY, 11]])
})

it('takes late records after sealing', async () => {
  await writer.apply(RELAY, entries(0, 10))
  await replaceColumns(store, DAY, await copySorted(store, DAY))
  expect(await writer.apply(RELAY, entries(8, 4))).toBe(2)
  await close()
  await open()
  expect(await ask('SELECT count(DISTINCT row) AS n FROM day_2026_01_05.records')).toEqual([
    { n: '12' },
  ])
})

it('removes a copy that a crash left while sealing', async () => {
  await writer.apply(RELAY, entries(0, 10))
  await copySorted(store, DAY)
  const copy = join(folder, 'days', `${DAY}.duckdb.sealing`)
  expect(existsSync(copy)).toBe(true)
  await close()
  await open()
  expect(existsSync(copy)).toBe(false)
  expect(await store.rowsPerDay()).toEqual([[DAY, 10]])
})

it('deletes a day while queries wait', async () => {
  await writer.apply(RELAY, entries(0, 10))
  await dropColumns(store, DAY)
  expect(store.attachedDays()).toEqual([])
  expect(existsSync(join(folder, 'days', `${DAY}.duckdb`))).toBe(false)
  expect(await writer.apply(RELAY, entries(10, 1))).toBe(1)
})
