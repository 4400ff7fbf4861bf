import type {
  AggregationCompiler,
  AnsweredBucket,
  BucketsPath,
  PipelineAggregation,
} from '../aggregations/aggregation.ts'
import { BodyReader, isObject } from '../body-reader.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import { type Arithmetic, arithmetic } from './arithmetic.ts'
import { bucketsPath, type GapPolicy, gapValue } from './buckets-path.ts'

interface Script {
  readonly compute: Arithmetic
  readonly params: Readonly<Record<string, number>>
  readonly paths: readonly (readonly [string, BucketsPath])[]
  readonly policy: GapPolicy
}

/** A value of each bucket that a script computes from others of it. */
export const bucketScript: AggregationCompiler = (body): PipelineAggregation => {
  const script = readScript(body, 'bucket_script')
  return {
    kind: 'pipeline',
    typeName: 'simple_value',
    apply: {
      kind: 'parent',
      buckets: (name, buckets) =>
        buckets.map((bucket) => {
          const variables = variablesOf(bucket, script)
          if (variables === undefined) return bucket
          const value = script.compute(variables)
          return { ...bucket, [name]: { value: Number.isFinite(value) ? value : null } }
        }),
    },
  }
}

/** Leaves out the buckets for which a script says no. */
export const bucketSelector: AggregationCompiler = (body): PipelineAggregation => {
  const script = readScript(body, 'bucket_selector')
  return {
    kind: 'pipeline',
    typeName: 'bucket_selector',
    apply: {
      kind: 'parent',
      buckets: (_, buckets) =>
        buckets.filter((bucket) => {
          const variables = variablesOf(bucket, script)
          return variables !== undefined && script.compute(variables) === 1
        }),
    },
  }
}

function readScript(body: unknown, name: string): Script {
  const reader = new BodyReader(body, name)
  const given = reader.value('buckets_path')
  const script = reader.value('script')
  const policy = reader.choice('gap_policy', ['skip', 'insert_zeros', 'keep_values']) ?? 'skip'
  reader.ignore('format')
  reader.end()
  const paths = isObject(given)
    ? Object.entries(given)
    : Array.isArray(given)
      ? given.map((path: unknown, place: number) => [`_value${place}`, path] as const)
      : [['_value', given] as const]
  const { source, params } = sourceOf(script, name)
  return {
    compute: arithmetic(source),
    params,
    paths: paths.map(([key, path]) => [key, bucketsPath(path)] as const),
    policy,
  }
}

function sourceOf(script: unknown, name: string) {
  if (typeof script === 'string') return { source: script, params: {} }
  if (!isObject(script)) throw parsingFailure(`[${name}] requires a [script]`)
  const reader = new BodyReader(script, `${name}.script`)
  const source = reader.text('source') ?? reader.text('inline')
  const lang = reader.text('lang') ?? 'painless'
  const params = reader.value('params') ?? {}
  if (reader.value('id') !== undefined || source === undefined) {
    throw illegalArgument(`stored scripts are not supported in [${name}]`)
  }
  reader.ignore('inline')
  reader.end()
  if (lang !== 'painless' && lang !== 'expression') {
    throw illegalArgument(`script_lang not supported [${lang}]`)
  }
  const numbers = Object.entries(Object(params) as Readonly<Record<string, unknown>>)
  return {
    source,
    params: Object.fromEntries(numbers.map(([key, value]) => [key, Number(value)])),
  }
}

/** Undefined when a value is missing and such buckets are passed over. */
function variablesOf(bucket: AnsweredBucket, { params, paths, policy }: Script) {
  const variables: Record<string, number> = { ...params }
  for (const [key, path] of paths) {
    const value = gapValue(bucket, path, policy)
    if (value === null) return undefined
    variables[key] = value
  }
  return variables
}
