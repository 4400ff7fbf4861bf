import type {
  AggregationCompiler,
  AnsweredBucket,
  Json,
  PipelineAggregation,
} from '../aggregations/aggregation.ts'
import { doubleText } from '../aggregations/double-text.ts'
import { extended } from '../aggregations/stats.ts'
import { BodyReader } from '../body-reader.ts'
import { aggregationFailure, illegalArgument } from '../search-failure.ts'
import { answerNamed, bucketsOf, bucketsPath, gapValue } from './buckets-path.ts'

/** A value of a bucket, with the bucket's key. */
interface KeyedValue {
  readonly key: string
  readonly value: number
}

/** Makes the compiler of a pipeline over the buckets of an aggregation beside it. */
function sibling(
  name: string,
  typeName: string,
  make: (reader: BodyReader) => (values: readonly KeyedValue[]) => Json,
): AggregationCompiler {
  return (body): PipelineAggregation => {
    const reader = new BodyReader(body, name)
    const { path, property } = bucketsPath(reader.value('buckets_path'))
    const policy = reader.choice('gap_policy', ['skip', 'insert_zeros', 'keep_values']) ?? 'skip'
    reader.ignore('format')
    const compute = make(reader)
    reader.end()
    const [first, ...rest] = path
    const within = { path: rest.length === 0 ? ['_count'] : rest, property }
    return {
      kind: 'pipeline',
      typeName,
      apply: {
        kind: 'sibling',
        answer(siblings, typeOf) {
          const isDouble = typeOf(first!) === 'histogram'
          const buckets = bucketsOf(answerNamed(siblings, first!))
          if (buckets === undefined) throw noBuckets(name, path)
          const values = buckets.flatMap((bucket) => {
            const value = gapValue(bucket, within, policy)
            const key = keyText(bucket, isDouble)
            return value === null || !Number.isFinite(value) ? [] : [{ key, value }]
          })
          return compute(values)
        },
      },
    }
  }
}

function keyText({ key, key_as_string: text }: AnsweredBucket, isDouble: boolean): string {
  if (text !== undefined) return String(text)
  return isDouble && typeof key === 'number' ? doubleText(key) : String(key)
}

function noBuckets(name: string, path: readonly string[]) {
  return aggregationFailure(
    'execution',
    `[buckets_path] of [${name}] must begin with a multi-bucket aggregation beside it, found [${path.join('>')}]`,
  )
}

function total(values: readonly KeyedValue[]): number {
  return values.reduce((sum, { value }) => sum + value, 0)
}

const plain =
  (compute: (values: readonly KeyedValue[]) => number | null) =>
  () =>
  (values: readonly KeyedValue[]) => ({
    value: compute(values),
  })

/** Mean of a value over the buckets beside it. */
export const avgBucket = sibling(
  'avg_bucket',
  'simple_value',
  plain((values) => (values.length === 0 ? null : total(values) / values.length)),
)

/** Sum of a value over the buckets beside it. */
export const sumBucket = sibling('sum_bucket', 'simple_value', plain(total))

/** Largest value of the buckets beside it, with their keys. */
export const maxBucket = sibling(
  'max_bucket',
  'bucket_metric_value',
  () => (values) => extreme(values, (a, b) => Math.max(a, b)),
)

/** Smallest value of the buckets beside it, with their keys. */
export const minBucket = sibling(
  'min_bucket',
  'bucket_metric_value',
  () => (values) => extreme(values, (a, b) => Math.min(a, b)),
)

function extreme(values: readonly KeyedValue[], pick: (a: number, b: number) => number): Json {
  if (values.length === 0) return { value: null, keys: [] }
  const value = values.map((own) => own.value).reduce(pick)
  return { value, keys: values.filter((own) => own.value === value).map(({ key }) => key) }
}

/** Count, smallest, largest, mean and sum of a value over the buckets beside it. */
export const statsBucket = sibling('stats_bucket', 'stats_bucket', () => (values) => basic(values))

function basic(values: readonly KeyedValue[]): Json {
  const count = values.length
  if (count === 0) return { count, min: null, max: null, avg: null, sum: 0 }
  const numbers = values.map(({ value }) => value)
  return {
    count,
    min: numbers.reduce((a, b) => Math.min(a, b)),
    max: numbers.reduce((a, b) => Math.max(a, b)),
    avg: total(values) / count,
    sum: total(values),
  }
}

/** As `stats_bucket`, with variance and standard deviation. */
export const extendedStatsBucket = sibling(
  'extended_stats_bucket',
  'extended_stats_bucket',
  (reader) => {
    const sigma = reader.number('sigma') ?? 2
    return (values) => {
      const mean = total(values) / values.length
      const squares = values.reduce((sum, { value }) => sum + value * value, 0)
      const spread = values.reduce((sum, { value }) => sum + (value - mean) ** 2, 0)
      const variance = values.length === 0 ? null : spread / values.length
      const sampling = values.length < 2 ? null : spread / (values.length - 1)
      const deviation = variance === null ? null : Math.sqrt(variance)
      const deviationSampling = sampling === null ? null : Math.sqrt(sampling)
      const bound = (sign: number, by: unknown) =>
        typeof by === 'number' ? mean + sign * sigma * by : null
      return {
        ...basic(values),
        ...extended(values.length, {
          squares: values.length === 0 ? null : squares,
          variance,
          sampling,
          deviation,
          deviationSampling,
          bound,
        }),
      }
    }
  },
)

const DEFAULT_PERCENTS = [1, 5, 25, 50, 75, 95, 99]

/** Percentiles of a value over the buckets beside it: the nearest value, never one in between. */
export const percentilesBucket = sibling('percentiles_bucket', 'percentiles_bucket', (reader) => {
  const given = reader.value('percents') ?? DEFAULT_PERCENTS
  const percents = (Array.isArray(given) ? given : [given]).map(Number)
  if (percents.length === 0 || percents.some((percent) => !(percent >= 0 && percent <= 100))) {
    throw illegalArgument('[percents] of [percentiles_bucket] must be numbers between 0 and 100')
  }
  const keyed = reader.boolean('keyed') ?? true
  return (values) => {
    const sorted = values.map(({ value }) => value).sort((a, b) => a - b)
    const pairs = percents.map((percent) => {
      const place = Math.round((percent / 100) * (sorted.length - 1))
      return [percent, sorted[place] ?? null] as const
    })
    return {
      values: keyed
        ? Object.fromEntries(pairs.map(([percent, value]) => [doubleText(percent), value]))
        : pairs.map(([key, value]) => ({ key, value })),
    }
  }
})
