import { cwd } from 'node:process'
import { fitsPattern, illegalArgument } from '../search/index.ts'
import { CAT_PARAMETERS, type CatCell, type CatColumn, catAnswer } from './cat-table.ts'
import type { ClusterContext } from './cluster-context.ts'
import { VERSION } from './cluster-info.ts'
import { NODE_ID } from './error-answer.ts'
import { indexView, sizeOf } from './index-view.ts'
import { diskSpace, jvmStats, osStats } from './nodes-measures.ts'
import { isMeant } from './nodes-routes.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

type Measures = Readonly<Record<string, CatCell>>

/** A column whose cell is the measure of its name. */
const column = (
  name: string,
  aliases: string,
  description: string,
  form: 'left' | 'right' | 'extra' = 'left',
): CatColumn<Measures> => ({
  name,
  aliases,
  description,
  ...(form === 'right' && { alignRight: true }),
  ...(form === 'extra' && { isExtra: true }),
  cell: (measures) => measures[name],
})

const NODE_COLUMNS: readonly CatColumn<Measures>[] = [
  column('id', 'id,nodeId', 'unique node id', 'extra'),
  column('pid', 'p', 'process id', 'extra'),
  column('ip', 'i', 'ip address'),
  column('port', 'po', 'bound transport port', 'extra'),
  column('http_address', 'http', 'bound http address', 'extra'),
  column('version', 'v', 'es version', 'extra'),
  column('flavor', 'f', 'es distribution flavor', 'extra'),
  column('type', 't', 'es distribution type', 'extra'),
  column('build', 'b', 'es build hash', 'extra'),
  column('disk.total', 'dt,diskTotal', 'total disk space', 'extra'),
  column('disk.used', 'du,diskUsed', 'used disk space', 'extra'),
  column('disk.avail', 'd,da,disk,diskAvail', 'available disk space', 'extra'),
  column('disk.used_percent', 'dup,diskUsedPercent', 'used disk space percentage', 'extra'),
  column('heap.current', 'hc,heapCurrent', 'used heap', 'extra'),
  column('heap.percent', 'hp,heapPercent', 'used heap ratio', 'right'),
  column('heap.max', 'hm,heapMax', 'max configured heap', 'extra'),
  column('ram.current', 'rc,ramCurrent', 'used machine memory', 'extra'),
  column('ram.percent', 'rp,ramPercent', 'used machine memory ratio', 'right'),
  column('ram.max', 'rm,ramMax', 'total machine memory', 'extra'),
  column('cpu', '', 'recent cpu usage', 'right'),
  column('load_1m', 'l', '1m load avg', 'right'),
  column('load_5m', 'l', '5m load avg', 'right'),
  column('load_15m', 'l', '15m load avg', 'right'),
  column('uptime', 'u', 'node uptime', 'extra'),
  column('node.role', 'r,role,nodeRole', 'roles of the node'),
  column('master', 'm', '*:current master'),
  column('name', 'n', 'node name'),
]

const ALLOCATION_COLUMNS: readonly CatColumn<Measures>[] = [
  column('shards', 's', 'number of shards on node', 'right'),
  column('disk.indices', 'di,diskIndices', 'disk used by ES indices', 'right'),
  column('disk.used', 'du,diskUsed', 'disk used (total, not just ES)', 'right'),
  column('disk.avail', 'da,diskAvail', 'disk available', 'right'),
  column('disk.total', 'dt,diskTotal', 'total capacity of all volumes', 'right'),
  column('disk.percent', 'dp,diskPercent', 'percent disk used', 'right'),
  column('host', 'h', 'host of node'),
  column('ip', '', 'ip of node'),
  column('node', 'n', 'name of node'),
  column('node.role', 'r,role,nodeRole', 'node roles', 'extra'),
]

const MASTER_COLUMNS: readonly CatColumn<Measures>[] = [
  column('id', '', 'node id'),
  column('host', 'h', 'host name'),
  column('ip', '', 'ip address'),
  column('node', 'n', 'node name'),
]

const PLUGIN_COLUMNS: readonly CatColumn<Measures>[] = [
  column('id', '', 'unique node id', 'extra'),
  column('name', 'n', 'node name'),
  column('component', 'c', 'component'),
  column('version', 'v', 'component version'),
  column('description', 'd', 'plugin details', 'extra'),
]

const POOL_COLUMNS: readonly CatColumn<Measures>[] = [
  column('node_name', 'nn', 'node name'),
  column('node_id', 'id', 'persistent node id', 'extra'),
  column('name', 'n', 'thread pool name'),
  column('active', 'a', 'number of active threads', 'right'),
  column('queue', 'q', 'number of tasks currently in queue', 'right'),
  column('rejected', 'r', 'number of rejected tasks', 'right'),
  column('size', 'sz', 'number of threads in a fixed thread pool', 'extra'),
]

