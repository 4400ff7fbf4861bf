import { isAppError, messageOf } from '../kernel/index.ts'
import { type FailureDetails, SearchFailure } from '../search/index.ts'

export interface ErrorAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Name of the only node, as clients see it. */
export const NODE_ID = 'bellwether'

/** An error in Elasticsearch's form. Undefined for what nobody expected: a bug. */
export function errorAnswer(error: unknown): ErrorAnswer | undefined {
  if (error instanceof SearchFailure) return failureAnswer(error.details)
  if (isObjectForValue(error)) {
    return failureAnswer({
      type: 'illegal_argument_exception',
      reason: 'expected a value but found an object',
      status: 400,
    })
  }
  if (!isAppError(error)) return undefined
  return failureAnswer({
    type: APP_ERROR_TYPES[error.code] ?? 'exception',
    reason: error.message,
    status: error.status,
  })
}

/** An object of a request where a value belongs fails only when it has a `toString` of its own. */
function isObjectForValue(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'Cannot convert object to primitive value'
}

const APP_ERROR_TYPES: Readonly<Record<string, string>> = {
  SEARCH_TIMEOUT: 'timeout_exception',
  SEARCH_OVERLOADED: 'es_rejected_execution_exception',
  STORE_UNAVAILABLE: 'no_shard_available_action_exception',
  JOURNAL_FULL: 'es_rejected_execution_exception',
  JOURNAL_UNAVAILABLE: 'es_rejected_execution_exception',
  JOURNAL_CLOSED: 'node_closed_exception',
  JOURNAL_RECORD_TOO_LARGE: 'content_too_long_exception',
}

/** Answers a failure that is nobody's fault but ours; what happened goes to the log only. */
export function unexpectedAnswer(error: unknown): ErrorAnswer {
  const message = messageOf(error)
  if (message.includes('Out of Memory')) {
    return failureAnswer({
      type: 'circuit_breaking_exception',
      reason: 'the search needs more memory than it may have',
      status: 429,
    })
  }
  return failureAnswer({ type: 'exception', reason: 'internal error', status: 500 })
}

function failureAnswer(details: FailureDetails): ErrorAnswer {
  const cause = errorBody(details)
  const { status, causedBy } = details
  const causes = causedBy === undefined ? {} : { caused_by: causedBy }
  if (details.onShard !== true) {
    return { status, body: { error: { root_cause: [cause], ...cause, ...causes }, status } }
  }
  const failed = {
    shard: 0,
    index: details.index ?? '_all',
    node: NODE_ID,
    reason: { ...cause, ...causes },
  }
  return {
    status,
    body: {
      error: {
        root_cause: [cause],
        type: 'search_phase_execution_exception',
        reason: 'all shards failed',
        phase: 'query',
        grouped: true,
        failed_shards: [failed],
        caused_by: { ...cause, ...causes },
      },
      status,
    },
  }
}

/** The error itself, as it stands in `root_cause` and in the items of a bulk answer. */
export function errorBody({
  type,
  reason,
  index,
  indexUuid,
  resource,
  resourceType,
}: FailureDetails) {
  return {
    type,
    reason,
    ...(resource !== undefined && {
      'resource.type': resourceType ?? 'index_or_alias',
      'resource.id': resource,
    }),
    ...(index !== undefined && { index_uuid: indexUuid ?? '_na_', index }),
  }
}
