import type { AggregationCompiler } from '../aggregations/aggregation.ts'
import { bucketScript, bucketSelector } from './bucket-script.ts'
import { bucketSort } from './bucket-sort.ts'
import { cumulativeSum, derivative, movingFn, serialDiff } from './parent.ts'
import {
  avgBucket,
  extendedStatsBucket,
  maxBucket,
  minBucket,
  percentilesBucket,
  statsBucket,
  sumBucket,
} from './sibling.ts'

/** Every pipeline aggregation by its name in a request. */
export const PIPELINES: ReadonlyMap<string, AggregationCompiler> = new Map(
  Object.entries({
    avg_bucket: avgBucket,
    bucket_script: bucketScript,
    bucket_selector: bucketSelector,
    bucket_sort: bucketSort,
    cumulative_sum: cumulativeSum,
    derivative,
    extended_stats_bucket: extendedStatsBucket,
    max_bucket: maxBucket,
    min_bucket: minBucket,
    moving_fn: movingFn,
    percentiles_bucket: percentilesBucket,
    serial_diff: serialDiff,
    stats_bucket: statsBucket,
    sum_bucket: sumBucket,
  }),
)
