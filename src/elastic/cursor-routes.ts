import { type Cursors, illegalArgument, parsingFailure } from '../search/index.ts'
import { parameter } from './parameters.ts'
import { type ElasticRequest, type ElasticRoute, INDEX_PARAMETERS, indexTarget } from './route.ts'
import { bodyObject, wantsInteger } from './search-body.ts'
import { keepAlive, withIntegerTotal } from './search-routes.ts'

/** `_search/scroll` and points in time, in Elasticsearch's and in OpenSearch's form. */
export function cursorRoutes(cursors: Cursors): readonly ElasticRoute[] {
  const next = (request: ElasticRequest) => nextPage(cursors, request)
  const clear = (request: ElasticRequest) => clearScrolls(cursors, request)
  const scroll = ['scroll', 'scroll_id', 'rest_total_hits_as_int']
  const open = [
    ...INDEX_PARAMETERS,
    'keep_alive',
    'preference',
    'routing',
    'allow_partial_pit_creation',
  ]
  return [
    { methods: ['GET', 'POST'], path: '/_search/scroll', parameters: scroll, handle: next },
    {
      methods: ['GET', 'POST'],
      path: '/_search/scroll/:scroll_id',
      parameters: scroll,
      handle: next,
    },
    { methods: ['DELETE'], path: '/_search/scroll', parameters: [], handle: clear },
    { methods: ['DELETE'], path: '/_search/scroll/:scroll_id', parameters: [], handle: clear },
    {
      methods: ['POST'],
      path: '/:index/_pit',
      parameters: open,
      handle: async (request) => ({ body: { id: await openPoint(cursors, request) } }),
    },
    {
      methods: ['DELETE'],
      path: '/_pit',
      parameters: [],
      handle: (request) => closePoint(cursors, request),
    },
    {
      methods: ['POST'],
      path: '/:index/_search/point_in_time',
      parameters: open,
      handle: async (request) => ({
        body: {
          pit_id: await openPoint(cursors, request),
          _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
          creation_time: Date.now(),
        },
      }),
    },
    {
      methods: ['DELETE'],
      path: '/_search/point_in_time',
      parameters: [],
      handle: (request) => closePoints(cursors, request),
    },
    {
      methods: ['DELETE'],
      path: '/_search/point_in_time/_all',
      parameters: [],
      handle: async () => {
        await cursors.closeAll('pit')
        return { body: { pits: [] } }
      },
    },
  ]
}

async function nextPage(cursors: Cursors, { path, query, body }: ElasticRequest) {
  const given = bodyObject(body)
  const unknown = Object.keys(given).find((key) => key !== 'scroll_id' && key !== 'scroll')
  if (unknown !== undefined) {
    throw illegalArgument(
      `Unknown parameter [${unknown}] in request body or parameter is of the wrong type`,
    )
  }
  const id = given.scroll_id ?? query.scroll_id ?? path.scroll_id
  if (typeof id !== 'string' || id === '') throw illegalArgument('scrollId is missing')
  const keep = given.scroll ?? query.scroll
  const answer = await cursors.next(id, keep === undefined ? undefined : keepAlive(keep))
  return { body: wantsInteger(query) ? withIntegerTotal(answer) : answer }
}

async function clearScrolls(cursors: Cursors, { path, body }: ElasticRequest) {
  const given = bodyObject(body)
  const ids = path.scroll_id?.split(',') ?? idsOf(given.scroll_id, 'scroll_id')
  const closed = ids.includes('_all') ? await cursors.closeAll('scroll') : await cursors.close(ids)
  const found = closed > 0 || ids.includes('_all')
  return { status: found ? 200 : 404, body: { succeeded: true, num_freed: closed } }
}

async function openPoint(cursors: Cursors, request: ElasticRequest): Promise<string> {
  const keep = request.query.keep_alive
  if (keep === undefined) throw parsingFailure('[keep_alive] is required to open a point in time')
  parameter.boolean(request.query, 'allow_partial_pit_creation')
  return cursors.openPointInTime(indexTarget(request), keepAlive(keep))
}

async function closePoint(cursors: Cursors, { body }: ElasticRequest) {
  const { id } = bodyObject(body)
  const closed = await cursors.close(idsOf(id, 'id'))
  return { status: closed > 0 ? 200 : 404, body: { succeeded: true, num_freed: closed } }
}

async function closePoints(cursors: Cursors, { body }: ElasticRequest) {
  const ids = idsOf(bodyObject(body).pit_id, 'pit_id')
  const pits = await Promise.all(
    ids.map(async (id) => ({ successful: (await cursors.close([id])) > 0, pit_id: id })),
  )
  return { body: { pits } }
}

function idsOf(given: unknown, name: string): readonly string[] {
  const ids = Array.isArray(given) ? given : given === undefined ? [] : [given]
  if (ids.length > 0 && ids.every((id) => typeof id === 'string')) return ids
  throw illegalArgument(`no [${name}] specified`)
}
