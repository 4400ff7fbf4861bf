import { type FastifyInstance, fastify } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ScriptedCluster,
  startScriptedCluster,
} from '../../../test/support/scripted-cluster.ts'
import { DocumentWriter } from '../../elastic/index.ts'
import { type Config, createLogger, loadConfig, systemClock } from '../../kernel/index.ts'
import type { IncomingDocument } from '../../record/index.ts'
import { ClusterClient, clusterAccess } from '../../sinks/index.ts'
import { clusterDocuments } from './cluster-documents.ts'
import { JournalWrites } from './journal-writes.ts'
import { passThrough } from './pass-through.ts'
import { RemoteIntake } from './remote-intake.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const NDJSON = { 'content-type': 'application/x-ndjson' }

let cluster: ScriptedCluster
let client: ClusterClient
let app: FastifyInstance
let journal: IncomingDocument[]
let url: string

async function start(changes: Partial<Config['elasticsearch']> = {}): Promise<void> {
  const defaults = loadConfig(undefined, {}).elasticsearch
  const auth = { username: 'us', password: 'secret' }
  const settings = { ...defaults, nodes: [cluster.url], auth, ...changes }
  client = new ClusterClient(clusterAccess(settings), systemClock)
  const intake = new RemoteIntake({
    append: (documents) => Promise.resolve(journal.push(...documents)),
    written: () => Promise.resolve(journal.length),
    clock: systemClock,
  })
  const search = {
    documents: (index: string, ids: readonly string[]) => clusterDocuments(client, index, ids),
  }
  const writer = new DocumentWriter({ search, intake, clock: systemClock, logger })
  const writes = new JournalWrites({ writer, client })
  const options = { client, writes, logger, maxBodyBytes: 10_000 }
  app = fastify()
  await app.register(passThrough, options)
  await app.register(passThrough, { ...options, prefix: '/es' })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
}

function lines(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

beforeEach(async () => {
  journal = []
  cluster = await startScriptedCluster()
})
afterEach(async () => {
  await app.close()
  await client.close()
  await cluster.close()
})

describe('a request for the cluster', () => {
  it('goes there with our credentials, never with those of the client', async () => {
    await start()
    await fetch(`${url}/_cluster/health`, {
      headers: { authorization: 'Bearer theirs', cookie: 'a=b', 'es-security-runas-user': 'root' },
    })
    const { headers } = cluster.requests[0]!
    expect(headers.authorization).toBe(`Basic ${Buffer.from('us:secret').toString('base64')}`)
    expect(headers).not.toHaveProperty('cookie')
    expect(headers).not.toHaveProperty('es-security-runas-user')
  })

  it.each(['', '/es'])('is passed on whole and its answer back, below %j', async (prefix) => {
    await start()
    cluster.script = ({ text }) => ({
      status: 206,
      body: { got: text },
      headers: { warning: '299 old', 'set-cookie': 'x=y', 'www-authenticate': 'Basic' },
    })
    const body = JSON.stringify({ query: { match_all: {} }, pad: 'x'.repeat(200_000) })
    const response = await fetch(`${url}${prefix}/logs-*/_search?size=3&q=a%20b`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/vnd.elasticsearch+json; compatible-with=9' },
    })
    expect(response.status).toBe(206)
    expect(await response.json()).toEqual({ got: body })
    expect(response.headers.get('warning')).toBe('299 old')
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(cluster.requests[0]).toMatchObject({
      path: '/logs-*/_search',
      headers: { 'content-type': 'application/json' },
    })
  })

  it('is answered in the media type the client speaks', async () => {
    await start()
    const accept = 'application/vnd.elasticsearch+json; compatible-with=9'
    const response = await fetch(`${url}/`, { headers: { accept } })
    expect(response.headers.get('content-type')).toBe(
      'application/vnd.elasticsearch+json;compatible-with=9',
    )
    expect(cluster.requests[0]?.headers).not.toHaveProperty('accept')
  })

  it('is a 503 when the cluster is away, breaks off, or refuses our credentials', async () => {
    await start({ nodes: ['http://127.0.0.1:9'] })
    const away = await fetch(`${url}/_search`)
    expect(away.status).toBe(503)
    expect(await away.json()).toMatchObject({ status: 503, error: { root_cause: [{}] } })
    await app.close()
    await client.close()
    await start()
    cluster.script = () => 'break'
    expect((await fetch(`${url}/_search`)).status).toBe(503)
    cluster.script = () => ({ status: 401, body: { secret: 1 } })
    const refused = await fetch(`${url}/_search`)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([503, null])
  })

  it.each([
    ['PUT', '/_cluster/settings', 403],
    ['PATCH', '/x', 403],
    ['GET', '/_security/user', 403],
  ])('%s %s never gets there', async (method, path, status) => {
    await start()
    const response = await fetch(url + path, { method })
    expect(response.status).toBe(status)
    expect(cluster.requests).toEqual([])
  })
})

