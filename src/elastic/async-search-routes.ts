import {
  type AsyncSearches,
  type AsyncState,
  DEFAULT_KEEP_ALIVE_MS,
  type Search,
} from '../search/index.ts'
import { errorAnswer } from './error-answer.ts'
import { parameter } from './parameters.ts'
import { type ElasticRequest, type ElasticRoute, indexTarget } from './route.ts'
import { searchBody } from './search-body.ts'
import { SEARCH_PARAMETERS } from './search-routes.ts'

const DEFAULT_WAIT_MS = 1_000

/** `_async_search`: start, look, delete. */
export function asyncSearchRoutes(
  search: Search,
  searches: AsyncSearches,
): readonly ElasticRoute[] {
  const submit = (request: ElasticRequest) => submitted(search, searches, request)
  const waiting = ['wait_for_completion_timeout', 'keep_alive', 'typed_keys']
  const parameters = [...SEARCH_PARAMETERS, ...waiting, 'keep_on_completion']
  const status = async ({ path, query }: ElasticRequest) => {
    const keepAliveMs = parameter.timeMs(query, 'keep_alive')
    const state = await searches.state(path.id ?? '', 0, keepAliveMs)
    const { response: _, error: __, ...body } = stateBody(state)
    const completion = state.isRunning
      ? {}
      : { completion_status: state.error === undefined ? 200 : 400 }
    return { body: { ...body, _shards: state.answer?._shards, ...completion } }
  }
  return [
    { methods: ['POST'], path: '/_async_search', parameters, handle: submit },
    { methods: ['POST'], path: '/:index/_async_search', parameters, handle: submit },
    {
      methods: ['GET'],
      path: '/_async_search/status/:id',
      parameters: ['keep_alive'],
      handle: status,
    },
    {
      methods: ['GET'],
      path: '/_async_search/:id',
      parameters: waiting,
      handle: async ({ path, query }) => {
        const waitMs = parameter.timeMs(query, 'wait_for_completion_timeout') ?? 0
        const keepAliveMs = parameter.timeMs(query, 'keep_alive')
        return answerOf(await searches.state(path.id ?? '', waitMs, keepAliveMs))
      },
    },
    {
      methods: ['DELETE'],
      path: '/_async_search/:id',
      parameters: [],
      handle: async ({ path }) => {
        searches.delete(path.id ?? '')
        return { body: { acknowledged: true } }
      },
    },
  ]
}

async function submitted(search: Search, searches: AsyncSearches, request: ElasticRequest) {
  const { query } = request
  const body = searchBody(request)
  const typedKeys = parameter.boolean(query, 'typed_keys') ?? false
  const state = await searches.submit(
    () => search.search(indexTarget(request), body, { typedKeys }),
    {
      waitMs: parameter.timeMs(query, 'wait_for_completion_timeout') ?? DEFAULT_WAIT_MS,
      keepAliveMs: parameter.timeMs(query, 'keep_alive') ?? DEFAULT_KEEP_ALIVE_MS,
      keep: parameter.boolean(query, 'keep_on_completion') ?? false,
    },
  )
  // what failed at once is answered as any search that fails
  if (state.error !== undefined && state.id === undefined) throw state.error
  return answerOf(state)
}

function answerOf(state: AsyncState) {
  return { body: stateBody(state) }
}

function stateBody({ id, isRunning, startMs, expiresMs, completedMs, answer, error }: AsyncState) {
  const failure = error === undefined ? undefined : errorAnswer(error)
  return {
    ...(id !== undefined && { id }),
    is_partial: isRunning || error !== undefined,
    is_running: isRunning,
    start_time_in_millis: startMs,
    expiration_time_in_millis: expiresMs,
    ...(completedMs !== undefined && { completion_time_in_millis: completedMs }),
    response: answer,
    ...(failure !== undefined && { error: failure.body.error }),
  }
}
