import { cwd } from 'node:process'
import { fitsPattern, illegalArgument } from '../search/index.ts'
import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { ROLES, VERSION } from './cluster-info.ts'
import { NODE_ID } from './error-answer.ts'
import type { Json } from './index-body-reader.ts'
import { humanized } from './index-sizes-text.ts'
import { statsMetrics, statsSections, sumOf } from './index-stats.ts'
import { indexView, sizeOf } from './index-view.ts'
import { diskSpace, jvmStats, osStats, processStats } from './nodes-measures.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

const PARAMETERS = [
  ...TIMEOUTS,
  'flat_settings',
  'level',
  'fields',
  'completion_fields',
  'fielddata_fields',
  'groups',
  'types',
  'include_segment_file_sizes',
  'include_unloaded_segments',
]

const INFO = [
  'settings',
  'os',
  'process',
  'jvm',
  'thread_pool',
  'transport',
  'http',
  'plugins',
  'ingest',
  'aggregations',
  'indices',
]
const STATS = [
  'indices',
  'os',
  'process',
  'jvm',
  'thread_pool',
  'fs',
  'transport',
  'http',
  'breaker',
  'script',
  'discovery',
  'ingest',
  'adaptive_selection',
  'script_cache',
  'indexing_pressure',
  'repositories',
  'allocations',
]

/** The node: what it is (`_nodes`) and how it does (`_nodes/stats`). */
export function nodesRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const route = (
    path: string,
    handle: (context: ClusterContext, request: ElasticRequest) => Promise<ElasticAnswer>,
  ): ElasticRoute => ({
    methods: ['GET'],
    path,
    parameters: PARAMETERS,
    handle: (request) => handle(context, request),
  })
  return [
    route('/_nodes', showInfo),
    // one name: of nodes, or of what is to be told of them
    route('/_nodes/:node', showInfo),
    route('/_nodes/:node/:metric', showInfo),
    route('/_nodes/stats', showStats),
    route('/_nodes/stats/:metric', showStats),
    route('/_nodes/stats/:metric/:section', showStats),
    route('/_nodes/:node/stats', showStats),
    route('/_nodes/:node/stats/:metric', showStats),
    route('/_nodes/:node/stats/:metric/:section', showStats),
  ]
}

/** Whether a list of node names, patterns or kinds means the only node. */
export function isMeant(nodes: string | undefined): boolean {
  if (nodes === undefined) return true
  return nodes.split(',').some((node) => {
    const [kind = '', value] = node.split(':')
    if (value !== undefined) return value === 'true' && ROLES.some((role) => role === kind)
    return ['_all', '_local', '_master', '*'].includes(node) || fitsPattern(NODE_ID, node)
  })
}

function answer(isThere: boolean, node: () => Json, { query }: ElasticRequest): ElasticAnswer {
  const body = {
    _nodes: { total: isThere ? 1 : 0, successful: isThere ? 1 : 0, failed: 0 },
    cluster_name: NODE_ID,
    nodes: isThere ? { [NODE_ID]: node() } : {},
  }
  return { body: parameter.boolean(query, 'human') === true ? humanized(body) : body }
}

function addressOf({ raw }: ElasticRequest): string {
  const { localAddress = '127.0.0.1', localPort = 9200 } = raw.socket
  const host = localAddress.replace(/^::ffff:/, '')
  return `${host.includes(':') ? `[${host}]` : host}:${localPort}`
}

function hostOf(request: ElasticRequest): string {
  return addressOf(request).replace(/:\d+$/, '')
}

async function showInfo(
  { maxBodyBytes }: ClusterContext,
  request: ElasticRequest,
): Promise<ElasticAnswer> {
  const { node, metric } = request.path
  const isMetric = metric === undefined && node !== undefined && areMetrics(node)
  const names = isMetric ? node : metric
  const metrics = names === undefined || names === '_all' ? INFO : names.split(',')
  const sections = infoSections(addressOf(request), maxBodyBytes)
  const chosen = Object.entries(sections).filter(([name]) => metrics.includes(name))
  const own = () => ({
    name: NODE_ID,
    transport_address: addressOf(request),
    host: hostOf(request),
    ip: hostOf(request),
    version: VERSION.number,
    build_flavor: VERSION.build_flavor,
    build_type: VERSION.build_type,
    build_hash: VERSION.build_hash,
    roles: ROLES,
    attributes: {},
    ...Object.fromEntries(chosen),
  })
  return answer(isMetric || isMeant(node), own, request)
}