describe('documents of log indices', () => {
  it('go into the journal, those of others to the cluster, answered in their order', async () => {
    await start()
    cluster.script = ({ path, text }) =>
      path === '/_bulk' && text.includes('orders')
        ? { status: 200, body: { items: [{ index: { _index: 'orders', _id: 'o', status: 201 } }] } }
        : undefined
    const body = lines(
      { create: { _index: 'holysheep-requests', _id: 'a' } },
      { '@timestamp': '2026-01-05T10:00:00Z' },
      { index: { _index: 'orders', _id: 'o' } },
      { n: 1 },
      { index: { _index: 'holysheep-audit-2026.01.07' } },
      { n: 2 },
    )
    const response = await fetch(`${url}/_bulk`, { method: 'POST', body, headers: NDJSON })
    expect(await response.json()).toMatchObject({
      errors: false,
      items: [
        { create: { _index: 'holysheep-requests-2026.01.05', _id: 'a', status: 201 } },
        { index: { _index: 'orders', status: 201 } },
        { index: { _index: 'holysheep-audit-2026.01.07', status: 201 } },
      ],
    })
    expect(journal.map(({ index }) => index)).toEqual([
      'holysheep-requests-2026.01.05',
      'holysheep-audit-2026.01.07',
    ])
    const passed = cluster.requests.find(({ path }) => path === '/_bulk')
    expect(passed?.text).toBe(lines({ index: { _index: 'orders', _id: 'o' } }, { n: 1 }))
  })

  it('are taken while the cluster is away; the others of the request say 503', async () => {
    await start({ nodes: ['http://127.0.0.1:9'] })
    const body = lines(
      { create: { _index: 'holysheep-requests', _id: 'a' } },
      { n: 1 },
      { index: { _index: 'orders' } },
      { n: 1 },
    )
    const response = await fetch(`${url}/_bulk`, { method: 'POST', body, headers: NDJSON })
    expect(await response.json()).toMatchObject({
      errors: true,
      items: [{ create: { status: 201 } }, { index: { status: 503 } }],
    })
    expect(journal).toHaveLength(1)
  })

  it('are a conflict when the cluster has their id', async () => {
    await start()
    cluster.script = ({ path }) =>
      path.endsWith('/_mget')
        ? { status: 200, body: { docs: [{ _id: 'a', found: true, _source: { n: 1 } }] } }
        : undefined
    const write = (path: string, n: number) =>
      fetch(`${url}/holysheep-x-2026.01.05/${path}/a`, {
        method: 'PUT',
        body: JSON.stringify({ n }),
        headers: { 'content-type': 'application/json' },
      })
    expect((await write('_create', 1)).status).toBe(409)
    expect((await write('_doc', 2)).status).toBe(409)
    expect(await (await write('_doc', 1)).json()).toMatchObject({ result: 'noop' })
    expect(journal).toEqual([])
  })

  it.each([
    ['that are no JSON', 'PUT', '/holysheep-x/_doc/1', '{', 400],
    ['that are a list', 'PUT', '/holysheep-x/_doc/1', '[]', 400],
    ['that are too large', 'PUT', '/holysheep-x/_doc/1', `{"a":"${'x'.repeat(20_000)}"}`, 413],
    ['with a version', 'PUT', '/holysheep-x/_doc/1?version=3', '{}', 400],
  ])('%s are refused', async (_, method, path, body, status) => {
    await start()
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url + path, { method, body, headers })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ status, error: { root_cause: [{}] } })
    expect(journal).toEqual([])
  })
})
