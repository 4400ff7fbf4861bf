import type {
  AggregationCompiler,
  AnsweredBucket,
  BucketsPath,
  PipelineAggregation,
} from '../aggregations/aggregation.ts'
import { BodyReader, isObject } from '../body-reader.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import { bucketsPath, type GapPolicy, gapValue } from './buckets-path.ts'

interface SortBy {
  readonly path: BucketsPath
  readonly descending: boolean
}

/** Orders the buckets around it by their values and keeps some of them. */
export const bucketSort: AggregationCompiler = (body): PipelineAggregation => {
  const reader = new BodyReader(body, 'bucket_sort')
  const given = reader.value('sort')
  const list = given === undefined || given === null ? [] : Array.isArray(given) ? given : [given]
  const sorts = list.map(sortBy)
  const from = reader.integer('from', 0) ?? 0
  const size = reader.integer('size', 1)
  const policy: GapPolicy =
    reader.choice('gap_policy', ['skip', 'insert_zeros', 'keep_values']) ?? 'skip'
  reader.end()
  if (sorts.length === 0 && size === undefined && from === 0) {
    throw illegalArgument(
      '[bucket_sort] is configured to perform nothing. Please set either of [sort, size, from] to use bucket_sort',
    )
  }
  return {
    kind: 'pipeline',
    typeName: 'bucket_sort',
    apply: {
      kind: 'parent',
      buckets: (_, buckets) =>
        sorted(buckets, sorts, policy).slice(from, size === undefined ? undefined : from + size),
    },
  }
}

function sortBy(given: unknown): SortBy {
  if (typeof given === 'string') return { path: bucketsPath(given), descending: false }
  const [entry, second] = isObject(given) ? Object.entries(given) : []
  if (entry === undefined || second !== undefined) {
    throw parsingFailure('[bucket_sort] [sort] must be a path or an object with one')
  }
  const [path, options] = entry
  const order = isObject(options) ? (options.order ?? 'asc') : options
  if (order !== 'asc' && order !== 'desc') {
    throw parsingFailure(`[bucket_sort] unknown order [${String(order)}]`)
  }
  return { path: bucketsPath(path), descending: order === 'desc' }
}

function sorted(
  buckets: readonly AnsweredBucket[],
  sorts: readonly SortBy[],
  policy: GapPolicy,
): readonly AnsweredBucket[] {
  if (sorts.length === 0) return buckets
  const valued = buckets.map((bucket) => ({
    bucket,
    values: sorts.map(({ path }) => sortValue(bucket, path, policy)),
  }))
  // a bucket without any of the values has no place in the order
  const kept = valued.filter(({ values }) => values.some((value) => value !== null))
  kept.sort((a, b) => {
    for (const [place, { descending }] of sorts.entries()) {
      const [x, y] = [a.values[place] ?? null, b.values[place] ?? null]
      // without value last, whatever the direction
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1
        continue
      }
      const order = compare(x, y)
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
  return kept.map(({ bucket }) => bucket)
}

type SortValue = string | number | null

function sortValue(bucket: AnsweredBucket, path: BucketsPath, policy: GapPolicy): SortValue {
  if (path.path.length === 1 && path.path[0] === '_key') {
    const { key } = bucket
    return typeof key === 'number' ? key : String(key)
  }
  return gapValue(bucket, path, policy)
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
