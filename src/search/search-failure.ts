import { SearchFailure } from '../store/index.ts'

export {
  type FailureDetails,
  illegalArgument,
  parsingFailure,
  SearchFailure,
} from '../store/index.ts'

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

/** More buckets than may be answered; `count` when it is known. */
export function tooManyBuckets(limit: number, count?: number): SearchFailure {
  const found = count === undefined ? 'this number of buckets was exceeded' : `was [${count}]`
  return new SearchFailure({
    type: 'too_many_buckets_exception',
    reason: `Trying to create too many buckets. Must be less than or equal to: [${limit}] but ${found}. This limit can be set by changing the [search.max_buckets] cluster level setting.`,
    status: 400,
    onShard: true,
  })
}

/** A field whose values do not lie in columns: it can be searched, not grouped or sorted by. */
export function noFieldData(field: string) {
  return illegalOnShard(
    `Fielddata is disabled on [${field}] in [_all]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead.`,
  )
}
