import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { columnRows, documentRows } from '../../../test/faults/store-fixture.ts'
import { BUCKET, BUCKET_KEYS, BucketServer } from '../../../test/support/bucket-server.ts'
import { RunningStore, type RunningStoreOptions } from '../../../test/support/running-store.ts'

const DAY_MS = 86_400_000
const TODAY_MS = Date.UTC(2026, 2, 15)
const DAYS = ['2026-03-13', '2026-03-14', '2026-03-15']

let repository: string
let opened: RunningStore[] = []

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'snapshots-'))
})

afterEach(async () => {
  for (const store of opened) await store.close()
  opened = []
  rmSync(repository, { recursive: true, force: true })
})

async function open(options: Partial<RunningStoreOptions> = {}): Promise<RunningStore> {
  const snapshots = { paths: [repository] }
  const store = await RunningStore.open({
    nowMs: TODAY_MS + DAY_MS / 2,
    snapshots,
    ...options,
  })
  opened.push(store)
  return store
}

async function closed(store: RunningStore): Promise<string> {
  opened = opened.filter((other) => other !== store)
  await store.close({ keep: true })
  return store.data
}

function records(daysAgo: number, count: number, prefix?: string) {
  return Array.from({ length: count }, (_, number) => ({
    id: `d${daysAgo}-${prefix ?? ''}-${number}`,
    timeMs: TODAY_MS - daysAgo * DAY_MS + number,
    prompt: `câu hỏi ${number}`,
    ...(prefix !== undefined && { prefix }),
  }))
}

/** Three days, the older ones sealed, one with two indices. */
async function filled(): Promise<RunningStore> {
  const store = await open({ store: { seal_after_minutes: 0 } })
  for (const daysAgo of [2, 1, 0]) store.write(records(daysAgo, 100))
  store.write(records(1, 20, 'holysheep-other'))
  await store.caughtUp()
  await store.store.sealDays()
  await store.ask('PUT', '/_snapshot/backup', { type: 'fs', settings: { location: 'here' } })
  return store
}

const take = (store: RunningStore, name: string, body?: unknown) =>
  store.ask('PUT', `/_snapshot/backup/${name}?wait_for_completion=true`, body)
const restore = (store: RunningStore, name: string, body?: unknown) =>
  store.ask('POST', `/_snapshot/backup/${name}/_restore?wait_for_completion=true`, body)

/** What a day holds, in both engines. */
async function contentOf(data: string, day: string) {
  const rows = [...(await columnRows(data, day))]
  const documents = [...documentRows(data, day)]
  const sum = createHash('sha256').update(JSON.stringify([sorted(rows), sorted(documents)]))
  return { count: rows.length, documents: documents.length, sum: sum.digest('hex') }
}

function sorted<T>(entries: readonly (readonly [number, T])[]) {
  return [...entries].sort(([a], [b]) => a - b)
}

it('restores all of a store into an empty one with the same records', async () => {
  const store = await filled()
  const { snapshot } = await take(store, 'all')
  expect(snapshot).toMatchObject({ snapshot: 'all', state: 'SUCCESS', failures: [] })
  const names = await store.logNames()
  const other = await open()
  await other.ask('PUT', '/_snapshot/backup', { type: 'fs', settings: { location: 'here' } })
  const restored = await restore(other, 'all')
  expect(restored).toMatchObject({ snapshot: { shards: { total: 4, successful: 4 } } })
  expect(await other.logNames()).toEqual(names)
  // what comes now is added to what was there
  other.write(records(0, 1).map((record) => ({ ...record, id: 'new' })))
  await other.caughtUp()
  const [from, to] = [await closed(store), await closed(other)]
  for (const day of DAYS.slice(0, 2)) {
    expect(await contentOf(to, day)).toEqual(await contentOf(from, day))
  }
  const today = [...(await columnRows(to, DAYS[2]!)).values()]
  expect(today.sort(byText)).toEqual(
    [...(await columnRows(from, DAYS[2]!)).values(), 'new'].sort(byText),
  )
  for (const data of [from, to]) rmSync(data, { recursive: true })
}, 60_000)