/** What is told of the node, by the names that may be asked for. */
function infoSections(address: string, maxBodyBytes: number): Json {
  const { available_processors, allocated_processors } = osStats()
  const { uptime_in_millis, mem } = jvmStats()
  const bound = { bound_address: [address], publish_address: address }
  return {
    settings: { cluster: { name: NODE_ID }, node: { name: NODE_ID } },
    os: { name: process.platform, arch: process.arch, available_processors, allocated_processors },
    process: { id: process.pid, mlockall: false },
    jvm: {
      pid: process.pid,
      start_time_in_millis: Date.now() - uptime_in_millis,
      mem: { heap_max_in_bytes: mem.heap_max_in_bytes },
    },
    thread_pool: {},
    transport: { ...bound, profiles: {} },
    http: { ...bound, max_content_length_in_bytes: maxBodyBytes },
    plugins: [],
    ingest: { processors: [] },
    aggregations: {},
  }
}

function areMetrics(names: string): boolean {
  return names.split(',').every((name) => INFO.includes(name))
}

async function showStats(context: ClusterContext, request: ElasticRequest): Promise<ElasticAnswer> {
  const { node, metric, section } = request.path
  const metrics = metric === undefined || metric === '_all' ? STATS : metric.split(',')
  const unknown = metrics.filter((name) => !STATS.includes(name))
  if (unknown.length > 0) {
    throw illegalArgument(
      `request [/_nodes/stats/${metric}] contains unrecognized metric${unknown.length > 1 ? 's' : ''}: ${unknown.map((name) => `[${name}]`).join(', ')}`,
    )
  }
  const indexSections = statsMetrics(section, `/_nodes/stats/${metric}/${section}`)
  const timestamp = context.catalog.clock.nowMs()
  const sections: Readonly<Record<string, Json>> = {
    ...(metrics.includes('indices') && { indices: await indicesPart(context, indexSections) }),
    ...measuredSections(timestamp),
  }
  const chosen = Object.entries(sections).filter(([name]) =>
    // the one section that is named otherwise than what asks for it
    metrics.includes(name === 'breakers' ? 'breaker' : name),
  )
  const own = () => ({
    timestamp,
    name: NODE_ID,
    transport_address: addressOf(request),
    host: hostOf(request),
    ip: addressOf(request),
    roles: ROLES,
    attributes: {},
    ...Object.fromEntries(chosen),
  })
  return answer(isMeant(node), own, request)
}

function measuredSections(timestamp: number): Readonly<Record<string, Json>> {
  const { available_processors: _all, allocated_processors: _own, ...os } = osStats()
  return {
    os: { timestamp, ...os },
    process: { timestamp, ...processStats() },
    jvm: { timestamp, ...jvmStats() },
    thread_pool: {},
    fs: { timestamp, ...diskPart() },
    transport: {},
    http: { current_open: 0, total_opened: 0 },
    breakers: {},
    ingest: { total: { count: 0 }, pipelines: {} },
  }
}

async function indicesPart(
  { catalog }: ClusterContext,
  sections: readonly string[],
): Promise<Json> {
  const [catalogue, sizes] = await Promise.all([catalog.catalogue(), catalog.indices.sizes()])
  const found = catalog.resolved(
    catalogue,
    '',
    {},
    {
      closed: 'keep',
      expand: { open: true, closed: true, hidden: true },
    },
  )
  const parts = found.map((index) => ({
    ...sizeOf(index, sizes),
    shards: indexView(index, catalogue.state).shards,
  }))
  return statsSections(sumOf(parts), sections)
}

function diskPart() {
  const { total, free, available } = diskSpace(cwd())
  const space = { total_in_bytes: total, free_in_bytes: free, available_in_bytes: available }
  return { total: space, data: [space] }
}
