import { illegalArgument } from '../search/index.ts'
import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { validationFailure } from './index-body-reader.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { indexView, shardCounts } from './index-view.ts'
import { parameter } from './parameters.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

type Handle = (catalog: IndexCatalog, request: ElasticRequest) => Promise<ElasticAnswer>

/**
 * `_refresh` makes what was written found. The others concern files and caches of another
 * engine: what they ask for is so already.
 */
export function maintenanceRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const both = (
    methods: ElasticRoute['methods'],
    end: string,
    handle: Handle,
    own: readonly string[] = [],
  ): readonly ElasticRoute[] =>
    [`/${end}`, `/:index/${end}`].map((path) => ({
      methods,
      path,
      parameters: [...INDEX_PARAMETERS, ...TIMEOUTS, ...own],
      handle: (request) => handle(catalog, request),
    }))
  return [
    ...both(['GET', 'POST'], '_refresh', refresh),
    ...both(['GET', 'POST'], '_flush', shards, ['force', 'wait_if_ongoing']),
    ...both(['POST'], '_forcemerge', forceMerge, [
      'max_num_segments',
      'only_expunge_deletes',
      'flush',
      'wait_for_completion',
    ]),
    ...both(['POST'], '_cache/clear', shards, ['fielddata', 'fields', 'query', 'request', 'index']),
    ...both(['GET'], '_recovery', recovery, ['detailed', 'active_only']),
    ...both(['GET'], '_segments', async () => {
      throw illegalArgument('[_segments] is not supported: indices have no Lucene segments')
    }),
  ]
}

async function refresh(catalog: IndexCatalog, request: ElasticRequest): Promise<ElasticAnswer> {
  const answer = await shards(catalog, request)
  await catalog.indices.refresh()
  return answer
}

async function shards(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query)
  const views = found.map((index) => indexView(index, catalogue.state))
  return { body: { _shards: shardCounts(views) } }
}

async function forceMerge(catalog: IndexCatalog, request: ElasticRequest): Promise<ElasticAnswer> {
  const { query } = request
  const onlyDeletes = parameter.boolean(query, 'only_expunge_deletes') ?? false
  if (onlyDeletes && query.max_num_segments !== undefined) {
    throw validationFailure(
      'cannot set only_expunge_deletes and max_num_segments at the same time, those two parameters are mutually exclusive',
    )
  }
  return shards(catalog, request)
}

async function recovery(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  await catalog.resolve(path.index ?? '', query, { closed: 'keep' })
  return { body: {} }
}
