import { type DocumentOutcome, SearchFailure, type SourceFilter } from '../search/index.ts'
import { type BulkDefaults, type BulkOperation, parseBulk } from './bulk-request.ts'
import type { DocumentRequest } from './document-request.ts'
import type { DocumentRouter } from './document-router.ts'
import { errorBody } from './error-answer.ts'
import { updatedSource, updateFilter } from './updated-source.ts'

/** Copies of a document that a write reached. */
const WRITE_SHARDS = { total: 1, successful: 1, failed: 0 } as const

interface BulkOptions extends BulkDefaults {
  readonly refresh: boolean
  /** What updates answer of their documents when they do not say, as `_source` says. */
  readonly source: unknown
}

/**
 * Carries out a bulk request: each operation succeeds or fails by itself.
 *
 * @throws SearchFailure when the request as a whole is malformed
 */
export async function bulk(
  router: DocumentRouter,
  text: string,
  { refresh, source, ...defaults }: BulkOptions,
) {
  const startMs = performance.now()
  const operations = parseBulk(text, defaults).map((operation) => prepared(operation, source))
  const accepted = operations.flatMap(({ request, refused }) => (refused ? [] : [request]))
  const outcomes = (await writeBatches(router, accepted, refresh)).values()
  const items = operations.map(({ request: { action, index, id }, refused, filter }) => {
    const outcome: DocumentOutcome = refused
      ? { kind: 'failed', index, id, failure: refused.details }
      : outcomes.next().value!
    return { [action]: { ...itemAnswer(outcome, refresh), ...updatedSource(outcome, filter) } }
  })
  return {
    errors: items.some((item) => Object.values(item).some((answer) => 'error' in answer)),
    took: Math.round(performance.now() - startMs),
    items,
  }
}

interface Prepared {
  readonly request: DocumentRequest
  readonly refused?: SearchFailure
  readonly filter?: SourceFilter
}

function prepared({ refused, wantedSource, ...request }: BulkOperation, source: unknown): Prepared {
  if (refused !== undefined) return { request, refused }
  try {
    const filter = updateFilter(request, wantedSource ?? source)
    return { request, ...(filter && { filter }) }
  } catch (error) {
    if (error instanceof SearchFailure) return { request, refused: error }
    throw error
  }
}

/** Characters of documents that are parsed and written at a time: they take several times as much. */
const BATCH_LENGTH = 8 << 20

async function writeBatches(
  router: DocumentRouter,
  operations: readonly DocumentRequest[],
  refresh: boolean,
): Promise<readonly DocumentOutcome[]> {
  const batches = batchesOf(operations)
  const [only] = batches
  if (only !== undefined && batches.length === 1) return router.write(only, { refresh })
  const outcomes: DocumentOutcome[] = []
  for (const batch of batches) {
    for (const outcome of await router.write(batch, { refresh: false })) outcomes.push(outcome)
  }
  if (refresh) await router.refresh()
  return outcomes
}

function batchesOf(
  operations: readonly DocumentRequest[],
): readonly (readonly DocumentRequest[])[] {
  const batches: DocumentRequest[][] = []
  let length = 0
  for (const operation of operations) {
    const own = operation.source?.length ?? 0
    if (batches.length === 0 || length + own > BATCH_LENGTH) {
      batches.push([])
      length = 0
    }
    batches.at(-1)!.push(operation)
    length += own
  }
  return batches
}

function itemAnswer(outcome: DocumentOutcome, refresh: boolean) {
  if (outcome.kind !== 'failed') {
    return { ...writtenBody(outcome, refresh), status: writtenStatus(outcome) }
  }
  const { index, id, failure } = outcome
  return { _index: index, _id: id ?? null, status: failure.status, error: errorBody(failure) }
}

type Written = Exclude<DocumentOutcome, { kind: 'failed' }>

/** The answer to a write that was carried out. */
export function writtenBody(outcome: Written, refresh: boolean) {
  const { index, id, kind, version, seqNo, primaryTerm } = outcome
  return {
    _index: index,
    _id: id,
    _version: version,
    result: kind,
    ...(refresh && kind !== 'noop' && { forced_refresh: true }),
    _shards: kind === 'noop' ? { total: 0, successful: 0, failed: 0 } : WRITE_SHARDS,
    _seq_no: seqNo,
    _primary_term: primaryTerm,
  }
}

const STATUSES = { created: 201, updated: 200, deleted: 200, noop: 200, not_found: 404 } as const

export function writtenStatus({ kind }: Written): number {
  return STATUSES[kind]
}
