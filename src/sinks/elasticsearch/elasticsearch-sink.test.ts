import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pollUntil } from '../../../test/support/poll-until.ts'
import {
  type ScriptedCluster,
  startScriptedCluster,
} from '../../../test/support/scripted-cluster.ts'
import { createLogger, loadConfig, systemClock } from '../../kernel/index.ts'
import { type BulkDocument, bulkDocument } from './bulk-document.ts'
import { clusterAccess } from './cluster-access.ts'
import { DeadLetters } from './dead-letters.ts'
import { ElasticsearchSink } from './elasticsearch-sink.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const NOON_MS = Date.UTC(2026, 0, 5, 12)
const INDEX = 'holysheep-requests-2026.01.05'

let folder: string
let cluster: ScriptedCluster
let deadLetters: DeadLetters
let sink: ElasticsearchSink

function open(changes: object = {}): ElasticsearchSink {
  const defaults = loadConfig(undefined, {}).elasticsearch
  const settings = { ...defaults, nodes: [cluster.url], ...changes }
  sink = new ElasticsearchSink({
    settings,
    access: clusterAccess(settings),
    deadLetters,
    clock: systemClock,
    logger,
    pauses: { firstMs: 5, longestMs: 20, random: Math.random },
  })
  return sink
}

function documents(count: number, prompt = ''): readonly BulkDocument[] {
  return Array.from({ length: count }, (_, number) => {
    const id = `d${number}`
    const record = { '@timestamp': NOON_MS, request_id: id, latency_ms: number, prompt }
    const stored = { id, day: '2026-01-05', indexPrefix: 'holysheep-requests', record }
    return bulkDocument(stored, { journal: 'relay', position: number }, 'holysheep-requests')
  })
}

function letters(): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(join(folder, 'dead-letters.db'), { readOnly: true })
  const rows = database.prepare('SELECT * FROM letters ORDER BY number').all()
  database.close()
  return rows
}

function bulks(): number {
  return cluster.requests.filter(({ path }) => path === '/_bulk').length
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-sink-'))
  cluster = await startScriptedCluster()
  deadLetters = new DeadLetters({ folder, clock: systemClock })
})
afterEach(async () => {
  await sink.close()
  await cluster.close()
  deadLetters.close()
  rmSync(folder, { recursive: true })
})

