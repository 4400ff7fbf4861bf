import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { JOURNALS, openTestJournal, openTestStore, storeFolder } from './store-fixture.ts'

const CHILD = new URL('./documents-child.ts', import.meta.url).pathname
const KILLS = 12

interface Acknowledged {
  readonly version: number
  readonly seqNo: number
  /** Undefined: deleted. */
  readonly n: number | undefined
}

let data: string

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'bellwether-documents-'))
  mkdirSync(storeFolder(data))
  for (const name of JOURNALS) await (await openTestJournal(data, name)).close()
})

afterEach(() => rmSync(data, { recursive: true }))

/** Runs a writer for a while, kills it, and notes what it was told is stored. */
async function writeAndKill(
  from: number,
  afterMs: number,
  acknowledged: Map<string, Acknowledged>,
): Promise<void> {
  const child = spawn(process.execPath, [CHILD, '--data', data, '--from', String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const opened = Promise.withResolvers<void>()
  lines.on('line', (line) => {
    if (line === 'open') opened.resolve()
    else note(line, acknowledged)
  })
  const ended = once(lines, 'close')
  await opened.promise
  await delay(afterMs)
  child.kill('SIGKILL')
  await ended
}

function note(line: string, acknowledged: Map<string, Acknowledged>): void {
  if (!line.endsWith(']')) return // cut off by the kill
  const [key, kind, version, seqNo, n] = JSON.parse(line) as [
    string,
    string,
    number,
    number,
    number,
  ]
  const isGone = kind === 'deleted' || kind === 'not_found'
  expect(version).toBeGreaterThan(acknowledged.get(key)?.version ?? 0)
  acknowledged.set(key, { version, seqNo, n: isGone ? undefined : n })
}

it(`has every acknowledged document once, with its version, after ${KILLS} kills -9`, async () => {
  const acknowledged = new Map<string, Acknowledged>()
  for (let kill = 0; kill < KILLS; kill++) {
    await writeAndKill(kill * 1_000_000, 150 + ((kill * 397) % 1500), acknowledged)
  }
  expect(acknowledged.size).toBeGreaterThan(500)
  const store = await openTestStore(data)
  await store.refresher.look()
  const state = (await store.documents.state())!
  for (const [key, known] of acknowledged) await expectKept(store, key, known)
  await store.close()
  for (const { name, uuid } of state.indices) await expectSearchable(name, uuid, acknowledged)
})

async function expectKept(
  { documents }: Awaited<ReturnType<typeof openTestStore>>,
  key: string,
  { version, seqNo, n }: Acknowledged,
): Promise<void> {
  const [index = '', id = ''] = key.split('/')
  const [current] = await documents.current(index, [id])
  if (current === undefined) {
    // deleted, or by a write that was stored but not acknowledged any more
    expect(id).toMatch(/^kept-/)
    return
  }
  expect(current.version).toBeGreaterThanOrEqual(version)
  if (current.version > version) expect(id).toMatch(/^kept-/)
  else {
    expect(current.seqNo).toBe(seqNo)
    expect(JSON.parse(current.source)).toMatchObject({ n, text: `word${n}` })
  }
}

/** The columns have every document once, the words every document that they have. */
async function expectSearchable(
  name: string,
  uuid: string,
  acknowledged: ReadonlyMap<string, Acknowledged>,
): Promise<void> {
  const base = join(storeFolder(data), 'indices', uuid)
  const rows = await rowsById(`${base}.columns`)
  const database = new DatabaseSync(`${base}.documents`, { readOnly: true })
  const docs = database.prepare(
    `SELECT docs.id, docs.seq, docs.source FROM docs JOIN current USING (seq)
     WHERE deleted_ms IS NULL`,
  )
  const mark = database.prepare('SELECT mark FROM totals').get()?.mark
  const withWord = database.prepare('SELECT rowid FROM words WHERE words MATCH ?')
  const stored = docs.all()
  expect(new Map(stored.map(({ id, seq }) => [String(id), [Number(seq)]]))).toEqual(rows)
  for (const { seq, source } of stored) {
    const { n } = JSON.parse(String(source)) as { n: number }
    const found = withWord.all(`"${String(mark)}word${n}"`)
    expect(found.map(({ rowid }) => rowid)).toEqual([seq])
  }
  database.close()
  const created = [...acknowledged.keys()].filter((key) => key.startsWith(`${name}/new-`))
  for (const key of created) expect(rows.get(key.slice(name.length + 1))).toHaveLength(1)
}

async function rowsById(file: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const found = await connection.runAndReadAll(
    'SELECT _id, list(row) FROM documents WHERE gone IS NULL GROUP BY _id',
  )
  const rows = new Map(
    found.getRowsJson().map(([id, list]) => [String(id), (list as string[]).map(Number)]),
  )
  connection.closeSync()
  instance.closeSync()
  return rows
}
