import type { IndexState } from '../search/index.ts'
import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { ROLES, VERSION } from './cluster-info.ts'
import { NODE_ID } from './error-answer.ts'
import type { Json } from './index-body-reader.ts'
import { settingsTree } from './index-settings-tree.ts'
import { type IndexView, indexView } from './index-view.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

const PARAMETERS = [
  ...INDEX_PARAMETERS,
  ...TIMEOUTS,
  'local',
  'flat_settings',
  'wait_for_metadata_version',
  'wait_for_timeout',
]

/** `_cluster/state`: what clients read of it. */
export function clusterStateRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const handle = (request: ElasticRequest) => showState(context, request)
  return ['', '/:metric', '/:metric/:index'].map((end) => ({
    methods: ['GET'],
    path: `/_cluster/state${end}`,
    parameters: PARAMETERS,
    handle,
  }))
}

async function showState(
  { catalog, clusterUuid }: ClusterContext,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const { state } = catalogue
  const lenient = { ignore_unavailable: 'true', ...query }
  const found = catalog.resolved(catalogue, path.index ?? '', lenient, {
    closed: 'keep',
    expand: { open: true, closed: true, hidden: true },
  })
  const views = found.map((index) => indexView(index, state))
  const metrics = path.metric?.split(',') ?? ['_all']
  const sections = stateSections(views, state, clusterUuid)
  const chosen = Object.entries(sections)
    .filter(([metric]) => metrics.includes('_all') || metrics.includes(metric))
    .map(([, section]) => section)
  const ids = { cluster_name: NODE_ID, cluster_uuid: clusterUuid }
  return { body: Object.assign(ids, ...chosen) as Json }
}

/** What each metric that may be asked for adds to the answer. */
function stateSections(
  views: readonly IndexView[],
  state: IndexState,
  clusterUuid: string,
): Readonly<Record<string, Json>> {
  const shards = Object.fromEntries(views.map((view) => [view.name, { shards: routing(view) }]))
  const assigned = views.flatMap((view) => Object.values(routing(view)).flat())
  return {
    version: { version: state.version, state_uuid: clusterUuid },
    master_node: { master_node: NODE_ID },
    blocks: { blocks: {} },
    nodes: { nodes: { [NODE_ID]: stateNode() } },
    metadata: {
      metadata: {
        cluster_uuid: clusterUuid,
        cluster_uuid_committed: true,
        templates: state.legacyTemplates,
        indices: Object.fromEntries(views.map((view) => [view.name, metadata(view)])),
        'index-graveyard': { tombstones: [] },
      },
    },
    routing_table: { routing_table: { indices: shards } },
    routing_nodes: { routing_nodes: { unassigned: [], nodes: { [NODE_ID]: assigned } } },
  }
}

function stateNode() {
  return {
    name: NODE_ID,
    ephemeral_id: NODE_ID,
    transport_address: '127.0.0.1:9300',
    external_id: NODE_ID,
    attributes: {},
    roles: ROLES,
    version: VERSION.number,
  }
}

function metadata(view: IndexView): Json {
  const numbers = Array.from({ length: view.shards }, (_, number) => String(number))
  return {
    state: view.isOpen ? 'open' : 'close',
    settings: settingsTree(view.settings),
    mappings: { _doc: view.mappings },
    aliases: Object.keys(view.aliases),
    primary_terms: Object.fromEntries(numbers.map((number) => [number, 1])),
    in_sync_allocations: Object.fromEntries(numbers.map((number) => [number, [view.uuid]])),
    rollover_info: {},
    system: false,
  }
}

function routing(view: IndexView): Readonly<Record<string, readonly Json[]>> {
  const numbers = Array.from({ length: view.shards }, (_, number) => number)
  return Object.fromEntries(
    numbers.map((shard) => [
      String(shard),
      [
        {
          state: 'STARTED',
          primary: true,
          node: NODE_ID,
          relocating_node: null,
          shard,
          index: view.name,
          allocation_id: { id: view.uuid },
        },
      ],
    ]),
  )
}