it('restores one day, and refuses a day that exists', async () => {
  const store = await filled()
  await take(store, 'all')
  const before = await store.logNames()
  const body = { indices: 'holysheep-requests-2026.03.14' }
  const refused = await store.answer('POST', '/_snapshot/backup/all/_restore', body)
  expect(refused).toMatchObject({
    status: 500,
    body: {
      error: { type: 'snapshot_restore_exception', reason: expect.stringContaining('2026-03-14') },
    },
  })
  await store.ask('DELETE', '/holysheep-requests-2026.03.14,holysheep-other-2026.03.14')
  expect(await store.logNames()).toHaveLength(2)
  await restore(store, 'all', body)
  expect(await store.logNames()).toEqual(before)
  const logs = await store.indices.logIndices()
  expect(logs.map(({ day }) => day.prefixes.reduce((sum, { rows }) => sum + rows, 0))).toEqual([
    100, 120, 120, 100,
  ])
}, 60_000)

it('replays what the journal still holds of a restored day, once', async () => {
  const store = await filled()
  await take(store, 'all')
  store.write(records(1, 50).map((record) => ({ ...record, id: `late-${record.id}` })))
  await store.caughtUp()
  await store.ask('DELETE', '/holysheep-requests-2026.03.14,holysheep-other-2026.03.14')
  await restore(store, 'all', { indices: '*2026.03.14' })
  store.write(records(1, 5).map((record) => ({ ...record, id: `later-${record.id}` })))
  await store.caughtUp()
  const data = await closed(store)
  const ids = [...(await columnRows(data, DAYS[1]!)).values()]
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toHaveLength(100 + 20 + 50 + 5)
  expect(documentRows(data, DAYS[1]!).size).toBe(175)
  rmSync(data, { recursive: true })
}, 60_000)

it('takes a consistent prefix while 500 records a second come in', async () => {
  const store = await filled()
  let written = 0
  const writing = new AbortController()
  const writer = (async () => {
    while (!writing.signal.aborted) {
      const batch = Array.from({ length: 10 }, () => {
        const number = written++
        // in turn for two days, so that a cut between their files would show
        return { id: `live-${number}`, timeMs: TODAY_MS - (number % 2) * DAY_MS + number }
      })
      store.write(batch)
      await delay(20)
    }
  })()
  await delay(500)
  await take(store, 'live')
  await delay(200)
  writing.abort()
  await writer
  await store.caughtUp()
  const other = await open()
  await other.ask('PUT', '/_snapshot/backup', { type: 'fs', settings: { location: 'here' } })
  await restore(other, 'live')
  const data = await closed(other)
  const live: number[] = []
  for (const day of DAYS.slice(1)) {
    const columns = await columnRows(data, day)
    const documents = documentRows(data, day)
    expect([...documents.keys()].sort(byText)).toEqual([...columns.keys()].sort(byText))
    for (const id of columns.values()) {
      if (id.startsWith('live-')) live.push(Number(id.slice(5)))
    }
  }
  live.sort((a, b) => a - b)
  expect(live.length).toBeGreaterThan(50)
  expect(live.length).toBeLessThan(written)
  expect(live).toEqual(Array.from({ length: live.length }, (_, number) => number))
  rmSync(data, { recursive: true })
}, 60_000)