describe('writing to a cluster', () => {
  it('writes each record once, as the embedded store answers it', async () => {
    await open().write(documents(3))
    expect([...cluster.documents.keys()]).toEqual([`${INDEX}/d0`, `${INDEX}/d1`, `${INDEX}/d2`])
    expect(cluster.documents.get(`${INDEX}/d2`)).toMatchObject({
      '@timestamp': '2026-01-05T12:00:00.000Z',
      latency_ms: 2,
    })
    expect(bulks()).toBe(1)
  })

  it('takes a record that is there already for written, and another one of its id for dead', async () => {
    const [first, second] = documents(2)
    cluster.put(`${INDEX}/d0`, JSON.parse(first!.source) as Record<string, unknown>)
    cluster.put(`${INDEX}/d1`, { ...JSON.parse(second!.source), latency_ms: 99 })
    await open().write([first!, second!])
    expect(letters()).toMatchObject([
      { document_id: 'd1', reason: 'another document has this id', content: second!.source },
    ])
    expect(sink.status().settled).toBe(2)
  })

  it('halves what is too large down to the one record that is, which is a dead letter', async () => {
    cluster.script = ({ path, text }) =>
      path === '/_bulk' && (text.length > 3_000 || text.includes('huge'))
        ? { status: 413, body: '' }
        : undefined
    const [large] = documents(1, 'huge')
    const many = documents(40)
    const batchBytes = open().batchBytes
    await sink.write([...many.slice(1, 20), large!, ...many.slice(20)])
    expect(cluster.documents.size).toBe(39)
    expect(letters()).toMatchObject([{ document_id: 'd0', reason: 'status 413' }])
    expect(sink.batchBytes).toBeLessThan(batchBytes)
  })

  it('repeats the documents that a busy cluster refused, and those alone', async () => {
    const seen = new Map<string, number>()
    cluster.item = (id) => {
      seen.set(id, (seen.get(id) ?? 0) + 1)
      const isBusy = Number(id.slice(1)) % 3 === 0 && (seen.get(id) ?? 0) < 3
      return isBusy
        ? { status: 429, error: { type: 'es_rejected_execution_exception' } }
        : undefined
    }
    await open().write(documents(9))
    expect(cluster.documents.size).toBe(9)
    expect(Object.fromEntries(seen)).toMatchObject({ d0: 3, d1: 1, d2: 1, d3: 3 })
    expect(deadLetters.counts()).toEqual({ kept: 0, dropped: 0 })
  })

  it('waits as long as a busy cluster asks for', async () => {
    let refusedMs = 0
    cluster.script = ({ path }) => {
      if (path !== '/_bulk' || refusedMs !== 0) return undefined
      refusedMs = performance.now()
      return { status: 429, body: {}, headers: { 'retry-after': '1' } }
    }
    await open().write(documents(1))
    expect(performance.now() - refusedMs).toBeGreaterThan(990)
  })

  it.each([
    ['a document that does not fit', { status: 400, error: { type: 'mapper_parsing_exception' } }],
    ['an index that cannot be', { status: 400, error: { type: 'invalid_index_name_exception' } }],
  ])('makes %s a dead letter and writes the others', async (_, refusal) => {
    cluster.item = (id) => (id === 'd1' ? refusal : undefined)
    await open().write(documents(3))
    expect(cluster.documents.size).toBe(2)
    expect(letters()).toMatchObject([
      { document_id: 'd1', document_index: INDEX, journal: 'relay', position: 1 },
    ])
    expect(letters()[0]?.reason).toContain(refusal.error.type)
  })

  it('finds the one document that spoils a whole request', async () => {
    cluster.script = ({ path, text }) =>
      path === '/_bulk' && text.includes('"d5"')
        ? { status: 400, body: { error: { type: 'action_request_validation_exception' } } }
        : undefined
    await open().write(documents(8))
    expect(cluster.documents.size).toBe(7)
    expect(letters()).toMatchObject([{ document_id: 'd5' }])
  })

  it.each([
    ['has no room for another index', { status: 400, error: { type: 'validation_exception' } }],
    ['blocks writing', { status: 403, error: { type: 'cluster_block_exception' } }],
    ['lacks a shard', { status: 503, error: { type: 'unavailable_shards_exception' } }],
  ])('goes on trying while the cluster %s', async (_, refusal) => {
    let refusals = 5
    cluster.item = () => (refusals-- > 0 ? refusal : undefined)
    const written = open().write(documents(1))
    const { trouble } = await pollUntil('trouble', () => {
      const status = sink.status()
      return status.trouble === undefined ? undefined : status
    })
    expect(trouble?.reason).toContain(refusal.error.type)
    await written
    expect(sink.status().trouble).toBeUndefined()
    expect(deadLetters.counts().kept).toBe(0)
  })

  it('writes nothing twice when the answer is lost on the way', async () => {
    let breaks = 2
    const { script } = cluster
    cluster.script = (request) => {
      if (request.path !== '/_bulk' || breaks-- <= 0) return script(request)
      // the cluster has taken the first documents, and nobody hears of it
      cluster.put(`${INDEX}/d0`, JSON.parse(documents(1)[0]!.source) as Record<string, unknown>)
      return 'break'
    }
    await open().write(documents(3))
    expect(cluster.documents.size).toBe(3)
    expect(deadLetters.counts().kept).toBe(0)
  })

  it('sends its own credentials and packs what it sends', async () => {
    await open({ auth: { api_key: 'secret' } }).write(documents(1))
    const request = cluster.requests.find(({ path }) => path === '/_bulk')
    expect(request?.headers).toMatchObject({
      authorization: 'ApiKey secret',
      'content-encoding': 'gzip',
    })
  })

  it('goes to the other node when one is gone', async () => {
    await open({ nodes: ['http://127.0.0.1:9', cluster.url] }).write(documents(2))
    expect(cluster.documents.size).toBe(2)
  })

  it('ends what waits for a cluster that is away when it is closed', async () => {
    const written = open({ nodes: ['http://127.0.0.1:9'] }).write(documents(1))
    await pollUntil('trouble', () => sink.status().trouble)
    await sink.close()
    await expect(written).rejects.toThrow()
  })
})
