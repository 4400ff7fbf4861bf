import { expandWildcards } from '../search/index.ts'
import { CAT_PARAMETERS, type CatColumn, catAnswer } from './cat-table.ts'
import type { ClusterContext } from './cluster-context.ts'
import { type ShardHealth, shardHealth } from './cluster-health.ts'
import { NODE_ID } from './error-answer.ts'
import { indexView } from './index-view.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

interface Moment {
  readonly nowMs: number
}

const EPOCH: CatColumn<Moment> = {
  name: 'epoch',
  aliases: 't,time',
  description: 'seconds since 1970-01-01 00:00:00',
  cell: ({ nowMs }) => String(Math.floor(nowMs / 1_000)),
}
const TIMESTAMP: CatColumn<Moment> = {
  name: 'timestamp',
  aliases: 'ts,hms,hhmmss',
  description: 'time in HH:MM:SS',
  cell: ({ nowMs }) => new Date(nowMs).toISOString().slice(11, 19),
}

interface HealthRow extends Moment {
  readonly health: ShardHealth
}

const right = (
  name: string,
  aliases: string,
  description: string,
  cell: CatColumn<HealthRow>['cell'],
): CatColumn<HealthRow> => ({ name, aliases, description, alignRight: true, cell })

const HEALTH_COLUMNS: readonly CatColumn<HealthRow>[] = [
  EPOCH,
  TIMESTAMP,
  { name: 'cluster', aliases: 'cl', description: 'cluster name', cell: () => NODE_ID },
  {
    name: 'status',
    aliases: 'st',
    description: 'health status',
    cell: ({ health }) => health.status,
  },
  right('node.total', 'nt,nodeTotal', 'total number of nodes', () => 1),
  right('node.data', 'nd,nodeData', 'number of nodes that can store data', () => 1),
  right('shards', 't,sh,shards.total,shardsTotal', 'total number of shards', activeOf),
  right('pri', 'p,shards.primary,shardsPrimary', 'number of primary shards', activeOf),
  right('relo', 'r,shards.relocating,shardsRelocating', 'number of relocating nodes', () => 0),
  right(
    'init',
    'i,shards.initializing,shardsInitializing',
    'number of initializing nodes',
    () => 0,
  ),
  right(
    'unassign',
    'u,shards.unassigned,shardsUnassigned',
    'number of unassigned shards',
    ({ health }) => health.unassigned,
  ),
  right('pending_tasks', 'pt,pendingTasks', 'number of pending tasks', () => 0),
  right(
    'max_task_wait_time',
    'mtwt,maxTaskWaitTime',
    'wait time of longest task pending',
    () => '-',
  ),
  right(
    'active_shards_percent',
    'asp,activeShardsPercent',
    'active number of shards in percent',
    ({ health }) => `${health.percent.toFixed(1)}%`,
  ),
]

function activeOf({ health }: HealthRow): number {
  return health.active
}

interface CountRow extends Moment {
  readonly count: number
}

const COUNT_COLUMNS: readonly CatColumn<CountRow>[] = [
  EPOCH,
  TIMESTAMP,
  {
    name: 'count',
    aliases: 'dc,docs.count,docsCount',
    description: 'the document count',
    cell: ({ count }) => count,
  },
]

/** Columns of the tables that have no rows here. */
const EMPTY: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  pending_tasks: [
    ['insertOrder', 'o', 'task insertion order'],
    ['timeInQueue', 't', 'how long task has been in queue'],
    ['priority', 'p', 'task priority'],
    ['source', 's', 'task source'],
  ],
  recovery: [
    ['index', 'i,idx', 'index name'],
    ['shard', 's,sh', 'shard name'],
    ['time', 't,ti', 'recovery time'],
    ['type', 'ty', 'recovery type'],
    ['stage', 'st', 'recovery stage'],
  ],
  fielddata: [
    ['id', '', 'node id'],
    ['host', 'h', 'host name'],
    ['ip', '', 'ip address'],
    ['node', 'n', 'node name'],
    ['field', 'f', 'field name'],
    ['size', 's', 'field data usage'],
  ],
  nodeattrs: [
    ['node', 'name', 'node name'],
    ['host', 'h', 'host name'],
    ['ip', 'i', 'ip address'],
    ['attr', 'attr.name', 'attribute description'],
    ['value', 'attr.value', 'attribute value'],
  ],
  tasks: [
    ['action', 'ac', 'task action'],
    ['task_id', 'ti', 'unique task id'],
    ['parent_task_id', 'pti', 'parent task id'],
    ['type', 'ty', 'task type'],
    ['start_time', 'start', 'start time in ms'],
    ['timestamp', 'ts,hms,hhmmss', 'start time in HH:MM:SS'],
    ['running_time', 'time', 'running time'],
    ['ip', 'i', 'ip address'],
    ['node', 'n', 'node name'],
  ],
}

/** `_cat/health`, `_cat/count` and the tables of tasks, of which there are none. */
export function catClusterRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const parameters = [...CAT_PARAMETERS, ...INDEX_PARAMETERS]
  const route = (
    path: string,
    handle: (request: ElasticRequest) => Promise<ElasticAnswer>,
  ): ElasticRoute => ({ methods: ['GET'], path: `/_cat/${path}`, parameters, handle })
  return [
    route('health', (request) => catHealth(context, request)),
    route('count', (request) => catCount(context, request)),
    route('count/:index', (request) => catCount(context, request)),
    ...Object.entries(EMPTY).map(([path, columns]) =>
      route(path, async ({ query }) => catAnswer(columns.map(emptyColumn), [], query)),
    ),
  ]
}

function emptyColumn([name, aliases, description]: readonly [
  string,
  string,
  string,
]): CatColumn<never> {
  return { name, aliases, description, cell: () => undefined }
}

async function catHealth(
  { catalog }: ClusterContext,
  { query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(
    catalogue,
    '',
    {},
    {
      closed: 'keep',
      expand: { open: true, closed: true, hidden: true },
    },
  )
  const health = shardHealth(found.map((index) => indexView(index, catalogue.state)))
  const row = { nowMs: catalog.clock.nowMs(), health }
  return catAnswer(withoutTime(HEALTH_COLUMNS, query), [row], query)
}

async function catCount(
  { catalog, search }: ClusterContext,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const { count } = await search.count(
    {
      expression: path.index ?? '',
      ignoreUnavailable: parameter.boolean(query, 'ignore_unavailable') ?? false,
      allowNoIndices: parameter.boolean(query, 'allow_no_indices') ?? true,
      ...(query.expand_wildcards !== undefined && {
        expand: expandWildcards(query.expand_wildcards),
      }),
    },
    undefined,
  )
  const row = { nowMs: catalog.clock.nowMs(), count: Number(count) }
  return catAnswer(withoutTime(COUNT_COLUMNS, query), [row], query)
}

/** `ts=false`: what can be compared with a later answer. */
function withoutTime<T extends Moment>(
  columns: readonly CatColumn<T>[],
  query: AnswerQuery,
): readonly CatColumn<T>[] {
  if (parameter.boolean(query, 'ts') !== false) return columns
  return columns.filter(({ name }) => name !== 'epoch' && name !== 'timestamp')
}
