import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  type ScriptedCluster,
  startScriptedCluster,
} from '../../../test/support/scripted-cluster.ts'
import { type Config, createLogger, loadConfig, systemClock } from '../../kernel/index.ts'
import { clusterAccess } from './cluster-access.ts'
import { ClusterClient } from './cluster-client.ts'
import { type SetUpResult, setUp } from './set-up.ts'

type Json = Readonly<Record<string, unknown>>

const logger = createLogger({ process: 'test', level: 'silent' })
const TEMPLATE = '/_index_template/holysheep-template'
const OPENSEARCH = { number: '3.6.0', distribution: 'opensearch' }

let cluster: ScriptedCluster
let client: ClusterClient

async function start(version?: Json): Promise<void> {
  cluster = await startScriptedCluster(version)
}

async function run(changes: Partial<Config['elasticsearch']> = {}): Promise<SetUpResult> {
  const defaults = loadConfig(undefined, {}).elasticsearch
  const settings = { ...defaults, nodes: [cluster.url], ...changes }
  client = new ClusterClient(clusterAccess(settings), systemClock)
  try {
    return await setUp({ client, settings, logger }, AbortSignal.timeout(10_000))
  } finally {
    await client.close()
  }
}

/** Settings as a cluster gives them back: as a tree of texts. */
function asGivenBack(body: Json): Json {
  const { template, ...rest } = body as { template: Json }
  const index = {
    number_of_shards: '1',
    number_of_replicas: '0',
    mapping: { ignore_malformed: 'true' },
  }
  return { ...rest, composed_of: [], template: { ...template, settings: { index } } }
}

beforeEach(() => start())
afterEach(() => cluster.close())

it('puts the index template once, also when the cluster gives it back in another form', async () => {
  expect(await run()).toMatchObject({ kind: 'ready', product: { lifecycle: 'own' } })
  const put = cluster.things.get(TEMPLATE)!
  expect(put.body).toMatchObject({ index_patterns: ['holysheep-*'], priority: 200 })
  cluster.things.set(TEMPLATE, { body: asGivenBack(put.body), times: 1 })
  await run()
  expect(cluster.things.get(TEMPLATE)?.times).toBe(1)
  await run({ replicas: 1 })
  expect(cluster.things.get(TEMPLATE)?.times).toBe(2)
})

it('puts it anew when its own settings have changed', async () => {
  await run()
  await run({ replicas: 1 })
  expect(cluster.things.get(TEMPLATE)).toMatchObject({
    times: 2,
    body: { template: { settings: { 'index.number_of_replicas': '1' } } },
  })
})

it.each([
  ['changed', (body: Json): Json => ({ ...body, priority: 7 })],
  ['made', ({ _meta, ...body }: Json): Json => ({ ...body, priority: 7 })],
])('leaves a template that somebody %s as it is', async (_, change) => {
  await run()
  const { body } = cluster.things.get(TEMPLATE)!
  cluster.things.set(TEMPLATE, { body: change(body), times: 0 })
  expect(await run({ replicas: 1 })).toMatchObject({ kind: 'ready' })
  expect(cluster.things.get(TEMPLATE)).toMatchObject({ times: 0, body: { priority: 7 } })
})

it('remembers the form that a cluster of its own mind keeps', async () => {
  const reshape = (body: Json): Json => ({ ...body, added_by_the_cluster: { version: 3 } })
  cluster.script = ({ method, path, text }) => {
    if (method !== 'PUT' || path !== TEMPLATE) return undefined
    const times = (cluster.things.get(TEMPLATE)?.times ?? 0) + 1
    cluster.things.set(TEMPLATE, { body: reshape(JSON.parse(text) as Json), times })
    return { status: 200, body: { acknowledged: true } }
  }
  await run()
  expect(cluster.things.get(TEMPLATE)?.times).toBe(2)
  await run()
  expect(cluster.things.get(TEMPLATE)?.times).toBe(2)
})

it('gives the template a lifecycle where the cluster has one, and its policy first', async () => {
  const path = '/_ilm/policy/holysheep-logs-policy'
  let policy: Json | undefined
  cluster.script = (request) => {
    if (request.path === '/_ilm/status') return { status: 200, body: { operation_mode: 'RUNNING' } }
    if (request.path !== path) return undefined
    if (request.method === 'PUT') policy = JSON.parse(request.text) as Json
    else if (policy === undefined) return { status: 404, body: {} }
    return { status: 200, body: { 'holysheep-logs-policy': { version: 1, ...policy } } }
  }
  expect(await run()).toMatchObject({ kind: 'ready', product: { lifecycle: 'ilm' } })
  expect(policy).toMatchObject({
    policy: { phases: { delete: { min_age: '30d', actions: { delete: {} } } } },
  })
  expect(cluster.things.get(TEMPLATE)?.body).toMatchObject({
    template: { settings: { 'index.lifecycle.name': 'holysheep-logs-policy' } },
  })
  const puts = () =>
    cluster.requests.filter(({ method }) => method === 'PUT').map((put) => put.path)
  expect(puts()).toEqual([path, TEMPLATE])
  await run()
  expect(puts()).toHaveLength(2)
})

it('puts a state management policy on OpenSearch, and replaces its own', async () => {
  await cluster.close()
  await start(OPENSEARCH)
  const path = '/_plugins/_ism/policies/holysheep-logs-policy'
  let kept: Json | undefined
  let puts = 0
  cluster.script = (request) => {
    if (request.path !== path) return undefined
    if (request.method === 'PUT') {
      puts++
      kept = { ...(JSON.parse(request.text) as { policy: Json }).policy, schema_version: 21 }
      return { status: 200, body: {} }
    }
    if (kept === undefined) return { status: 404, body: { error: {}, status: 404 } }
    return { status: 200, body: { _seq_no: 4, _primary_term: 1, policy: kept } }
  }
  expect(await run()).toMatchObject({ kind: 'ready', product: { lifecycle: 'ism' } })
  await run()
  expect(puts).toBe(1)
  await run({ retention_days: 7 })
  expect(puts).toBe(2)
  expect(kept).toMatchObject({
    states: [{ transitions: [{ conditions: { min_index_age: '7d' } }] }, {}],
  })
})

it('names labels as OpenSearch does', async () => {
  await cluster.close()
  await start(OPENSEARCH)
  await run()
  expect(cluster.things.get(TEMPLATE)?.body).toMatchObject({
    template: { mappings: { properties: { labels: { type: 'flat_object' } } } },
  })
})

it.each([
  ['is too old', { number: '6.8.23' }, 'not supported'],
  ['is something else', {}, 'neither Elasticsearch nor OpenSearch'],
])('does not go on with what %s', async (_, version, reason) => {
  await cluster.close()
  await start(version)
  expect(await run()).toMatchObject({ kind: 'trouble', reason: expect.stringContaining(reason) })
})

it('goes on without a template that the cluster will not take', async () => {
  cluster.script = ({ method, path }) =>
    method === 'PUT' && path === TEMPLATE
      ? { status: 403, body: { error: { type: 'security_exception' }, status: 403 } }
      : undefined
  expect(await run()).toMatchObject({ kind: 'ready' })
})
