import { illegalArgument } from '../search/index.ts'
import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { NODE_ID } from './error-answer.ts'
import { resolveIndexBody } from './index-resolve-answer.ts'
import type { ElasticRoute } from './route.ts'

type Method = ElasticRoute['methods'][number]

/** What clients ask a cluster besides its indices: licence, features, tasks, pipelines. */
export function miscellaneousRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const { catalog } = context
  const fixed = (
    path: string,
    parameters: readonly string[],
    body: () => unknown,
    status = 200,
  ): ElasticRoute => ({
    methods: ['GET'],
    path,
    parameters: [...TIMEOUTS, ...parameters],
    handle: async () => ({ status, body: body() }),
  })
  const tasks = [
    'actions',
    'detailed',
    'group_by',
    'nodes',
    'parent_task_id',
    'wait_for_completion',
  ]
  return [
    {
      methods: ['GET'],
      path: '/_resolve/index/:index',
      parameters: ['expand_wildcards', 'ignore_unavailable', 'allow_no_indices'],
      handle: async ({ path, query }) => ({
        body: resolveIndexBody(await catalog.catalogue(), path.index ?? '', query, catalog),
      }),
    },
    fixed('/_license', ['local', 'accept_enterprise'], () => ({ license: license(context) })),
    fixed('/_xpack', ['categories', 'accept_enterprise'], () => xpack(context)),
    fixed('/_cluster/pending_tasks', ['local'], () => ({ tasks: [] })),
    fixed('/_tasks', tasks, () => ({ nodes: {} })),
    fixed('/_remote/info', [], () => ({})),
    fixed('/_features', [], () => ({ features: [] })),
    // Elasticsearch's answer when there is none
    fixed('/_ingest/pipeline', ['summary'], () => ({}), 404),
    fixed('/_ingest/pipeline/:id', ['summary'], () => ({}), 404),
    ...unsupported('/_ingest/pipeline/:id', ['PUT', 'DELETE'], 'ingest pipelines are'),
    ...unsupported('/_ingest/pipeline/_simulate', ['GET', 'POST'], 'ingest pipelines are'),
    ...unsupported('/_scripts/:id', ['GET', 'PUT', 'POST', 'DELETE'], 'stored scripts are'),
    ...unsupported('/_scripts/painless/_execute', ['GET', 'POST'], 'scripts are'),
    ...unsupported('/_security/_authenticate', ['GET'], '[_security] is'),
    ...unsupported('/_security/*', ['GET', 'PUT', 'POST', 'DELETE'], '[_security] is'),
    ...unsupported('/_ilm/move/:index', ['POST'], '[_ilm/move] is'),
    ...unsupported('/_ilm/migrate_to_data_tiers', ['POST'], '[_ilm/migrate_to_data_tiers] is'),
    ...unsupported('/:index/_ilm/retry', ['POST'], '[_ilm/retry] is'),
    ...unsupported('/:index/_shrink/:target', ['PUT', 'POST'], '[_shrink] is'),
    ...unsupported('/:index/_split/:target', ['PUT', 'POST'], '[_split] is'),
    ...unsupported('/:index/_clone/:target', ['PUT', 'POST'], '[_clone] is'),
  ]
}

function unsupported(path: string, methods: readonly Method[], what: string): ElasticRoute[] {
  const handle = async () => {
    throw illegalArgument(`${what} not supported`)
  }
  return [{ methods, path, parameters: ANY, handle }]
}

/** Of what is refused anyway, parameters that clients may send with it. */
const ANY = [
  ...TIMEOUTS,
  'op',
  'context',
  'if_version',
  'verbose',
  'copy_settings',
  'wait_for_active_shards',
]

function license({ clusterUuid }: ClusterContext) {
  return {
    status: 'active',
    uid: clusterUuid,
    type: 'basic',
    issue_date: '2023-11-04T00:00:00.000Z',
    issue_date_in_millis: Date.UTC(2023, 10, 4),
    max_nodes: 1000,
    max_resource_units: null,
    issued_to: NODE_ID,
    issuer: 'elasticsearch',
    start_date_in_millis: -1,
  }
}

function xpack(context: ClusterContext) {
  const { uid, type, status } = license(context)
  const on = { available: true, enabled: true }
  const off = { available: false, enabled: false }
  return {
    build: { hash: 'd9ec3fa628c7b0ba3d25692e277ba26814820b20', date: '2023-11-04T10:04:57.184Z' },
    license: { uid, type, mode: type, status },
    features: {
      data_streams: on,
      ilm: on,
      ml: off,
      monitoring: off,
      rollup: off,
      security: off,
      slm: off,
      sql: off,
      transform: off,
      watcher: off,
    },
    tagline: 'You know, for X',
  }
}
