import {
  illegalArgument,
  indexNotFound,
  type Search,
  SearchFailure,
  sourceFilter,
} from '../search/index.ts'
import { bulk, WRITE_SHARDS } from './bulk.ts'
import { isObject, unreadableDocument } from './bulk-request.ts'
import type { DocumentWriter, WriteRequest } from './document-writer.ts'
import type { AnswerQuery } from './parameters.ts'
import { parseJson } from './request-body.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'
import { sourceOf } from './search-routes.ts'

const WRITE_PARAMETERS = [
  'refresh',
  'routing',
  'timeout',
  'wait_for_active_shards',
  'require_alias',
]
const GET_PARAMETERS = [
  '_source',
  '_source_includes',
  '_source_excludes',
  'realtime',
  'refresh',
  'preference',
  'routing',
]

export interface DocumentRoutesOptions {
  readonly search: Search
  readonly writer: DocumentWriter
}

/** `_bulk`, `_doc` and `_create`. */
export function documentRoutes({ search, writer }: DocumentRoutesOptions): readonly ElasticRoute[] {
  const bulkRoute = {
    methods: ['POST', 'PUT'],
    parameters: [...WRITE_PARAMETERS, '_source', '_source_includes', '_source_excludes'],
    handle: async ({ path, query, body }: ElasticRequest) => {
      const index = path.index
      return { body: await bulk(writer, body, { index, refresh: refreshOf(query) }) }
    },
  } as const
  const write = (request: ElasticRequest, action: WriteRequest['action']) =>
    writeDocument(writer, request, action)
  const parameters = [...WRITE_PARAMETERS, 'op_type']
  return [
    { ...bulkRoute, path: '/_bulk' },
    { ...bulkRoute, path: '/:index/_bulk' },
    {
      methods: ['POST'],
      path: '/:index/_doc',
      parameters,
      handle: (request) => write(request, 'create'),
    },
    {
      methods: ['PUT', 'POST'],
      path: '/:index/_doc/:id',
      parameters,
      handle: (request) => write(request, actionOf(request.query)),
    },
    {
      methods: ['PUT', 'POST'],
      path: '/:index/_create/:id',
      parameters: WRITE_PARAMETERS,
      handle: (request) => write(request, 'create'),
    },
    {
      methods: ['GET', 'HEAD'],
      path: '/:index/_doc/:id',
      parameters: GET_PARAMETERS,
      handle: (request) => getDocument(search, writer, request),
    },
  ]
}

function actionOf(query: AnswerQuery): WriteRequest['action'] {
  const type = query.op_type
  if (type === undefined || type === 'index') return 'index'
  if (type === 'create') return 'create'
  throw illegalArgument(`opType must be 'create' or 'index', found: [${type}]`)
}

function refreshOf(query: AnswerQuery): boolean {
  const value = query.refresh
  if (value === undefined || value === 'false') return false
  if (value === '' || value === 'true' || value === 'wait_for') return true
  throw illegalArgument(`Unknown value for refresh: [${value}].`)
}

async function writeDocument(
  writer: DocumentWriter,
  { path, query, body }: ElasticRequest,
  action: WriteRequest['action'],
): Promise<ElasticAnswer> {
  const source = parseJson(body)
  if (source === undefined) {
    throw new SearchFailure({
      type: 'parse_exception',
      reason: 'request body is required',
      status: 400,
    })
  }
  if (!isObject(source)) throw unreadableDocument()
  const refresh = refreshOf(query)
  const [outcome] = await writer.write([{ action, index: path.index ?? '', id: path.id, source }], {
    refresh,
  })
  if (outcome === undefined) throw new Error('a write had no outcome')
  if (outcome.kind === 'failed') throw new SearchFailure(outcome.failure)
  const { index, id, kind } = outcome
  return {
    status: kind === 'created' ? 201 : 200,
    headers: { location: `/${encodeURIComponent(index)}/_doc/${encodeURIComponent(id)}` },
    body: {
      _index: index,
      _id: id,
      _version: 1,
      result: kind,
      ...(refresh && kind === 'created' && { forced_refresh: true }),
      _shards: WRITE_SHARDS,
      _seq_no: 0,
      _primary_term: 1,
    },
  }
}

/** Finds a document that was just written too: it waits until that can be found. */
async function getDocument(
  search: Search,
  writer: DocumentWriter,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const [index, id] = [path.index ?? '', path.id ?? '']
  if (/[*,]/.test(index)) throw illegalArgument(`[${index}] must name one index`)
  const filter = sourceFilter(sourceOf(query)._source)
  await writer.settled(index, id)
  const [found] = await search.documents(index, [id])
  if (found === undefined) {
    const indices = await search.indices({ expression: index, ignoreUnavailable: true })
    if (indices.length === 0) throw indexNotFound(index)
    return { status: 404, body: { _index: index, _id: id, found: false } }
  }
  return {
    body: {
      _index: found.index,
      _id: found.id,
      _version: 1,
      _seq_no: 0,
      _primary_term: 1,
      found: true,
      ...(filter.isWanted && { _source: filter.apply(found.source) }),
    },
  }
}
