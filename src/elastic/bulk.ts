import { illegalArgument, SearchFailure } from '../search/index.ts'
import { type BulkOperation, parseBulk } from './bulk-request.ts'
import type { DocumentWriter, WriteOutcome, WriteRequest } from './document-writer.ts'
import { errorBody } from './error-answer.ts'

/** Copies of a document that a write reached. */
export const WRITE_SHARDS = { total: 1, successful: 1, failed: 0 } as const

/**
 * Carries out a bulk request: each operation succeeds or fails by itself.
 *
 * @throws SearchFailure when the request as a whole is malformed
 */
export async function bulk(
  writer: DocumentWriter,
  text: string,
  options: { readonly index: string | undefined; readonly refresh: boolean },
) {
  const startMs = performance.now()
  const operations = parseBulk(text, options.index)
  const checked = operations.map((operation) => ({ operation, request: writeRequest(operation) }))
  const requests = checked.flatMap(({ request }) =>
    request instanceof SearchFailure ? [] : [request],
  )
  const outcomes = [...(await writer.write(requests, options))]
  const items = checked.map(({ operation, request }) => {
    const outcome =
      request instanceof SearchFailure ? failed(operation, request) : outcomes.shift()!
    return { [operation.action]: itemAnswer(outcome, options.refresh) }
  })
  return {
    errors: items.some((item) => Object.values(item).some((answer) => 'error' in answer)),
    took: Math.round(performance.now() - startMs),
    items,
  }
}

function writeRequest(operation: BulkOperation): WriteRequest | SearchFailure {
  const { action, index, id, source, refused } = operation
  if (refused !== undefined) return refused
  if (action === 'update' || action === 'delete') {
    return illegalArgument(
      `log indices are append-only: [${action}] is not supported on [${index}]`,
    )
  }
  if (source === undefined || source instanceof SearchFailure) {
    return source ?? illegalArgument('a document is missing')
  }
  return { action, index, id, source }
}

function failed({ index, id }: BulkOperation, { details }: SearchFailure): WriteOutcome {
  return { kind: 'failed', index, id, failure: details }
}

function itemAnswer(outcome: WriteOutcome, refresh: boolean) {
  const { index, id } = outcome
  if (outcome.kind === 'failed') {
    const { failure } = outcome
    return { _index: index, _id: id ?? null, status: failure.status, error: errorBody(failure) }
  }
  const created = outcome.kind === 'created'
  return {
    _index: index,
    _id: id,
    _version: 1,
    result: outcome.kind,
    ...(refresh && created && { forced_refresh: true }),
    _shards: WRITE_SHARDS,
    _seq_no: 0,
    _primary_term: 1,
    status: created ? 201 : 200,
  }
}
