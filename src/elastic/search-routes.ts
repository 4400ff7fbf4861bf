import { illegalArgument, parsingFailure, type Search, type SearchAnswer } from '../search/index.ts'
import { isObject } from './bulk-request.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import { parseJson } from './request-body.ts'
import { type ElasticRequest, type ElasticRoute, INDEX_PARAMETERS, indexTarget } from './route.ts'

/** Parameters that say how shards and nodes work together; there is one of each. */
const DISTRIBUTION = [
  'preference',
  'routing',
  'request_cache',
  'batched_reduce_size',
  'max_concurrent_shard_requests',
  'ccs_minimize_roundtrips',
  'allow_partial_search_results',
  'search_type',
  'pre_filter_shard_size',
] as const

/** Parameters that stand for keys of the body. */
const BODY_PARAMETERS = [
  'from',
  'size',
  'timeout',
  'track_total_hits',
  'version',
  'seq_no_primary_term',
  'track_scores',
] as const

const SEARCH_PARAMETERS = [
  ...INDEX_PARAMETERS,
  ...DISTRIBUTION,
  ...BODY_PARAMETERS,
  'sort',
  'typed_keys',
  'rest_total_hits_as_int',
  '_source',
  '_source_includes',
  '_source_excludes',
]

/** `_search` and `_count`. */
export function searchRoutes(search: Search): readonly ElasticRoute[] {
  const handleSearch = async (request: ElasticRequest) => {
    const { query } = request
    const target = indexTarget(request)
    const typedKeys = parameter.boolean(query, 'typed_keys') ?? false
    const asInteger = parameter.boolean(query, 'rest_total_hits_as_int') ?? false
    const body = searchBody(request, asInteger)
    const answer = await search.search(target, body, { typedKeys })
    return { body: asInteger ? withIntegerTotal(answer) : answer }
  }
  const handleCount = async (request: ElasticRequest) => ({
    body: await search.count(indexTarget(request), parseJson(request.body)),
  })
  const count = [...INDEX_PARAMETERS, 'preference', 'routing']
  return [
    {
      methods: ['GET', 'POST'],
      path: '/_search',
      parameters: SEARCH_PARAMETERS,
      handle: handleSearch,
    },
    {
      methods: ['GET', 'POST'],
      path: '/:index/_search',
      parameters: SEARCH_PARAMETERS,
      handle: handleSearch,
    },
    { methods: ['GET', 'POST'], path: '/_count', parameters: count, handle: handleCount },
    { methods: ['GET', 'POST'], path: '/:index/_count', parameters: count, handle: handleCount },
  ]
}

/** The body, with the URL's parameters laid over it. */
function searchBody({ query, body }: ElasticRequest, asInteger: boolean): unknown {
  const parsed = parseJson(body) ?? {}
  if (!isObject(parsed)) throw parsingFailure('request body must be a JSON object')
  const given = BODY_PARAMETERS.flatMap((name) =>
    query[name] === undefined ? [] : [[name, query[name] === '' ? 'true' : query[name]] as const],
  )
  const merged = {
    ...parsed,
    ...Object.fromEntries(given),
    ...(query.sort !== undefined && { sort: query.sort.split(',') }),
    ...sourceOf(query),
  }
  const tracked = merged['track_total_hits' as keyof typeof merged]
  if (
    asInteger &&
    tracked !== undefined &&
    String(tracked) !== 'true' &&
    String(tracked) !== 'false'
  ) {
    throw illegalArgument(
      `[rest_total_hits_as_int] cannot be used if the tracking of total hits is not accurate, got ${String(tracked)}`,
    )
  }
  return asInteger && tracked === undefined ? { ...merged, track_total_hits: true } : merged
}

/** `_source` of the URL: true, false or a list; `_source_includes` and `_source_excludes`. */
export function sourceOf(query: AnswerQuery): { readonly _source?: unknown } {
  const list = (name: string) => query[name]?.split(',')
  const [includes, excludes] = [list('_source_includes'), list('_source_excludes')]
  if (includes !== undefined || excludes !== undefined) {
    return { _source: { includes: includes ?? [], excludes: excludes ?? [] } }
  }
  const given = query._source
  if (given === undefined) return {}
  return { _source: given === 'true' || given === 'false' ? given : given.split(',') }
}

function withIntegerTotal(answer: SearchAnswer) {
  const { total, ...rest } = answer.hits
  return { ...answer, hits: { ...rest, ...(total !== undefined && { total: total.value }) } }
}
