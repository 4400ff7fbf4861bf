import {
  type Cursors,
  illegalArgument,
  parsingFailure,
  type Search,
  type SearchAnswer,
  type SearchForm,
} from '../search/index.ts'
import { isObject } from './bulk-request.ts'
import { errorAnswer } from './error-answer.ts'
import { parameter, timeMs } from './parameters.ts'
import { type ElasticRequest, type ElasticRoute, INDEX_PARAMETERS, indexTarget } from './route.ts'
import {
  bodyObject,
  countedWhole,
  QUERY_PARAMETERS,
  queryOf,
  SEARCH_BODY_PARAMETERS,
  searchBody,
  wantsInteger,
} from './search-body.ts'
import { multiSearches } from './search-list.ts'

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

const ANSWER_PARAMETERS = ['typed_keys', 'rest_total_hits_as_int'] as const

/** Parameters of every kind of search. */
export const SEARCH_PARAMETERS = [
  ...INDEX_PARAMETERS,
  ...DISTRIBUTION,
  ...SEARCH_BODY_PARAMETERS,
  ...ANSWER_PARAMETERS,
]

const MULTI_PARAMETERS = [
  ...INDEX_PARAMETERS,
  ...DISTRIBUTION,
  ...ANSWER_PARAMETERS,
  'max_concurrent_searches',
]

/** Searches of one request that run at a time. */
const CONCURRENT_SEARCHES = 4

export interface SearchRoutesOptions {
  readonly search: Search
  readonly cursors: Cursors
}

/** `_search`, `_msearch`, `_count` and `_validate/query`. */
export function searchRoutes({ search, cursors }: SearchRoutesOptions): readonly ElasticRoute[] {
  const one = (request: ElasticRequest) => searchOne(search, cursors, request)
  const many = (request: ElasticRequest) => searchMany(search, cursors, request)
  const count = async (request: ElasticRequest) => {
    const body = { ...bodyObject(request.body), ...queryOf(request.query) }
    return { body: await search.count(indexTarget(request), body) }
  }
  const validate = (request: ElasticRequest) => validateQuery(search, request)
  const both = ['GET', 'POST'] as const
  const forms = (path: string, parameters: readonly string[], handle: ElasticRoute['handle']) => [
    { methods: both, path, parameters, handle },
    { methods: both, path: `/:index${path}`, parameters, handle },
  ]
  return [
    ...forms('/_search', [...SEARCH_PARAMETERS, 'scroll'], one),
    ...forms('/_msearch', MULTI_PARAMETERS, many),
    ...forms('/_count', [...INDEX_PARAMETERS, ...QUERY_PARAMETERS, 'preference', 'routing'], count),
    ...forms(
      '/_validate/query',
      [...INDEX_PARAMETERS, ...QUERY_PARAMETERS, 'explain', 'rewrite', 'all_shards'],
      validate,
    ),
  ]
}

async function searchOne(search: Search, cursors: Cursors, request: ElasticRequest) {
  const { query } = request
  const body = searchBody(request)
  const typedKeys = parameter.boolean(query, 'typed_keys') ?? false
  const scroll = query.scroll
  const answer =
    scroll === undefined
      ? await answered(search, cursors, { target: indexTarget(request), body, typedKeys })
      : await cursors.scroll(indexTarget(request), body, keepAlive(scroll), { typedKeys })
  return { body: wantsInteger(query) ? withIntegerTotal(answer) : answer }
}

/** A keep-alive of the URL or a body, milliseconds. */
export function keepAlive(given: unknown): number {
  return timeMs(String(given), 'keep_alive')
}

interface Asked {
  readonly target: ReturnType<typeof indexTarget>
  readonly body: Readonly<Record<string, unknown>>
  readonly typedKeys: boolean
}

/** A search at a point in time names no index: the point in time knows them. */
async function answered(
  search: Search,
  cursors: Cursors,
  { target, body, typedKeys }: Asked,
): Promise<SearchAnswer & { readonly pit_id?: string }> {
  const { pit, ...rest } = body
  if (pit === undefined) return search.search(target, body, { typedKeys })
  if (!isObject(pit) || typeof pit.id !== 'string') throw parsingFailure('[pit] requires an [id]')
  if (target.expression !== '') {
    throw illegalArgument(
      '[indices] cannot be used with point in time. Do not specify any index with point in time.',
    )
  }
  const keepAliveMs = pit.keep_alive === undefined ? undefined : keepAlive(pit.keep_alive)
  const view: SearchForm = cursors.pointInTime(pit.id, keepAliveMs)
  const answer = await search.search(target, withPlace(rest), { ...view, typedKeys })
  return { pit_id: pit.id, ...answer }
}

/** Sorted hits of a point in time have their place as the last key, so that no two are equal. */
function withPlace(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { sort } = body
  if (sort === undefined || sort === null) return body
  const keys = Array.isArray(sort) ? sort : [sort]
  const named = keys.some((key) => key === '_shard_doc' || (isObject(key) && '_shard_doc' in key))
  return named ? body : { ...body, sort: [...keys, { _shard_doc: 'asc' }] }
}

async function searchMany(search: Search, cursors: Cursors, request: ElasticRequest) {
  const startMs = performance.now()
  const { query, path } = request
  const searches = multiSearches(request.body, { index: path.index, query })
  const typedKeys = parameter.boolean(query, 'typed_keys') ?? false
  const asInteger = wantsInteger(query)
  const responses: unknown[] = []
  for (let start = 0; start < searches.length; start += CONCURRENT_SEARCHES) {
    const batch = searches.slice(start, start + CONCURRENT_SEARCHES)
    const answers = batch.map(async ({ target, body }) => {
      try {
        const counted = asInteger ? countedWhole(body) : body
        const answer = await answered(search, cursors, { target, body: counted, typedKeys })
        return { ...(asInteger ? withIntegerTotal(answer) : answer), status: 200 }
      } catch (error) {
        const failure = errorAnswer(error)
        if (failure === undefined) throw error
        return failure.body
      }
    })
    responses.push(...(await Promise.all(answers)))
  }
  return { body: { took: Math.round(performance.now() - startMs), responses } }
}

/** Tells whether a query can be compiled; `explain` adds why not. */
async function validateQuery(search: Search, request: ElasticRequest) {
  const body = { ...bodyObject(request.body), ...queryOf(request.query) }
  const indices = await search.resolve(indexTarget(request))
  const explain = parameter.boolean(request.query, 'explain') ?? false
  const _shards = { total: 1, successful: 1, failed: 0 }
  const [first] = indices
  try {
    await search.check(indexTarget(request), body)
    const explanation = {
      index: first?.name,
      valid: true,
      explanation: JSON.stringify(body.query ?? { match_all: {} }),
    }
    return { body: { _shards, valid: true, ...(explain && { explanations: [explanation] }) } }
  } catch (error) {
    const failure = errorAnswer(error)
    if (failure === undefined) throw error
    const reason = error instanceof Error ? error.message : String(error)
    const explanation = { index: first?.name, valid: false, error: reason }
    return { body: { _shards, valid: false, ...(explain && { explanations: [explanation] }) } }
  }
}

/** The answer with `hits.total` as a number. */
export function withIntegerTotal(answer: SearchAnswer) {
  const { total, ...rest } = answer.hits
  return { ...answer, hits: { ...rest, ...(total !== undefined && { total: total.value }) } }
}
