import { illegalOnShard, SearchFailure } from '../search-failure.ts'

/** UTF-16 units of a query text, as OpenSearch's `search.query.max_query_string_length`. */
const MAX_LENGTH = 32_000
/** Groups in one another. */
const MAX_DEPTH = 100
/** Elasticsearch's `indices.query.bool.max_clause_count`. */
const MAX_CLAUSES = 1_024

/** @throws SearchFailure when the text is too long to be parsed */
export function checkLength(text: string): void {
  if (text.length <= MAX_LENGTH) return
  throw new SearchFailure({
    type: 'query_shard_exception',
    reason: `Query string length exceeds max allowed length ${MAX_LENGTH}; actual length: ${text.length}`,
    status: 400,
    onShard: true,
  })
}

/** @throws SearchFailure when groups are nested too deeply */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) {
    throw illegalOnShard(`The nested depth of the query exceeds the maximum [${MAX_DEPTH}]`)
  }
}

/** Counts the clauses of one query. */
export class ClauseCount {
  #count = 0

  /** @throws SearchFailure when there are more than a query may have */
  add(): void {
    if (++this.#count > MAX_CLAUSES) {
      throw illegalOnShard(`too_many_nested_clauses: maxClauseCount is set to ${MAX_CLAUSES}`)
    }
  }
}
