import { type Cursors, illegalArgument, parsingFailure } from '../search/index.ts'
import { isObject } from './bulk-request.ts'
import type { DocumentAction, DocumentRequest } from './document-request.ts'
import type { DocumentRouter } from './document-router.ts'
import { refreshOf } from './document-routes.ts'
import { errorBody } from './error-answer.ts'
import { type ElasticRequest, type ElasticRoute, INDEX_PARAMETERS, indexTarget } from './route.ts'
import { bodyObject, QUERY_PARAMETERS, queryOf } from './search-body.ts'

export interface ByQueryOptions {
  readonly cursors: Cursors
  readonly router: DocumentRouter
}

type Json = Readonly<Record<string, unknown>>

const PARAMETERS = [
  ...INDEX_PARAMETERS,
  ...QUERY_PARAMETERS,
  'conflicts',
  'max_docs',
  'preference',
  'refresh',
  'request_cache',
  'requests_per_second',
  'routing',
  'scroll',
  'scroll_size',
  'search_timeout',
  'search_type',
  'slices',
  'sort',
  'stats',
  'terminate_after',
  'timeout',
  'version',
  'wait_for_active_shards',
  'wait_for_completion',
]

const CHANGE_KEYS = ['query', 'conflicts', 'max_docs', 'sort', 'script'] as const

/** What clients leave in from a search, and what says nothing of which documents are meant. */
const IDLE_KEYS = [
  '_source',
  'aggregations',
  'aggs',
  'highlight',
  'seq_no_primary_term',
  'size',
  'timeout',
  'track_total_hits',
  'version',
] as const

/** Documents changed at a time. */
const BATCH = 1_000
const KEEP_ALIVE_MS = 300_000

/** `_delete_by_query`, `_update_by_query` without script, and `_reindex`. */
export function byQueryRoutes(options: ByQueryOptions): readonly ElasticRoute[] {
  return [
    {
      methods: ['POST'],
      path: '/:index/_delete_by_query',
      parameters: PARAMETERS,
      handle: (request) => changeByQuery(options, request, 'delete'),
    },
    {
      methods: ['POST'],
      path: '/:index/_update_by_query',
      parameters: PARAMETERS,
      handle: (request) => changeByQuery(options, request, 'index'),
    },
    {
      methods: ['POST'],
      path: '/_reindex',
      parameters: PARAMETERS,
      handle: (request) => reindex(options, request),
    },
  ]
}

/** What a hit becomes. */
type ToWrite = (hit: Json) => DocumentRequest

interface Change {
  readonly target: ReturnType<typeof indexTarget>
  readonly body: Json
  readonly maxDocs: number
  readonly proceeds: boolean
  readonly refresh: boolean
  readonly toWrite: ToWrite
}

async function changeByQuery(
  options: ByQueryOptions,
  request: ElasticRequest,
  action: Extract<DocumentAction, 'delete' | 'index'>,
) {
  const { query } = request
  const given = bodyObject(request.body)
  const name = action === 'delete' ? 'delete_by_query' : 'update_by_query'
  checkKeys(given, [...CHANGE_KEYS, ...IDLE_KEYS], name)
  if (given.script !== undefined) throw illegalArgument(`scripts are not supported in [${name}]`)
  if (action === 'delete' && given.query === undefined && query.q === undefined) {
    throw illegalArgument('Validation Failed: 1: query is missing;')
  }
  checkWaiting(query.wait_for_completion)
  return changed(options, {
    target: indexTarget(request),
    body: {
      query: queryOf(query).query ?? given.query,
      sort: given.sort ?? query.sort?.split(','),
      seq_no_primary_term: true,
      _source: action === 'index',
    },
    maxDocs: limitOf(given.max_docs ?? query.max_docs),
    proceeds: (given.conflicts ?? query.conflicts) === 'proceed',
    refresh: refreshOf(query),
    toWrite: (hit) => ({
      action,
      index: String(hit._index),
      id: String(hit._id),
      ifSeqNo: Number(hit._seq_no),
      ifPrimaryTerm: Number(hit._primary_term),
      ...(hit._routing !== undefined && { routing: String(hit._routing) }),
      ...(action === 'index' && { source: JSON.stringify(hit._source) }),
    }),
  })
}

