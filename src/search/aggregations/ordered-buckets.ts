import { parsingFailure } from '../search-failure.ts'
import type { Bucket, BucketOrder } from './aggregation.ts'

/**
 * Orders the buckets of a histogram, given in the order of their keys, by key or count.
 *
 * @throws SearchFailure for an order by another aggregation
 */
export function orderedBuckets(
  buckets: readonly Bucket[],
  orders: readonly BucketOrder[],
): readonly Bucket[] {
  const [order] = orders
  if (order === undefined) return buckets
  if (order.by === 'key') return order.descending ? buckets.toReversed() : buckets
  if (order.by !== 'count') {
    throw parsingFailure('[histogram] [order] supports [_key] and [_count] only')
  }
  const direction = order.descending ? -1 : 1
  return buckets.toSorted((a, b) => direction * ((a.group?.count ?? 0) - (b.group?.count ?? 0)))
}
