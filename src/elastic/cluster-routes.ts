import { elasticProperties } from '../record/index.ts'
import { type IndexEntry, illegalArgument, type Search } from '../search/index.ts'
import { catJson, catText, chosenColumns } from './cat-table.ts'
import { healthAnswer, INDEX_COLUMNS, rootAnswer, uuidOf } from './cluster-info.ts'
import { parameter } from './parameters.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
  indexTarget,
} from './route.ts'

export interface ClusterRoutesOptions {
  readonly search: Search
  /** Identity of this installation, always the same. */
  readonly clusterUuid: string
}

const HEALTH_PARAMETERS = [
  'wait_for_status',
  'wait_for_nodes',
  'wait_for_events',
  'wait_for_active_shards',
  'wait_for_no_relocating_shards',
  'wait_for_no_initializing_shards',
  'timeout',
  'master_timeout',
  'local',
  'level',
  'expand_wildcards',
]
const CAT_PARAMETERS = [
  'v',
  'h',
  's',
  'bytes',
  'time',
  'local',
  'master_timeout',
  'expand_wildcards',
]
const MAPPING_PARAMETERS = [...INDEX_PARAMETERS, 'local', 'master_timeout', 'timeout']
const INDEX_GET_PARAMETERS = [
  ...MAPPING_PARAMETERS,
  'include_defaults',
  'flat_settings',
  'features',
]

/** `/`, `_cluster/health`, `_cat/indices`, mappings and whether an index exists. */
export function clusterRoutes(options: ClusterRoutesOptions): readonly ElasticRoute[] {
  const { search, clusterUuid } = options
  const health = async (request: ElasticRequest) => {
    const indices = await search.indices(indexTarget(request))
    if ((request.query.level ?? 'cluster') !== 'cluster') {
      throw illegalArgument('[level] supports [cluster] only')
    }
    return { body: healthAnswer(indices.length) }
  }
  const cat = async (request: ElasticRequest) => catIndices(search, request)
  const mapping = (request: ElasticRequest) =>
    perIndex(search, request, () => ({ mappings: { properties: elasticProperties() } }))
  const index = (request: ElasticRequest) => perIndex(search, request, indexBody)
  const get = { methods: ['GET', 'HEAD'] as const }
  return [
    {
      ...get,
      path: '/',
      parameters: [],
      handle: async () => ({ body: rootAnswer(clusterUuid) }),
    },
    { ...get, path: '/_cluster/health', parameters: HEALTH_PARAMETERS, handle: health },
    { ...get, path: '/_cluster/health/:index', parameters: HEALTH_PARAMETERS, handle: health },
    { ...get, path: '/_cat/indices', parameters: CAT_PARAMETERS, handle: cat },
    { ...get, path: '/_cat/indices/:index', parameters: CAT_PARAMETERS, handle: cat },
    { ...get, path: '/_mapping', parameters: MAPPING_PARAMETERS, handle: mapping },
    { ...get, path: '/:index/_mapping', parameters: MAPPING_PARAMETERS, handle: mapping },
    { ...get, path: '/:index', parameters: INDEX_GET_PARAMETERS, handle: index },
  ]
}

async function perIndex(
  search: Search,
  request: ElasticRequest,
  body: (entry: IndexEntry) => unknown,
): Promise<ElasticAnswer> {
  const indices = await search.indices(indexTarget(request))
  return { body: Object.fromEntries(indices.map((entry) => [entry.name, body(entry)])) }
}

function indexBody({ name, day }: IndexEntry) {
  const created = Date.parse(day.day)
  return {
    aliases: {},
    mappings: { properties: elasticProperties() },
    settings: {
      index: {
        number_of_shards: '1',
        number_of_replicas: '0',
        provided_name: name,
        creation_date: String(created),
        uuid: uuidOf(name),
        version: { created: '8110099' },
      },
    },
  }
}

async function catIndices(search: Search, request: ElasticRequest): Promise<ElasticAnswer> {
  const { query } = request
  if (query.bytes !== undefined) throw illegalArgument('[bytes] is not supported')
  const indices = await search.indices(indexTarget(request))
  const columns = chosenColumns(INDEX_COLUMNS, query.h)
  const rows = sorted(indices, query.s ?? 'index')
  const withHead = parameter.boolean(query, 'v') ?? false
  return {
    body: query.format === 'json' ? catJson(columns, rows) : catText(columns, rows, withHead),
  }
}

function sorted(indices: readonly IndexEntry[], by: string): readonly IndexEntry[] {
  const [name, direction] = by.split(':')
  const [column] = chosenColumns(INDEX_COLUMNS, name)
  if (column === undefined) throw illegalArgument(`Unable to sort by unknown sort key \`${name}\``)
  const sign = direction === 'desc' ? -1 : 1
  const compare = new Intl.Collator('en', { numeric: true }).compare
  return [...indices].sort((a, b) => sign * compare(column.text(a), column.text(b)))
}
