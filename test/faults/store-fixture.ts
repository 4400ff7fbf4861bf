import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Journal, openJournal } from '../../src/journal/index.ts'
import { createLogger, loadConfig, systemClock } from '../../src/kernel/index.ts'
import { encodeEntry } from '../../src/record/index.ts'
import { openLogStore } from '../../src/server/log/index.ts'

const DAY_MS = 86_400_000
/** Noon of the first of the days that the entries of `entryOf` lie in. */
const FIRST_NOON_MS = Date.UTC(2026, 0, 5, 12)
const DAYS = 5
/** Entries per day before the next begins. */
const ENTRIES_A_DAY = 1200
/** Every so-manieth event is late by up to four days. */
const LATE_EVERY = 7

export const JOURNALS = ['relay', 'intake'] as const
export type JournalName = (typeof JOURNALS)[number]

const silent = createLogger({ process: 'test', level: 'silent' })

/** Folders of the journals below `data`. */
export function journalFolders(data: string): Record<JournalName, string> {
  return { relay: join(data, 'journal', 'relay'), intake: join(data, 'journal', 'intake') }
}

/** Folder of the store below `data`. */
export function storeFolder(data: string): string {
  return join(data, 'store')
}

/** Opens the writer of one of the journals. */
export function openTestJournal(data: string, name: JournalName): Promise<Journal> {
  return openJournal({
    folder: journalFolders(data)[name],
    syncMs: 5,
    segmentBytes: 200_000,
    maxBytes: 1e9,
    memoryBytes: 1e7,
    readers: ['text', 'columns'],
    clock: systemClock,
    logger: silent,
  })
}

/** Opens the store with all its threads. */
export function openTestStore(data: string, onFailure: (error: unknown) => void = rethrow) {
  return openLogStore({
    folder: storeFolder(data),
    journals: journalFolders(data),
    config: loadConfig(undefined, {}),
    clock: systemClock,
    logger: silent,
    onFailure,
  })
}

function rethrow(error: unknown): void {
  throw error
}

/** Id of the `number`-th entry; the journal it goes to is in it. */
export function idOf(name: JournalName, number: number): string {
  return `${name}-${number}`
}

/** Time of an entry: the days follow each other, some events come late. */
export function timeOf(number: number): number {
  const day = Math.min(DAYS - 1, Math.floor(number / ENTRIES_A_DAY))
  const late = number % LATE_EVERY === 0 ? (number / LATE_EVERY) % DAYS : 0
  return FIRST_NOON_MS + Math.max(0, day - late) * DAY_MS + (number % 40_000) * 1000
}

/** Makes an entry as it stands in the journal: calls in one, others' documents in the other. */
export function entryOf(name: JournalName, number: number): Uint8Array {
  const id = idOf(name, number)
  const timeMs = timeOf(number)
  const shared = { user_id: `user-${number % 50}`, model: 'gpt-4o', latency_ms: number % 300 }
  if (name === 'intake') {
    const source = {
      ...shared,
      '@timestamp': new Date(timeMs).toISOString(),
      request_id: id,
      labels: { own: id },
      unknown: number,
    }
    const document = { index: 'holysheep-requests', id, received_ms: timeMs, source }
    return encodeEntry('document', JSON.stringify(document))
  }
  const record = {
    '@timestamp': timeMs,
    request_id: id,
    type: 'holysheep_request',
    ...shared,
    status_code: number % 9 === 0 ? 500 : 200,
    labels: { own: id },
    ...(number % 9 === 0 && { error_message: `upstream failed in try ${number}` }),
  }
  const request = { messages: [{ role: 'user', content: `question number${number} tiếng Việt` }] }
  const answer = { choices: [{ message: { content: `answer number${number}` } }] }
  return encodeEntry(
    'close',
    JSON.stringify(record),
    Buffer.from(JSON.stringify(request)),
    Buffer.from(JSON.stringify(answer)),
  )
}

/** What one engine holds of a day: ids by row. */
export type RowsOfDay = ReadonlyMap<number, string>

/** Reads the column file of a day. */
export async function columnRows(data: string, day: string): Promise<RowsOfDay> {
  const file = join(storeFolder(data), 'days', `${day}.duckdb`)
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const found = await connection.runAndReadAll('SELECT "row", request_id FROM records')
  const rows = found.getRows().map(([row, id]) => [Number(row), String(id)] as const)
  connection.closeSync()
  instance.closeSync()
  return noTwice(rows)
}

/** Reads the documents of a text file; those of calls carry their number in the prompt. */
export function documentRows(data: string, day: string): ReadonlyMap<number, unknown> {
  const database = openText(data, day)
  const blocks = database.prepare('SELECT data FROM blocks').all()
  const pending = database.prepare('SELECT data FROM pending').all()
  database.close()
  const lines = [
    ...blocks.flatMap(({ data: block }) =>
      zstdDecompressSync(block as Uint8Array)
        .toString()
        .split('\n'),
    ),
    ...pending.map((found) => String(found.data)),
  ]
  const documents = lines.map((line) => JSON.parse(line) as { row: number })
  return noTwice(documents.map((document) => [document.row, document] as const))
}

/** Finds the rows whose label `own` is `id` in the word index of a day. */
export function rowsOfLabel(database: DatabaseSync, id: string): readonly number[] {
  return database
    .prepare('SELECT rowid AS found FROM words WHERE words MATCH ?')
    .all(`"lown=${id}"`)
    .map(({ found }) => Number(found))
}

/** Opens the text file of a day for reading. */
export function openText(data: string, day: string): DatabaseSync {
  return new DatabaseSync(join(storeFolder(data), 'days', `${day}.text`), { readOnly: true })
}

function noTwice<T>(rows: readonly (readonly [number, T])[]): ReadonlyMap<number, T> {
  const map = new Map(rows)
  if (map.size !== rows.length) throw new Error('a row id occurs twice')
  return map
}
