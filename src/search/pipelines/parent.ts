import type { AggregationCompiler, PipelineAggregation } from '../aggregations/aggregation.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalArgument } from '../search-failure.ts'
import { bucketsPath, type GapPolicy, gapValue } from './buckets-path.ts'

/**
 * Computes the value of each bucket from those of all, in their order. A gap is null; of a result
 * null is answered as such, undefined adds nothing to the bucket.
 */
type Compute = (values: readonly (number | null)[]) => readonly (number | null | undefined)[]

/** Makes the compiler of a pipeline that adds a value to each of the buckets around it. */
function perBucket(
  name: string,
  typeName: string,
  make: (reader: BodyReader) => Compute,
): AggregationCompiler {
  return (body): PipelineAggregation => {
    const reader = new BodyReader(body, name)
    const path = bucketsPath(reader.value('buckets_path'))
    const policy = gapPolicy(reader)
    reader.ignore('format')
    const compute = make(reader)
    reader.end()
    return {
      kind: 'pipeline',
      typeName,
      apply: {
        kind: 'parent',
        buckets(own, buckets) {
          const values = compute(buckets.map((bucket) => gapValue(bucket, path, policy)))
          return buckets.map((bucket, place) => {
            const value = values[place]
            return value === undefined ? bucket : { ...bucket, [own]: { value } }
          })
        },
      },
    }
  }
}

function gapPolicy(reader: BodyReader): GapPolicy {
  return reader.choice('gap_policy', ['skip', 'insert_zeros', 'keep_values']) ?? 'skip'
}

/** Difference to the bucket before; beside a gap there is none, which is answered. */
export const derivative = perBucket('derivative', 'derivative', (reader) => {
  reader.ignore('unit')
  return (values) =>
    values.map((value, place) => {
      if (place === 0) return undefined
      const before = values[place - 1] ?? null
      return value === null || before === null ? null : value - before
    })
})

/** Sum of all buckets up to this one. */
export const cumulativeSum = perBucket('cumulative_sum', 'simple_value', () => (values) => {
  let sum = 0
  return values.map((value) => {
    sum += value ?? 0
    return sum
  })
})

/** Difference to the bucket `lag` places before. */
export const serialDiff = perBucket('serial_diff', 'simple_value', (reader) => {
  const lag = reader.integer('lag', 1) ?? 1
  return (values) =>
    values.map((value, place) => {
      const before = values[place - lag] ?? null
      return value === null || before === null ? undefined : value - before
    })
})

type Window = (values: readonly number[]) => number

const WINDOWS: Readonly<Record<string, Window>> = {
  max: (values) => (values.length === 0 ? Number.NaN : Math.max(...values)),
  min: (values) => (values.length === 0 ? Number.NaN : Math.min(...values)),
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  stdDev: (values) => {
    const mean = average(values)
    return Math.sqrt(average(values.map((value) => (value - mean) ** 2)))
  },
  unweightedAvg: average,
  linearWeightedAvg: (values) => {
    const weights = values.reduce((sum, _, place) => sum + place + 1, 0)
    return values.reduce((sum, value, place) => sum + value * (place + 1), 0) / weights
  },
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const SCRIPT = /^\s*(?:return\s+)?MovingFunctions\.(\w+)\(\s*values\s*(?:,[^)]*)?\)\s*;?\s*$/

/** A function over the values of the buckets before: the built-in ones, no scripts of one's own. */
export const movingFn = perBucket('moving_fn', 'simple_value', (reader) => {
  const window = reader.integer('window', 1)
  const shift = reader.number('shift') ?? 0
  const script = reader.value('script')
  const source =
    typeof script === 'object' && script !== null ? (script as { source?: unknown }).source : script
  const name = SCRIPT.exec(String(source))?.[1] ?? ''
  const compute = Object.hasOwn(WINDOWS, name) ? WINDOWS[name] : undefined
  if (window === undefined) throw illegalArgument('[window] of [moving_fn] is required')
  if (compute === undefined) {
    throw illegalArgument(
      `[moving_fn] supports [MovingFunctions.${Object.keys(WINDOWS).join('|')}(values)], found [${String(source)}]`,
    )
  }
  return (values) => {
    // only buckets that have a value count as places of the window
    const seen: number[] = []
    return values.map((value) => {
      if (value === null) return undefined
      const end = seen.length + shift
      seen.push(value)
      const inside = seen.slice(Math.max(0, end - window), Math.max(0, Math.min(end, seen.length)))
      const result = compute(inside)
      return Number.isFinite(result) ? result : null
    })
  }
})
