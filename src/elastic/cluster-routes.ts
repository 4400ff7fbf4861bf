import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { healthAnswer } from './cluster-health.ts'
import { rootAnswer } from './cluster-info.ts'
import { miscellaneousRoutes } from './cluster-other-routes.ts'
import { clusterSettingsRoutes } from './cluster-settings-routes.ts'
import { clusterStateRoutes } from './cluster-state-routes.ts'
import { clusterStatsRoutes } from './cluster-stats-routes.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { indexView } from './index-view.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

const HEALTH_PARAMETERS = [
  ...TIMEOUTS,
  'wait_for_status',
  'wait_for_nodes',
  'wait_for_events',
  'wait_for_active_shards',
  'wait_for_no_relocating_shards',
  'wait_for_no_initializing_shards',
  'local',
  'level',
  'expand_wildcards',
  'ignore_unavailable',
  'allow_no_indices',
]

/** `/`, and everything below `_cluster`. */
export function clusterRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const { catalog, clusterUuid } = context
  const health = async (request: ElasticRequest) => showHealth(catalog, request)
  return [
    {
      methods: ['GET', 'HEAD'],
      path: '/',
      parameters: [],
      handle: async () => ({ body: rootAnswer(clusterUuid) }),
    },
    { methods: ['GET'], path: '/_cluster/health', parameters: HEALTH_PARAMETERS, handle: health },
    {
      methods: ['GET'],
      path: '/_cluster/health/:index',
      parameters: HEALTH_PARAMETERS,
      handle: health,
    },
    ...clusterStateRoutes(context),
    ...clusterSettingsRoutes(context),
    ...clusterStatsRoutes(context),
    ...miscellaneousRoutes(context),
  ]
}

/** A missing index is not an error here: it is waited for, and makes the cluster red. */
const FOR_HEALTH = {
  closed: 'keep',
  expand: { open: true, closed: true, hidden: true },
} as const

async function showHealth(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const lenient = { ...query, ignore_unavailable: 'true', allow_no_indices: 'true' }
  const expression = path.index ?? ''
  const find = (names: string) => catalog.resolved(catalogue, names, lenient, FOR_HEALTH)
  const isMissing = expression
    .split(',')
    .some((name) => !/^$|^-|\*|^_all$/.test(name) && find(name).length === 0)
  const views = find(expression).map((index) => indexView(index, catalogue.state))
  return healthAnswer(views, query, isMissing)
}
