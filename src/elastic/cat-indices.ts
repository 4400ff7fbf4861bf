import { type IndexSize, illegalArgument } from '../search/index.ts'
import { CAT_PARAMETERS, type CatColumn, catAnswer } from './cat-table.ts'
import type { ClusterContext } from './cluster-context.ts'
import { NODE_ID } from './error-answer.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { type IndexView, indexView, sizeOf } from './index-view.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

interface Row {
  readonly view: IndexView
  readonly size: IndexSize
}

const column = (
  name: string,
  aliases: string,
  description: string,
  cell: CatColumn<Row>['cell'],
): CatColumn<Row> => ({ name, aliases, description, cell })

const right = (
  name: string,
  aliases: string,
  description: string,
  cell: CatColumn<Row>['cell'],
): CatColumn<Row> => ({ name, aliases, description, alignRight: true, cell })

const extra = <T>(shown: CatColumn<T>): CatColumn<T> => ({ ...shown, isExtra: true })

/** Nothing is told of what a closed index holds. */
const ofOpen =
  (cell: (row: Row) => ReturnType<CatColumn<Row>['cell']>): CatColumn<Row>['cell'] =>
  (row) =>
    row.view.isOpen ? cell(row) : undefined

const bytes = ofOpen(({ size }) => ({ bytes: size.bytes }))

const INDEX_COLUMNS: readonly CatColumn<Row>[] = [
  column('health', 'h', 'current health status', ({ view }) => view.health),
  column('status', 's', 'open/close status', ({ view }) => (view.isOpen ? 'open' : 'close')),
  column('index', 'i,idx', 'index name', ({ view }) => view.name),
  column('uuid', 'id,uuid', 'index uuid', ({ view }) => view.uuid),
  right(
    'pri',
    'p,shards.primary,shardsPrimary',
    'number of primary shards',
    ({ view }) => view.shards,
  ),
  right(
    'rep',
    'r,shards.replica,shardsReplica',
    'number of replica shards',
    ({ view }) => view.replicas,
  ),
  right(
    'docs.count',
    'dc,docsCount',
    'available docs',
    ofOpen(({ size }) => size.documents),
  ),
  right(
    'docs.deleted',
    'dd,docsDeleted',
    'deleted docs',
    ofOpen(({ size }) => size.deleted),
  ),
  extra(
    column(
      'creation.date',
      'cd',
      'index creation date (millisecond value)',
      ({ view }) => view.createdMs,
    ),
  ),
  extra(
    column('creation.date.string', 'cds', 'index creation date (as string)', ({ view }) =>
      new Date(view.createdMs).toISOString(),
    ),
  ),
  right('store.size', 'ss,storeSize', 'store size of primaries & replicas', bytes),
  right('pri.store.size', '', 'store size of primaries', bytes),
  right('dataset.size', '', 'total size of dataset', bytes),
]

interface ShardRow extends Row {
  readonly shard: number
  readonly isPrimary: boolean
}

const started = <T>(row: ShardRow, value: T): T | undefined => (row.isPrimary ? value : undefined)

const SHARD_COLUMNS: readonly CatColumn<ShardRow>[] = [
  { name: 'index', aliases: 'i,idx', description: 'index name', cell: ({ view }) => view.name },
  { name: 'shard', aliases: 's,sh', description: 'shard name', cell: ({ shard }) => shard },
  {
    name: 'prirep',
    aliases: 'p,pr,primaryOrReplica',
    description: 'primary or replica',
    cell: ({ isPrimary }) => (isPrimary ? 'p' : 'r'),
  },
  {
    name: 'state',
    aliases: 'st',
    description: 'shard state',
    cell: ({ isPrimary }) => (isPrimary ? 'STARTED' : 'UNASSIGNED'),
  },
  {
    name: 'docs',
    aliases: 'd,dc',
    description: 'number of docs in shard',
    alignRight: true,
    // all of an index lies in its first shard
    cell: (row) => started(row, row.shard === 0 ? row.size.documents : 0),
  },
  {
    name: 'store',
    aliases: 'sto',
    description: 'store size of shard (how much disk it uses)',
    alignRight: true,
    cell: (row) => started(row, { bytes: row.shard === 0 ? row.size.bytes : 0 }),
  },
  {
    name: 'dataset',
    aliases: '',
    description: 'total size of dataset',
    alignRight: true,
    cell: (row) => started(row, { bytes: row.shard === 0 ? row.size.bytes : 0 }),
  },
  {
    name: 'ip',
    aliases: '',
    description: 'ip of node where it lives',
    cell: (row) => started(row, '127.0.0.1'),
  },
  {
    name: 'id',
    aliases: '',
    description: 'unique id of node where it lives',
    isExtra: true,
    cell: (row) => started(row, NODE_ID),
  },
  {
    name: 'node',
    aliases: 'n',
    description: 'name of node where it lives',
    cell: (row) => started(row, NODE_ID),
  },
]

const HEALTHS = ['green', 'yellow', 'red']

/** `_cat/indices` and `_cat/shards`. */
export function catIndicesRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const indices = (request: ElasticRequest) => catIndices(catalog, request)
  const shards = (request: ElasticRequest) => catShards(catalog, request)
  const parameters = [
    ...CAT_PARAMETERS,
    ...INDEX_PARAMETERS,
    'health',
    'pri',
    'include_unloaded_segments',
  ]
  return [
    { methods: ['GET'], path: '/_cat/indices', parameters, handle: indices },
    { methods: ['GET'], path: '/_cat/indices/:index', parameters, handle: indices },
    { methods: ['GET'], path: '/_cat/shards', parameters, handle: shards },
    { methods: ['GET'], path: '/_cat/shards/:index', parameters, handle: shards },
  ]
}

async function rowsOf(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<readonly Row[]> {
  const [catalogue, sizes] = await Promise.all([catalog.catalogue(), catalog.indices.sizes()])
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  return found.map((index) => ({
    view: indexView(index, catalogue.state),
    size: sizeOf(index, sizes),
  }))
}

async function catIndices(catalog: IndexCatalog, request: ElasticRequest): Promise<ElasticAnswer> {
  const { query } = request
  const health = query.health?.toLowerCase()
  if (health !== undefined && !HEALTHS.includes(health)) {
    throw illegalArgument(`unknown cluster health status [${health}]`)
  }
  const rows = await rowsOf(catalog, request)
  const wanted = rows.filter(({ view }) => health === undefined || view.health === health)
  return catAnswer(INDEX_COLUMNS, wanted, query)
}

async function catShards(catalog: IndexCatalog, request: ElasticRequest): Promise<ElasticAnswer> {
  const rows = await rowsOf(catalog, request)
  const shards = rows.flatMap((row) =>
    Array.from({ length: row.view.shards }, (_, shard) => shard).flatMap((shard): ShardRow[] => [
      { ...row, shard, isPrimary: true },
      ...Array.from({ length: row.view.replicas }, () => ({ ...row, shard, isPrimary: false })),
    ]),
  )
  return catAnswer(SHARD_COLUMNS, shards, request.query)
}
