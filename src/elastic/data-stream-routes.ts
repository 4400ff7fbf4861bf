import {
  type DataStreamMeta,
  EXPAND_OPEN,
  expandWildcards,
  fitsPattern,
  type IndexState,
  indexNotFound,
  lifecyclePolicyOf,
} from '../search/index.ts'
import { ACKNOWLEDGED, type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import type { Json } from './index-body-reader.ts'
import { accepted, type IndexCatalog } from './index-catalog.ts'
import { humanized } from './index-sizes-text.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

const PARAMETERS = [...TIMEOUTS, 'expand_wildcards', 'include_defaults', 'local']

/** Data streams: made, shown, measured, deleted. */
export function dataStreamRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const route = (
    method: 'DELETE' | 'GET' | 'PUT',
    path: string,
    handle: (catalog: IndexCatalog, request: ElasticRequest) => Promise<ElasticAnswer>,
  ): ElasticRoute => ({
    methods: [method],
    path,
    parameters: PARAMETERS,
    handle: (request) => handle(catalog, request),
  })
  return [
    route('GET', '/_data_stream', showStreams),
    route('GET', '/_data_stream/:name', showStreams),
    route('GET', '/_data_stream/_stats', streamStats),
    route('GET', '/_data_stream/:name/_stats', streamStats),
    route('PUT', '/_data_stream/:name', async (_, { path }) => {
      accepted(await catalog.indices.createDataStream(path.name ?? ''))
      return ACKNOWLEDGED
    }),
    route('DELETE', '/_data_stream/:name', deleteStreams),
  ]
}

/** @throws SearchFailure for a name that is not there */
function streamsNamed(
  { dataStreams }: IndexState,
  names: string | undefined,
  query: AnswerQuery,
): readonly DataStreamMeta[] {
  const { expand_wildcards: given } = query
  const { hidden } = given === undefined ? EXPAND_OPEN : expandWildcards(given)
  const patterns = names === undefined || names === '_all' ? ['*'] : names.split(',')
  for (const pattern of patterns) {
    const isThere = pattern.includes('*') || dataStreams.some(({ name }) => name === pattern)
    if (!isThere) throw indexNotFound(pattern)
  }
  return dataStreams.filter(({ name, isHidden }) =>
    patterns.some(
      (pattern) =>
        name === pattern ||
        (fitsPattern(name, pattern) && (!isHidden || hidden || pattern.startsWith('.'))),
    ),
  )
}

async function showStreams(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const state = await catalog.state()
  const found = streamsNamed(state, path.name, query)
  return { body: { data_streams: found.map((stream) => streamBody(stream, state)) } }
}

function streamBody(stream: DataStreamMeta, state: IndexState): Json {
  const { name, timestampField, indices, generation, template, isHidden } = stream
  const metas = indices.flatMap((index) => state.indices.find((meta) => meta.name === index) ?? [])
  const body = Object.hasOwn(state.templates, template) ? state.templates[template] : undefined
  const last = metas.at(-1)
  const policy = last && lifecyclePolicyOf(last.name, last.settings, state.policies)
  const manager = policy === undefined ? 'Unmanaged' : 'Index Lifecycle Management'
  const hasReplicas = metas.some((meta) => meta.settings['index.number_of_replicas'] !== '0')
  return {
    name,
    timestamp_field: { name: timestampField },
    indices: metas.map((meta) => {
      const own = lifecyclePolicyOf(meta.name, meta.settings, state.policies)
      return {
        index_name: meta.name,
        index_uuid: meta.uuid,
        prefer_ilm: true,
        ...(own !== undefined && { ilm_policy: own }),
        managed_by: own === undefined ? 'Unmanaged' : 'Index Lifecycle Management',
      }
    }),
    generation,
    ...(body?._meta !== undefined && { _meta: body._meta }),
    status: hasReplicas ? 'YELLOW' : 'GREEN',
    template,
    ...(policy !== undefined && { ilm_policy: policy }),
    next_generation_managed_by: manager,
    prefer_ilm: true,
    hidden: isHidden,
    system: false,
    allow_custom_routing: false,
    replicated: false,
  }
}

async function streamStats(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const [state, sizes] = await Promise.all([catalog.state(), catalog.indices.sizes()])
  const found = streamsNamed(state, path.name, query)
  const streams = found.map(({ name, indices }) => ({
    data_stream: name,
    backing_indices: indices.length,
    store_size_bytes: indices.reduce((sum, index) => sum + (sizes[index]?.bytes ?? 0), 0),
  }))
  const sum = (key: 'backing_indices' | 'store_size_bytes') =>
    streams.reduce((total, stream) => total + stream[key], 0)
  const backing = sum('backing_indices')
  const body = {
    _shards: { total: backing, successful: backing, failed: 0 },
    data_stream_count: streams.length,
    backing_indices: backing,
    total_store_size_bytes: sum('store_size_bytes'),
    data_streams: streams,
  }
  return { body: parameter.boolean(query, 'human') === true ? humanized(body) : body }
}

async function deleteStreams(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const found = streamsNamed(await catalog.state(), path.name ?? '', query)
  const names = found.map(({ name }) => name)
  if (names.length > 0) accepted(await catalog.indices.deleteDataStreams(names))
  return ACKNOWLEDGED
}
