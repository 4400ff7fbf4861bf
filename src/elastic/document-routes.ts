import {
  type DocumentOutcome,
  illegalArgument,
  type Search,
  SearchFailure,
} from '../search/index.ts'
import { bulk, writtenBody, writtenStatus } from './bulk.ts'
import { documentReadRoutes } from './document-read-routes.ts'
import {
  CONDITION_NAMES,
  type DocumentAction,
  type DocumentRequest,
  writeConditions,
} from './document-request.ts'
import type { DocumentRouter } from './document-router.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import { parseJson } from './request-body.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'
import { sourceOf } from './search-body.ts'
import { updatedSource, updateFilter } from './updated-source.ts'

const WRITE_PARAMETERS = ['refresh', 'timeout', 'wait_for_active_shards', ...CONDITION_NAMES]
const SOURCE_PARAMETERS = ['_source', '_source_includes', '_source_excludes']

export interface DocumentRoutesOptions {
  readonly search: Search
  readonly router: DocumentRouter
}

/** `_bulk`, `_doc`, `_create`, `_update` and reading by id. */
export function documentRoutes(options: DocumentRoutesOptions): readonly ElasticRoute[] {
  const { router } = options
  const many = (request: ElasticRequest) => writeMany(router, request)
  const write = (action: DocumentAction) => (request: ElasticRequest) =>
    writeOne(router, request, action)
  const bulkParameters = [...WRITE_PARAMETERS, ...SOURCE_PARAMETERS]
  const parameters = [...WRITE_PARAMETERS, 'op_type']
  const puts = ['PUT', 'POST'] as const
  return [
    { methods: ['POST', 'PUT'], path: '/_bulk', parameters: bulkParameters, handle: many },
    { methods: ['POST', 'PUT'], path: '/:index/_bulk', parameters: bulkParameters, handle: many },
    {
      methods: ['POST'],
      path: '/:index/_doc',
      parameters,
      handle: (request) => writeOne(router, request, actionOf(request.query)),
    },
    {
      methods: puts,
      path: '/:index/_doc/:id',
      parameters,
      handle: (request) => writeOne(router, request, actionOf(request.query)),
    },
    {
      methods: puts,
      path: '/:index/_create/:id',
      parameters: WRITE_PARAMETERS,
      handle: write('create'),
    },
    {
      methods: ['DELETE'],
      path: '/:index/_doc/:id',
      parameters: WRITE_PARAMETERS,
      handle: write('delete'),
    },
    {
      methods: ['POST'],
      path: '/:index/_update/:id',
      parameters: [...WRITE_PARAMETERS, ...SOURCE_PARAMETERS, 'retry_on_conflict', 'lang'],
      handle: write('update'),
    },
    ...documentReadRoutes(options),
  ]
}

function actionOf(query: AnswerQuery): DocumentAction {
  const type = query.op_type
  if (type === undefined || type === 'index') return 'index'
  if (type === 'create') return 'create'
  throw illegalArgument(`opType must be 'create' or 'index', found: [${type}]`)
}

/**
 * Whether what was written is to be found at once.
 *
 * @throws SearchFailure for another value
 */
export function refreshOf(query: AnswerQuery): boolean {
  const value = query.refresh
  if (value === undefined || value === 'false') return false
  if (value === '' || value === 'true' || value === 'wait_for') return true
  throw illegalArgument(`Unknown value for refresh: [${value}].`)
}

async function writeMany(
  router: DocumentRouter,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const { routing } = query
  const requireAlias = parameter.boolean(query, 'require_alias')
  const answer = await bulk(router, body, {
    index: path.index,
    refresh: refreshOf(query),
    source: sourceOf(query)._source,
    ...(routing !== undefined && { routing }),
    ...(requireAlias !== undefined && { requireAlias }),
  })
  return { body: answer }
}

async function writeOne(
  router: DocumentRouter,
  { path, query, body }: ElasticRequest,
  action: DocumentAction,
): Promise<ElasticAnswer> {
  if (action !== 'delete') requireBody(body)
  const refresh = refreshOf(query)
  const request: DocumentRequest = {
    action,
    index: path.index ?? '',
    id: path.id,
    ...(action !== 'delete' && { source: body }),
    ...writeConditions(query),
  }
  const filter = updateFilter(request, sourceOf(query)._source)
  const [outcome] = await router.write([request], { refresh })
  if (outcome === undefined) throw new Error('a write had no outcome')
  if (outcome.kind === 'failed') throw new SearchFailure(outcome.failure)
  return {
    status: writtenStatus(outcome),
    ...(outcome.kind === 'created' && { headers: { location: locationOf(outcome) } }),
    body: {
      ...writtenBody(outcome, refresh),
      ...updatedSource(outcome, filter),
    },
  }
}

function requireBody(body: string): void {
  if (parseJson(body) !== undefined) return
  throw new SearchFailure({
    type: 'parse_exception',
    reason: 'request body is required',
    status: 400,
  })
}

type Written = Exclude<DocumentOutcome, { kind: 'failed' }>

function locationOf({ index, id }: Written): string {
  return `/${encodeURIComponent(index)}/_doc/${encodeURIComponent(id)}`
}
