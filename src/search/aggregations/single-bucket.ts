import { sql } from '../../store/index.ts'
import type { BucketAggregation, Children } from './aggregation.ts'

/** One bucket of other records than those around: `{"doc_count": …}` and what is beneath. */
export function singleBucket(
  typeName: string,
  children: Children,
  derive: NonNullable<BucketAggregation['derive']>,
): BucketAggregation {
  return {
    kind: 'buckets',
    typeName,
    key: { expression: sql`1`, isList: false },
    children,
    derive,
    arrange: ({ groups: [group] }) => [group === undefined ? { head: {} } : { head: {}, group }],
    wrap: ([bucket]) => bucket ?? { doc_count: 0 },
  }
}
