import { illegalArgument } from '../search/index.ts'
import type { ClusterContext } from './cluster-context.ts'
import { NODE_ID } from './error-answer.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { humanized } from './index-sizes-text.ts'
import { type StatsSum, statsMetrics, statsSections, sumOf } from './index-stats.ts'
import { type IndexView, indexView, shardCounts, sizeOf } from './index-view.ts'
import { parameter } from './parameters.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

const PARAMETERS = [
  ...INDEX_PARAMETERS,
  'level',
  'fields',
  'completion_fields',
  'fielddata_fields',
  'groups',
  'types',
  'include_segment_file_sizes',
  'include_unloaded_segments',
  'forbid_closed_indices',
]

/** What indices hold: `_stats`. */
export function statsRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const handle = (request: ElasticRequest) => stats(catalog, request)
  return ['/_stats', '/_stats/:metric', '/:index/_stats', '/:index/_stats/:metric'].map((path) => ({
    methods: ['GET'],
    path,
    parameters: PARAMETERS,
    handle,
  }))
}

interface Measured {
  readonly view: IndexView
  readonly sum: StatsSum
}

async function stats(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const level = query.level ?? 'indices'
  if (level !== 'cluster' && level !== 'indices' && level !== 'shards') {
    throw illegalArgument(
      `level parameter must be one of [cluster] or [indices] or [shards] but was [${level}]`,
    )
  }
  const place = path.index === undefined ? '' : `/${path.index}`
  const metrics = statsMetrics(path.metric, `${place}/_stats/${path.metric ?? ''}`)
  const measured = await measure(catalog, path.index ?? '', query)
  const all =
    measured.length === 0 ? {} : statsSections(sumOf(measured.map(({ sum }) => sum)), metrics)
  const shown = measured.map((index) => [
    index.view.name,
    indexBody(index, metrics, level === 'shards'),
  ])
  const body = {
    _shards: shardCounts(measured.map(({ view }) => view)),
    _all: { primaries: all, total: all },
    ...(level !== 'cluster' && { indices: Object.fromEntries(shown) }),
  }
  return { body: parameter.boolean(query, 'human') === true ? humanized(body) : body }
}

async function measure(
  catalog: IndexCatalog,
  expression: string,
  query: ElasticRequest['query'],
): Promise<readonly Measured[]> {
  const [catalogue, sizes] = await Promise.all([catalog.catalogue(), catalog.indices.sizes()])
  return catalog.resolved(catalogue, expression, query).map((index) => {
    const view = indexView(index, catalogue.state)
    return { view, sum: { ...sizeOf(index, sizes), shards: view.shards } }
  })
}

function indexBody({ view, sum }: Measured, metrics: readonly string[], withShards: boolean) {
  const sections = statsSections(sum, metrics)
  const routing = { state: 'STARTED', primary: true, node: NODE_ID, relocating_node: null }
  return {
    uuid: view.uuid,
    health: view.health,
    status: 'open',
    primaries: sections,
    total: sections,
    ...(withShards && { shards: { 0: [{ routing, ...sections }] } }),
  }
}
