/** An answer of our own in Elasticsearch's form. */
export interface OwnAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** An error in Elasticsearch's form. */
export function engineFailure(status: number, type: string, reason: string): OwnAnswer {
  const cause = { type, reason }
  return { status, body: { error: { root_cause: [cause], ...cause }, status } }
}

/** The cluster does not answer, or not us. Clients try 503 again. */
export function clusterAway(reason: string): OwnAnswer {
  return engineFailure(
    503,
    'no_shard_available_action_exception',
    `the Elasticsearch cluster does not answer: ${reason}`,
  )
}
