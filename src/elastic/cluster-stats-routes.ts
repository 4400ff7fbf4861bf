import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { shardHealth } from './cluster-health.ts'
import { ROLES, VERSION } from './cluster-info.ts'
import { NODE_ID } from './error-answer.ts'
import { isJson, type Json } from './index-body-reader.ts'
import { humanized } from './index-sizes-text.ts'
import { statsSections, sumOf } from './index-stats.ts'
import { type IndexView, indexView, sizeOf } from './index-view.ts'
import { jvmStats, osStats } from './nodes-measures.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

/** `_cluster/stats`: all indices together, and the node. */
export function clusterStatsRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const handle = (request: ElasticRequest) => showStats(context, request)
  return ['/_cluster/stats', '/_cluster/stats/nodes/:node'].map((path) => ({
    methods: ['GET'],
    path,
    parameters: [...TIMEOUTS, 'flat_settings', 'include_remotes'],
    handle,
  }))
}

const SECTIONS = ['docs', 'store', 'fielddata', 'query_cache', 'completion', 'segments']

async function showStats(
  { catalog, clusterUuid }: ClusterContext,
  { query }: ElasticRequest,
): Promise<ElasticAnswer> {
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
  const views = found.map((index) => indexView(index, catalogue.state))
  const sum = sumOf(
    found.map((index, place) => ({ ...sizeOf(index, sizes), shards: views[place]!.shards })),
  )
  const body = {
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: NODE_ID,
    cluster_uuid: clusterUuid,
    timestamp: catalog.clock.nowMs(),
    status: shardHealth(views).status,
    indices: {
      count: views.length,
      shards: shardSpread(views),
      ...statsSections(sum, SECTIONS),
      mappings: { field_types: fieldTypes(views) },
    },
    nodes: nodesPart(),
  }
  return { body: parameter.boolean(query, 'human') === true ? humanized(body) : body }
}

function shardSpread(views: readonly IndexView[]) {
  const counts = views.map(({ shards }) => shards)
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return {}
  const spread = { min: Math.min(...counts), max: Math.max(...counts), avg: total / counts.length }
  const none = { min: 0, max: 0, avg: 0 }
  return {
    total,
    primaries: total,
    replication: 0,
    index: { shards: spread, primaries: spread, replication: none },
  }
}

/** How many fields of each type there are, and in how many indices. */
function fieldTypes(views: readonly IndexView[]) {
  const types = new Map<string, { count: number; indices: Set<string> }>()
  for (const { name, mappings } of views) {
    for (const type of typesIn(mappings)) {
      const entry = types.get(type) ?? { count: 0, indices: new Set<string>() }
      entry.count++
      entry.indices.add(name)
      types.set(type, entry)
    }
  }
  return [...types]
    .map(([name, { count, indices }]) => ({
      name,
      count,
      index_count: indices.size,
      script_count: 0,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function typesIn({ properties }: Json): readonly string[] {
  if (!isJson(properties)) return []
  return Object.values(properties)
    .filter(isJson)
    .flatMap((field) => [
      typeof field.type === 'string' ? field.type : 'object',
      ...typesIn(field),
      ...typesIn({ properties: field.fields }),
    ])
}

function nodesPart(): Json {
  const { mem, allocated_processors, available_processors } = osStats()
  const { mem: heap, uptime_in_millis, threads } = jvmStats()
  const roles = Object.fromEntries(ROLES.map((role) => [role, 1]))
  return {
    count: { total: 1, coordinating_only: 0, ...roles },
    versions: [VERSION.number],
    os: { available_processors, allocated_processors, mem },
    process: { cpu: { percent: 0 } },
    jvm: {
      max_uptime_in_millis: uptime_in_millis,
      versions: [],
      mem: {
        heap_used_in_bytes: heap.heap_used_in_bytes,
        heap_max_in_bytes: heap.heap_max_in_bytes,
      },
      threads: threads.count,
    },
    plugins: [],
    network_types: {},
    discovery_types: { 'single-node': 1 },
    packaging_types: [{ flavor: VERSION.build_flavor, type: VERSION.build_type, count: 1 }],
  }
}