it('sends what it has not sent before, and keeps what another snapshot needs', async () => {
  const store = await filled()
  await take(store, 'first')
  await take(store, 'second')
  const stats = async (name: string) => {
    const { snapshots } = await store.ask('GET', `/_snapshot/backup/${name}/_status`)
    const [status] = snapshots as [{ stats: Record<string, { size_in_bytes: number }> }]
    return [status.stats.incremental!.size_in_bytes, status.stats.total!.size_in_bytes]
  }
  const [firstAdded, firstTotal] = await stats('first')
  expect(firstAdded).toBe(firstTotal)
  expect(await stats('second')).toEqual([0, firstTotal])
  store.write(records(0, 1).map((record) => ({ ...record, id: 'one more' })))
  await store.caughtUp()
  await take(store, 'third')
  const [thirdAdded] = await stats('third')
  expect(thirdAdded).toBeGreaterThan(0)
  expect(thirdAdded).toBeLessThan(firstTotal! / 2)
  await store.ask('DELETE', '/_snapshot/backup/first,second')
  await store.ask('DELETE', '/holysheep-requests-2026.03.13')
  await restore(store, 'third', { indices: 'holysheep-requests-2026.03.13' })
  expect(await store.logNames()).toContain('holysheep-requests-2026.03.13')
  await store.ask('DELETE', '/_snapshot/backup/third')
  expect(
    readdirSync(join(repository, 'here', 'blobs'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    ),
  ).toEqual([])
}, 60_000)

it('restores document indices, data streams, aliases and global state, renamed or not', async () => {
  const store = await open()
  await store.ask('PUT', '/_snapshot/backup', { type: 'fs', settings: { location: 'here' } })
  await store.ask('PUT', '/_ilm/policy/p', { policy: { phases: {} } })
  await store.ask('PUT', '/_index_template/s', {
    index_patterns: ['stream-*'],
    data_stream: {},
    template: { settings: { 'index.lifecycle.name': 'p' } },
  })
  await store.ask('PUT', '/_data_stream/stream-a')
  await store.ask('PUT', '/docs', {
    aliases: { alias: {} },
    mappings: { properties: { text: { type: 'text' } } },
  })
  await store.indices.write(
    Array.from({ length: 50 }, (_, number) => ({
      action: 'index' as const,
      index: 'docs',
      id: `${number % 40}`,
      source: JSON.stringify({ text: `word${number}`, number }),
    })),
  )
  await take(store, 'docs')
  const other = await open()
  await other.ask('PUT', '/_snapshot/backup', { type: 'fs', settings: { location: 'here' } })
  await restore(other, 'docs', { include_global_state: true })
  const state = (await other.indices.state())!
  expect(state.indices.map(({ name }) => name).sort(byText)).toEqual([
    expect.stringMatching(/^\.ds-stream-a-/),
    'docs',
  ])
  expect(state.dataStreams).toMatchObject([{ name: 'stream-a', generation: 1 }])
  expect(Object.keys(state.policies)).toEqual(['p'])
  expect(Object.keys(state.templates)).toEqual(['s'])
  const docs = state.indices.find(({ name }) => name === 'docs')!
  expect(Object.keys(docs.aliases)).toEqual(['alias'])
  expect(docs.mappings).toEqual(
    (await store.indices.state())!.indices.find(({ name }) => name === 'docs')!.mappings,
  )
  const ids = ['0', '9', '10', '39']
  expect(await other.indices.current('docs', ids)).toEqual(await store.indices.current('docs', ids))
  const tables = await other.store.indexTables()
  expect(tables.find(({ uuid }) => uuid === docs.uuid)).toMatchObject({ rows: 40 })
  await restore(store, 'docs', {
    indices: 'docs',
    rename_pattern: '(.+)',
    rename_replacement: 'old-$1',
    include_aliases: false,
  })
  expect(await store.indices.current('old-docs', ['39'])).toMatchObject([{ version: 1 }])
  await store.indices.write([{ action: 'index', index: 'old-docs', id: '39', source: '{}' }])
  expect(await store.indices.current('old-docs', ['39'])).toMatchObject([{ version: 2 }])
}, 60_000)

it('keeps snapshots in a bucket', async () => {
  const bucket = await BucketServer.start()
  const s3 = { access_key: BUCKET_KEYS.accessKey, secret_key: BUCKET_KEYS.secretKey }
  const settings = { bucket: BUCKET, endpoint: bucket.endpoint, base_path: 'logs' }
  const store = await open({ snapshots: { s3 } })
  store.write(records(1, 100))
  await store.caughtUp()
  await store.ask('PUT', '/_snapshot/backup', { type: 's3', settings })
  await take(store, 'cloud')
  await store.ask('DELETE', '/holysheep-requests-2026.03.14')
  bucket.failing = 2
  await restore(store, 'cloud')
  const [log] = await store.indices.logIndices()
  expect(log?.day.prefixes).toMatchObject([{ rows: 100 }])
  await store.ask('DELETE', '/_snapshot/backup/cloud')
  expect(bucket.objects.size).toBe(0)
  await bucket.close()
}, 60_000)

it('answers as Elasticsearch does to what cannot be done', async () => {
  const store = await open()
  store.write(records(0, 1))
  await store.caughtUp()
  const fs = (location?: string) => ({ type: 'fs', settings: { location } })
  const cases = [
    ['PUT', '/_snapshot/r', fs('/elsewhere'), 500, "doesn't match any of the locations"],
    ['PUT', '/_snapshot/r', fs('../elsewhere'), 500, "doesn't match any of the locations"],
    ['PUT', '/_snapshot/r', fs(), 500, 'missing location'],
    ['PUT', '/_snapshot/r', { settings: {} }, 400, 'type is missing'],
    ['PUT', '/_snapshot/r', { type: 'hdfs' }, 500, 'repository type [hdfs] does not exist'],
    ['PUT', '/_snapshot/a,b', fs('x'), 500, 'must not contain the following characters'],
    ['GET', '/_snapshot/nope', undefined, 404, '[nope] missing'],
    ['PUT', '/_snapshot/nope/s', undefined, 404, '[nope] missing'],
    ['PUT', '/_snapshot/ok', fs('ok'), 200, ''],
    ['PUT', '/_snapshot/ok/S', undefined, 400, 'must be lowercase'],
    ['PUT', '/_snapshot/ok/_s', undefined, 400, "must not start with '_'"],
    ['PUT', '/_snapshot/ok/s', { indices: 'nope' }, 404, 'no such index [nope]'],
    ['PUT', '/_snapshot/ok/s', { foo: 1 }, 400, 'unknown field [foo]'],
    ['PUT', '/_snapshot/ok/s?wait_for_completion=true', undefined, 200, ''],
    ['PUT', '/_snapshot/ok/s', undefined, 400, 'snapshot with the same name already exists'],
    ['GET', '/_snapshot/ok/nope', undefined, 404, '[ok:nope] is missing'],
    ['DELETE', '/_snapshot/ok/nope', undefined, 404, '[ok:nope] is missing'],
    ['POST', '/_snapshot/ok/nope/_restore', undefined, 500, 'snapshot does not exist'],
    ['POST', '/_snapshot/ok/s/_restore', { indices: 'x' }, 404, 'no such index [x]'],
    [
      'POST',
      '/_snapshot/ok/s/_restore',
      { rename_pattern: 'h', rename_replacement: 'x' },
      400,
      'is a log index',
    ],
    ['GET', '/_snapshot/ok/_current', undefined, 200, ''],
    ['GET', '/_snapshot/ok/s*?verbose=false', undefined, 200, ''],
    ['POST', '/_snapshot/ok/_verify', undefined, 200, ''],
    ['POST', '/_snapshot/ok/_cleanup', undefined, 200, ''],
    ['GET', '/_cat/snapshots?format=json', undefined, 200, ''],
  ] as const
  for (const [method, url, body, status, reason] of cases) {
    const answer = await store.answer(method, url, body)
    expect([url, answer.status, JSON.stringify(answer.body)]).toEqual([
      url,
      status,
      expect.stringContaining(reason),
    ])
  }
}, 60_000)

function byText(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1
}
