import { SearchFailure } from '../search-failure.ts'

/** A text that is not written in Lucene's syntax, as Elasticsearch answers it. */
export function luceneFailure(text: string, problem: string): SearchFailure {
  return new SearchFailure({
    type: 'query_shard_exception',
    reason: `Failed to parse query [${text}]`,
    status: 400,
    onShard: true,
    causedBy: { type: 'parse_exception', reason: `Cannot parse '${text}': ${problem}` },
  })
}
