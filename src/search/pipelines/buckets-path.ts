import type { AnsweredBucket, BucketsPath, Json } from '../aggregations/aggregation.ts'
import { isObject } from '../body-reader.ts'
import { aggregationFailure, illegalArgument } from '../search-failure.ts'

/** What becomes of a bucket that has no value. */
export type GapPolicy = 'skip' | 'insert_zeros' | 'keep_values'

/**
 * Reads a `buckets_path` such as `sales>price.avg`, `_count` or `histogram[50.0]`.
 *
 * @throws SearchFailure for what is no path
 */
export function bucketsPath(given: unknown): BucketsPath {
  if (typeof given !== 'string' || given === '') {
    throw illegalArgument('[buckets_path] must be a text')
  }
  const path = given.split('>')
  const last = path.at(-1)!
  const bracket = /^(.*)\[(.+)\]$/.exec(last)
  if (bracket !== null) {
    const property = bracket[2]!.replace(/^['"]|['"]$/g, '')
    return { path: [...path.slice(0, -1), bracket[1]!], property }
  }
  const dot = last.indexOf('.')
  if (dot <= 0) return { path, property: undefined }
  return { path: [...path.slice(0, -1), last.slice(0, dot)], property: last.slice(dot + 1) }
}

/** Finds an answer by name; with `typed_keys` its type stands in front. */
export function answerNamed(answers: Json, name: string): unknown {
  if (Object.hasOwn(answers, name)) return answers[name]
  const typed = Object.keys(answers).find((key) => key.endsWith(`#${name}`))
  return typed === undefined ? undefined : answers[typed]
}

/**
 * The number that a path names in a bucket; null when the bucket has none.
 *
 * @throws SearchFailure when nothing of that name is there
 */
function valueAt(bucket: AnsweredBucket, { path, property }: BucketsPath): number | null {
  let found: unknown = bucket
  for (const [place, name] of path.entries()) {
    if (name === '_count') return numberIn(found, 'doc_count')
    if (name === '_key') return numberIn(found, 'key')
    if (name === '_bucket_count') return bucketCount(found)
    if (!isObject(found)) return null
    const next = answerNamed(found, name)
    if (next === undefined) throw noAggregation(path, place)
    found = next
  }
  return metricValue(found, property)
}

/** As `valueAt`; an empty bucket is a gap for everything but its number of documents. */
export function gapValue(
  bucket: AnsweredBucket,
  path: BucketsPath,
  policy: GapPolicy,
): number | null {
  const value = valueAt(bucket, path)
  const isGap = value === null || (bucket.doc_count === 0 && path.path.at(-1) !== '_count')
  if (!isGap) return value
  if (policy === 'insert_zeros') return 0
  return policy === 'keep_values' ? value : null
}

function metricValue(answer: unknown, property: string | undefined): number | null {
  if (!isObject(answer)) return null
  if (property === '_bucket_count') return bucketCount(answer)
  if (property === undefined || property === 'value') {
    if ('value' in answer) return numberIn(answer, 'value')
    return 'doc_count' in answer ? numberIn(answer, 'doc_count') : null
  }
  const values = answer.values
  if (isObject(values)) return percentile(values, property)
  if (Array.isArray(answer.top)) {
    const [first] = answer.top
    return isObject(first) && isObject(first.metrics) ? numberIn(first.metrics, property) : null
  }
  return numberIn(answer, property === '_count' ? 'doc_count' : property)
}

function percentile(values: Json, property: string): number | null {
  const key = Object.keys(values).find((name) => Number(name) === Number(property))
  return key === undefined ? null : numberIn(values, key)
}

function bucketCount(answer: unknown): number | null {
  const buckets = isObject(answer) ? answer.buckets : undefined
  if (Array.isArray(buckets)) return buckets.length
  return isObject(buckets) ? Object.keys(buckets).length : null
}

function numberIn(answer: unknown, name: string): number | null {
  const value = isObject(answer) ? answer[name] : undefined
  return typeof value === 'number' ? value : null
}

function noAggregation(path: readonly string[], place: number) {
  return aggregationFailure(
    'execution',
    `Cannot find an aggregation named [${path[place]}] in [${path.join('>')}]`,
  )
}

/** The buckets of an answer: a list, or an object of them by name. */
export function bucketsOf(answer: unknown): readonly AnsweredBucket[] | undefined {
  const buckets = isObject(answer) ? answer.buckets : undefined
  if (Array.isArray(buckets)) return buckets
  return isObject(buckets) ? (Object.values(buckets) as readonly AnsweredBucket[]) : undefined
}
