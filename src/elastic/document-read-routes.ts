import {
  illegalArgument,
  indexNotFound,
  parseLossless,
  type ResolvedIndex,
  type Search,
  SearchFailure,
  sourceFilter,
} from '../search/index.ts'
import { isObject } from './bulk-request.ts'
import type { DocumentRouter } from './document-router.ts'
import { errorAnswer } from './error-answer.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'
import { bodyObject, sourceOf } from './search-body.ts'

const GET_PARAMETERS = [
  '_source',
  '_source_includes',
  '_source_excludes',
  'realtime',
  'refresh',
  'preference',
  'routing',
  'version',
  'version_type',
]

type Json = Readonly<Record<string, unknown>>

interface Context {
  readonly search: Search
  readonly router: DocumentRouter
}

/** `GET _doc`, `_source` and `_mget`: documents by id, also such as a search cannot find yet. */
export function documentReadRoutes(context: Context): readonly ElasticRoute[] {
  const many = (request: ElasticRequest) => getMany(context, request)
  return [
    {
      methods: ['GET', 'HEAD'],
      path: '/:index/_doc/:id',
      parameters: GET_PARAMETERS,
      handle: (request) => getOne(context, request),
    },
    {
      methods: ['GET', 'HEAD'],
      path: '/:index/_source/:id',
      parameters: GET_PARAMETERS,
      handle: (request) => getSource(context, request),
    },
    { methods: ['GET', 'POST'], path: '/_mget', parameters: GET_PARAMETERS, handle: many },
    { methods: ['GET', 'POST'], path: '/:index/_mget', parameters: GET_PARAMETERS, handle: many },
  ]
}

interface Wanted {
  readonly index: string
  readonly id: string
  /** As `_source` says. */
  readonly source: unknown
}

async function getOne(context: Context, request: ElasticRequest): Promise<ElasticAnswer> {
  const { path, query } = request
  const source = sourceOf(query)._source
  const found = await foundBody(context, { index: path.index ?? '', id: path.id ?? '', source })
  checkVersion(found, query.version)
  return { status: found.found === true ? 200 : 404, body: found }
}

function checkVersion(found: Json, version: string | undefined): void {
  if (version === undefined || found.found !== true || Number(version) === found._version) return
  throw new SearchFailure({
    type: 'version_conflict_engine_exception',
    reason: `[${String(found._id)}]: version conflict, current version [${String(found._version)}] is different than the one provided [${version}]`,
    status: 409,
    index: String(found._index),
  })
}

async function getSource(context: Context, request: ElasticRequest): Promise<ElasticAnswer> {
  const { path, query } = request
  const source = sourceOf(query)._source
  const found = await foundBody(context, { index: path.index ?? '', id: path.id ?? '', source })
  if (found.found === true) return { body: found._source }
  throw new SearchFailure({
    type: 'resource_not_found_exception',
    reason: `Document not found [${path.index}]/[${path.id}]`,
    status: 404,
  })
}

async function getMany(context: Context, request: ElasticRequest): Promise<ElasticAnswer> {
  const wanted = wantedDocuments(request)
  const docs = await Promise.all(
    wanted.map(async (one) => {
      try {
        return await foundBody(context, one)
      } catch (error) {
        const failure = errorAnswer(error)
        if (failure === undefined) throw error
        return { _index: one.index, _id: one.id, error: failure.body.error }
      }
    }),
  )
  return { body: { docs } }
}

function wantedDocuments({ path, query, body }: ElasticRequest): readonly Wanted[] {
  const given = bodyObject(body)
  const fallback = sourceOf(query)._source
  const [docs, ids] = [given.docs, given.ids]
  const unknown = Object.keys(given).find((key) => key !== 'docs' && key !== 'ids')
  if (unknown !== undefined) throw illegalArgument(`unknown key [${unknown}] in a mget request`)
  if (Array.isArray(ids)) {
    return ids.map((id) => ({ index: indexOf(path.index), id: String(id), source: fallback }))
  }
  if (!Array.isArray(docs) || docs.length === 0) {
    throw new SearchFailure({
      type: 'action_request_validation_exception',
      reason: 'Validation Failed: 1: no documents to get;',
      status: 400,
    })
  }
  return docs.map((doc) => {
    const entry: Json = isObject(doc) ? doc : { _id: doc }
    if (entry._id === undefined)
      throw illegalArgument('Validation Failed: 1: id is missing for doc 0;')
    return {
      index: indexOf(entry._index ?? path.index),
      id: String(entry._id),
      source: entry._source ?? fallback,
    }
  })
}

function indexOf(given: unknown): string {
  if (typeof given === 'string' && given !== '') return given
  throw new SearchFailure({
    type: 'action_request_validation_exception',
    reason: 'Validation Failed: 1: index is missing for doc 0;',
    status: 400,
  })
}

async function foundBody(context: Context, { index, id, source }: Wanted): Promise<Json> {
  const resolved = await oneIndex(context.search, index)
  const filter = sourceFilter(source)
  if (resolved.every(({ kind }) => kind === 'log')) return foundRecord(context, index, id, source)
  const [only] = resolved
  const [current] = await context.router.current(only!.name, [id])
  if (current === undefined) return { _index: only!.name, _id: id, found: false }
  return {
    _index: only!.name,
    _id: id,
    _version: current.version,
    _seq_no: current.seqNo,
    _primary_term: current.primaryTerm,
    ...(current.routing !== undefined && { _routing: current.routing }),
    found: true,
    ...(filter.isWanted && { _source: filter.apply(parseLossless(current.source) as Json) }),
  }
}

/** One index of documents, or the log indices of one name. */
async function oneIndex(search: Search, name: string): Promise<readonly ResolvedIndex[]> {
  if (/[*,]/.test(name)) throw illegalArgument(`[${name}] must name one index`)
  const resolved = await search.resolve({ expression: name, ignoreUnavailable: true })
  if (resolved.length === 0) {
    // a record that was just written may be the first of its index
    if (name.startsWith('holysheep-')) return []
    throw indexNotFound(name)
  }
  if (resolved.length === 1 || resolved.every(({ kind }) => kind === 'log')) return resolved
  throw illegalArgument(
    `alias [${name}] has more than one index associated with it [${resolved.map((index) => index.name).join(', ')}], can't execute a single index op`,
  )
}

/** Finds a record that was just written too: it waits until that can be found. */
async function foundRecord(
  { search, router }: Context,
  index: string,
  id: string,
  source: unknown,
): Promise<Json> {
  await router.settled(index, id)
  const [found] = await search.documents(index, [id])
  if (found === undefined) {
    const indices = await search.resolve({ expression: index, ignoreUnavailable: true })
    if (indices.length === 0) throw indexNotFound(index)
    return { _index: index, _id: id, found: false }
  }
  const filter = sourceFilter(source)
  return {
    _index: found.index,
    _id: found.id,
    _version: 1,
    _seq_no: 0,
    _primary_term: 1,
    found: true,
    ...(filter.isWanted && { _source: filter.apply(found.source) }),
  }
}
