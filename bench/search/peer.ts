import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { elasticProperties } from '../../src/record/index.ts'
import { askSurely, CALLS } from './elastic-http.ts'

/** Scripts that start and stop an Elasticsearch; they lie beside the repository, if anywhere. */
const ENGINES = fileURLToPath(new URL('../../../shared/engines/', import.meta.url))

const START_MS = 600_000
const TEMPLATE = 'holysheep-bench'

export interface Peer {
  readonly url: string
  readonly pid: number
  readonly version: string
}

/** Where one runs that was started here. */
let running: { readonly port: number; readonly folder: string } | undefined

/** Tells whether there is an Elasticsearch to compare with. */
export function hasPeer(): boolean {
  return existsSync(`${ENGINES}start-elasticsearch.sh`)
}

/**
 * Starts an Elasticsearch 8.11 with the full compiler, on a folder that is empty or was used so
 * before. `stopPeer` ends it.
 *
 * @throws Error when it does not start
 */
export async function startPeer(folder: string, port: number, heapGb: number): Promise<Peer> {
  running = { folder, port }
  const { status, stdout, stderr } = runScript('start', running, {
    ELASTICSEARCH_VERSION: '8.11.0',
    ENGINE_FULL_JIT: '1',
    ENGINE_JAVA_OPTS: `-Xms${heapGb}g -Xmx${heapGb}g`,
  })
  const pid = Number(/^PID=(\d+)$/m.exec(stdout)?.[1])
  const url = /^URL=(\S+)$/m.exec(stdout)?.[1]
  if (status !== 0 || url === undefined) {
    throw new Error(`Elasticsearch did not start: ${stderr.slice(-400)}`)
  }
  const { version } = await askSurely<{ version: { number: string } }>(url, { method: 'GET' })
  return { url, pid, version: version.number }
}

/** Ends the Elasticsearch that was started here, if any. */
export function stopPeer(): void {
  if (running !== undefined) runScript('stop', running, {})
  running = undefined
}

function runScript(
  verb: 'start' | 'stop',
  { port, folder }: NonNullable<typeof running>,
  environment: Readonly<Record<string, string>>,
) {
  return spawnSync('bash', [`${ENGINES}${verb}-elasticsearch.sh`, String(port), folder], {
    encoding: 'utf8',
    timeout: START_MS,
    env: { ...process.env, ...environment },
  })
}

/** Gives indices of calls their mapping; nothing is refreshed while documents are loaded. */
export function prepareIndices(peer: Peer): Promise<void> {
  return setRefresh(peer, '-1')
}

/** What was loaded is searched, and what comes in from now on within a second. */
export async function finishLoading(peer: Peer): Promise<void> {
  await setRefresh(peer, '1s')
  await askSurely(`${peer.url}/_refresh`, { method: 'POST' })
}

/** Of the indices there are and of those that are made later. */
async function setRefresh(peer: Peer, refreshInterval: string): Promise<void> {
  await putTemplate(peer, refreshInterval)
  const body = JSON.stringify({ index: { refresh_interval: refreshInterval } })
  await askSurely(`${peer.url}/${CALLS}/_settings?allow_no_indices=true`, { method: 'PUT', body })
}

async function putTemplate({ url }: Peer, refreshInterval: string): Promise<void> {
  const settings = {
    number_of_shards: 1,
    number_of_replicas: 0,
    refresh_interval: refreshInterval,
  }
  const template = { settings, mappings: { properties: elasticProperties() } }
  const body = JSON.stringify({ index_patterns: [CALLS], template })
  await askSurely(`${url}/_index_template/${TEMPLATE}`, { method: 'PUT', body })
}

/** Removes all documents. */
export async function removeIndices({ url }: Peer): Promise<void> {
  const indices = await askSurely<Record<string, unknown>>(`${url}/${CALLS}`, { method: 'GET' })
  for (const index of Object.keys(indices)) await askSurely(`${url}/${index}`, { method: 'DELETE' })
}

interface Stats {
  readonly _all: { readonly primaries: { readonly store: { readonly size_in_bytes: number } } }
}

/** Bytes of the indices on disk, without the log of writes. */
export async function peerBytes({ url }: Peer): Promise<number> {
  await askSurely(`${url}/_flush`, { method: 'POST' })
  const stats = await askSurely<Stats>(`${url}/${CALLS}/_stats/store`, { method: 'GET' })
  return stats._all.primaries.store.size_in_bytes
}