/** Letters of the roles of the node. */
const ROLE_LETTERS = 'dhimsw'
const HOST = '127.0.0.1'
const WHERE = { host: HOST, ip: HOST, node: NODE_ID }

/** Tables about the node: itself, its disk, its parts. */
export function catNodesRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const route = (
    path: string,
    handle: (request: ElasticRequest) => Promise<ElasticAnswer>,
    own: readonly string[] = [],
  ): ElasticRoute => ({
    methods: ['GET'],
    path: `/_cat/${path}`,
    parameters: [...CAT_PARAMETERS, ...own],
    handle,
  })
  const table =
    (columns: readonly CatColumn<Measures>[], rows: readonly Measures[]) =>
    async ({ query }: ElasticRequest) =>
      catAnswer(columns, rows, query)
  return [
    route('nodes', async (request) => catAnswer(NODE_COLUMNS, [nodeRow(request)], request.query), [
      'full_id',
      'include_unloaded_segments',
    ]),
    route('allocation', (request) => catAllocation(context, request)),
    route('allocation/:nodes', (request) => catAllocation(context, request)),
    route('master', table(MASTER_COLUMNS, [{ id: NODE_ID, ...WHERE }])),
    route('cluster_manager', table(MASTER_COLUMNS, [{ id: NODE_ID, ...WHERE }])),
    route('plugins', table(PLUGIN_COLUMNS, []), ['include_bootstrap']),
    route('thread_pool', catPools),
    route('thread_pool/:names', catPools),
    ...['segments', 'segments/:index'].map((path) =>
      route(path, async () => {
        throw illegalArgument('[_cat/segments] is not supported: indices have no Lucene segments')
      }),
    ),
  ]
}

function nodeRow({ raw }: ElasticRequest): Measures {
  const { mem, cpu } = osStats()
  const { mem: heap, uptime_in_millis } = jvmStats()
  const port = raw.socket.localPort ?? 9200
  const load = cpu.load_average
  return {
    id: NODE_ID,
    pid: process.pid,
    ip: HOST,
    port,
    http_address: `${HOST}:${port}`,
    version: VERSION.number,
    flavor: VERSION.build_flavor,
    type: VERSION.build_type,
    build: VERSION.build_hash,
    ...diskMeasures(),
    'heap.current': { bytes: heap.heap_used_in_bytes },
    'heap.percent': heap.heap_used_percent,
    'heap.max': { bytes: heap.heap_max_in_bytes },
    'ram.current': { bytes: mem.used_in_bytes },
    'ram.percent': mem.used_percent,
    'ram.max': { bytes: mem.total_in_bytes },
    cpu: cpu.percent,
    load_1m: load['1m'].toFixed(2),
    load_5m: load['5m'].toFixed(2),
    load_15m: load['15m'].toFixed(2),
    uptime: { ms: uptime_in_millis },
    'node.role': ROLE_LETTERS,
    master: '*',
    name: NODE_ID,
  }
}

function diskMeasures(): Measures {
  const { total, available } = diskSpace(cwd())
  const used = total - available
  const percent = total === 0 ? 0 : (used * 100) / total
  return {
    'disk.total': { bytes: total },
    'disk.used': { bytes: used },
    'disk.avail': { bytes: available },
    'disk.used_percent': percent.toFixed(2),
    'disk.percent': Math.round(percent),
  }
}

async function catAllocation(
  { catalog }: ClusterContext,
  { path, query }: ElasticRequest,
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
  const bytes = found.reduce((sum, index) => sum + sizeOf(index, sizes).bytes, 0)
  const shards = views.reduce((sum, view) => sum + view.shards, 0)
  const unassigned = views.reduce((sum, view) => sum + view.shards * view.replicas, 0)
  const own = {
    shards,
    'disk.indices': { bytes },
    ...diskMeasures(),
    ...WHERE,
    'node.role': ROLE_LETTERS,
  }
  const rows = [
    ...(isMeant(path.nodes) ? [own] : []),
    ...(unassigned > 0 ? [{ shards: unassigned, node: 'UNASSIGNED' }] : []),
  ]
  return catAnswer(ALLOCATION_COLUMNS, rows, query)
}

const POOLS = ['get', 'search', 'write']

async function catPools({ path, query }: ElasticRequest): Promise<ElasticAnswer> {
  const names = path.names?.split(',') ?? ['*']
  const rows = POOLS.filter((pool) => names.some((name) => fitsPattern(pool, name))).map(
    (name) => ({
      node_name: NODE_ID,
      node_id: NODE_ID,
      name,
      active: 0,
      queue: 0,
      rejected: 0,
      size: osStats().allocated_processors,
    }),
  )
  return catAnswer(POOL_COLUMNS, rows, query)
}