async function reindex(options: ByQueryOptions, request: ElasticRequest) {
  const given = bodyObject(request.body)
  checkKeys(given, ['source', 'dest', 'conflicts', 'max_docs', 'size', 'script'], 'reindex')
  if (given.script !== undefined) throw illegalArgument('scripts are not supported in [reindex]')
  checkWaiting(request.query.wait_for_completion)
  const { source, dest } = given
  if (!isObject(source) || !isObject(dest) || typeof dest.index !== 'string') {
    throw parsingFailure('[reindex] requires [source] and [dest] with an [index]')
  }
  checkKeys(source, ['index', 'query', 'size', 'sort', '_source'], 'source')
  checkKeys(dest, ['index', 'op_type', 'version_type', 'routing'], 'dest')
  const { index: named, size: _, ...search } = source
  const names = Array.isArray(named) ? named.join(',') : String(named ?? '')
  if (names === '')
    throw illegalArgument(
      'Validation Failed: 1: use _all if you really want to copy from all existing indexes;',
    )
  const { index } = dest
  return changed(options, {
    target: { expression: names, ignoreUnavailable: false, allowNoIndices: true },
    body: search,
    maxDocs: limitOf(given.max_docs ?? given.size ?? request.query.max_docs),
    proceeds: given.conflicts === 'proceed',
    refresh: refreshOf(request.query),
    toWrite: (hit) => ({
      action: dest.op_type === 'create' ? 'create' : 'index',
      index,
      id: String(hit._id),
      source: JSON.stringify(hit._source),
      ...(hit._routing !== undefined && { routing: String(hit._routing) }),
    }),
  })
}

function checkKeys(given: Json, known: readonly string[], where: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown !== undefined) throw parsingFailure(`[${where}] unknown field [${unknown}]`)
}

function checkWaiting(value: string | undefined): void {
  if (value === 'false') {
    throw illegalArgument('[wait_for_completion] of [false] is not supported: there are no tasks')
  }
}

function limitOf(given: unknown): number {
  if (given === undefined || given === null || Number(given) === -1) return Number.POSITIVE_INFINITY
  const number = Number(given)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw illegalArgument(`[max_docs] parameter must be greater than 0, found [${String(given)}]`)
}

interface Counts {
  total: number
  created: number
  updated: number
  deleted: number
  noops: number
  conflicts: number
  batches: number
  readonly failures: Json[]
}

async function changed({ cursors, router }: ByQueryOptions, change: Change) {
  const startMs = performance.now()
  const counts: Counts = {
    total: 0,
    created: 0,
    updated: 0,
    deleted: 0,
    noops: 0,
    conflicts: 0,
    batches: 0,
    failures: [],
  }
  const size = Math.min(BATCH, change.maxDocs)
  const body = { ...defined(change.body), size }
  let page = await cursors.scroll(change.target, body, KEEP_ALIVE_MS, {})
  const { _scroll_id: id } = page
  try {
    while (page.hits.hits.length > 0 && counts.total < change.maxDocs) {
      const left = change.maxDocs - counts.total
      const hits = page.hits.hits.slice(0, left) as unknown as readonly Json[]
      await writeBatch(router, hits.map(change.toWrite), counts)
      if (counts.failures.length > 0 && !change.proceeds) break
      page = await cursors.next(id, undefined)
    }
  } finally {
    await cursors.close([id])
  }
  // one look at the end is enough for all that was changed
  if (change.refresh) await router.refresh()
  return answerOf(counts, Math.round(performance.now() - startMs), change.proceeds)
}

function defined(body: Json): Json {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

async function writeBatch(
  router: DocumentRouter,
  writes: readonly DocumentRequest[],
  counts: Counts,
): Promise<void> {
  counts.batches++
  counts.total += writes.length
  for (const outcome of await router.write(writes, { refresh: false })) {
    switch (outcome.kind) {
      case 'created':
      case 'updated':
      case 'deleted':
        counts[outcome.kind]++
        break
      case 'noop':
      case 'not_found':
        counts.noops++
        break
      case 'failed': {
        const { index, id, failure } = outcome
        if (failure.status === 409) counts.conflicts++
        counts.failures.push({ index, id, status: failure.status, cause: errorBody(failure) })
        break
      }
      default:
        outcome satisfies never
    }
  }
}

function answerOf({ failures, ...counts }: Counts, took: number, proceeds: boolean) {
  const left = proceeds ? failures.filter(({ status }) => status !== 409) : failures
  return {
    status: left.length === 0 ? 200 : Number(left[0]?.status ?? 500),
    body: {
      took,
      timed_out: false,
      total: counts.total,
      ...(counts.created > 0 && { created: counts.created }),
      updated: counts.updated,
      deleted: counts.deleted,
      batches: counts.batches,
      version_conflicts: counts.conflicts,
      noops: counts.noops,
      retries: { bulk: 0, search: 0 },
      throttled_millis: 0,
      requests_per_second: -1,
      throttled_until_millis: 0,
      failures: left,
    },
  }
}
