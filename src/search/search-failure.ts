/** What Elasticsearch tells a client about a request that it does not carry out. */
export interface FailureDetails {
  /** Elasticsearch's name of the error: `parsing_exception`. */
  readonly type: string
  readonly reason: string
  readonly status: number
  /** Raised while a shard ran the query: wrapped as `search_phase_execution_exception`. */
  readonly onShard?: true
  readonly causedBy?: { readonly type: string; readonly reason: string }
  /** Index that the error is about. */
  readonly index?: string
  /** Set when the index is missing. */
  readonly resource?: string
}

/** A request that is wrong, or asks for what is not supported. Thrown by the parsers only. */
export class SearchFailure extends Error {
  readonly details: FailureDetails

  constructor(details: FailureDetails) {
    super(details.reason)
    this.name = 'SearchFailure'
    this.details = details
  }
}

export function parsingFailure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'parsing_exception', reason, status: 400 })
}

export function illegalArgument(reason: string): SearchFailure {
  return new SearchFailure({ type: 'illegal_argument_exception', reason, status: 400 })
}

/** A key or value that Elasticsearch's own object parsers refuse. */
export function contentFailure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'x_content_parse_exception', reason, status: 400 })
}

/** A tree of aggregations that cannot be computed as it is built. */
export function aggregationFailure(type: string, reason: string): SearchFailure {
  return new SearchFailure({ type: `aggregation_${type}_exception`, reason, status: 400 })
}

/** An `illegal_argument_exception` that Elasticsearch finds only when it runs the query. */
export function illegalOnShard(reason: string): SearchFailure {
  return new SearchFailure({
    type: 'illegal_argument_exception',
    reason,
    status: 400,
    onShard: true,
  })
}

/** A query that cannot be made from its values, such as a number field asked for `x`. */
export function queryShardFailure(reason: string, causeType?: string): SearchFailure {
  return new SearchFailure({
    type: 'query_shard_exception',
    reason: `failed to create query: ${reason}`,
    status: 400,
    onShard: true,
    ...(causeType !== undefined && { causedBy: { type: causeType, reason } }),
  })
}

export function indexNotFound(index: string): SearchFailure {
  return new SearchFailure({
    type: 'index_not_found_exception',
    reason: `no such index [${index}]`,
    status: 404,
    index,
    resource: index,
  })
}

export function tooManyBuckets(limit: number): SearchFailure {
  return new SearchFailure({
    type: 'too_many_buckets_exception',
    reason: `Trying to create too many buckets. Must be less than or equal to: [${limit}].`,
    status: 400,
    onShard: true,
  })
}
