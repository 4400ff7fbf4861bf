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
  /** Its id; `_na_` when it has none. */
  readonly indexUuid?: string
  /** Set when the index is missing. */
  readonly resource?: string
  /** What is missing, when it is no index: `aliases`. */
  readonly resourceType?: string
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
