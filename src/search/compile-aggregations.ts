import { checkAggregations } from './aggregation-limits.ts'
import type { Aggregation, AggregationContext, Children } from './aggregations/aggregation.ts'
import { AGGREGATIONS, SCOPED_AGGREGATIONS } from './aggregations/index.ts'
import { BodyReader } from './body-reader.ts'
import { PIPELINES } from './pipelines/index.ts'
import {
  aggregationFailure,
  illegalArgument,
  illegalOnShard,
  parsingFailure,
} from './search-failure.ts'
import { similarNames } from './similar-names.ts'

/** Aggregations nested deeper than this are refused. */
const MAX_DEPTH = 6

/** What Elasticsearch has and is not supported here. */
const REFUSED: ReadonlySet<string> = new Set([
  'categorize_text',
  'children',
  'diversified_sampler',
  'frequent_item_sets',
  'geo_bounds',
  'geo_centroid',
  'geo_distance',
  'geo_line',
  'geohash_grid',
  'geohex_grid',
  'geotile_grid',
  'matrix_stats',
  'parent',
  'random_sampler',
  'scripted_metric',
  'significant_text',
  'time_series',
  'variable_width_histogram',
])

/**
 * Compiles `aggs` of a request.
 *
 * @throws SearchFailure naming what is wrong or not supported
 */
export function compileAggregations(body: unknown, shared: Shared): Children {
  checkAggregations(body)
  return compileLevel(body, shared, [])
}

type Shared = Omit<AggregationContext, 'children'>

/** Types of the aggregations around, from the outermost. */
type Around = readonly string[]

function compileLevel(body: unknown, shared: Shared, around: Around): Children {
  if (body === undefined || body === null) return new Map()
  const reader = new BodyReader(body, 'aggs')
  const names = reader.keys()
  if (names.length > 0 && around.length >= MAX_DEPTH) {
    throw illegalArgument(`aggregations nested deeper than [${MAX_DEPTH}] are not supported`)
  }
  return new Map(
    names.map((name) => {
      if (name === '' || /[[\]>]/.test(name)) {
        throw parsingFailure(
          `Invalid aggregation name [${name}]. Aggregation names cannot contain '[', ']', or '>'`,
        )
      }
      return [name, compileOne(name, reader.value(name), shared, around)]
    }),
  )
}

function compileOne(name: string, body: unknown, shared: Shared, around: Around): Aggregation {
  const reader = new BodyReader(body, name)
  const [type, second] = reader
    .keys()
    .filter((key) => key !== 'aggs' && key !== 'aggregations' && key !== 'meta')
  if (type === undefined) throw parsingFailure(`Missing definition for aggregation [${name}]`)
  if (second !== undefined) {
    throw parsingFailure(
      `Found two aggregation type definitions in [${name}]: [${type}] and [${second}]`,
    )
  }
  checkPlace(name, type, around)
  const own = reader.value(type)
  const scoped = SCOPED_AGGREGATIONS.get(type)?.(own, { ...shared, children: new Map() })
  const compiler = scoped?.compile ?? AGGREGATIONS.get(type) ?? PIPELINES.get(type)
  if (compiler === undefined) throw unknownType(type)
  const beneath = reader.value('aggs') ?? reader.value('aggregations')
  const children = compileLevel(beneath, { ...shared, ...scoped?.beneath }, [...around, type])
  const compiled = compiler(own, { ...shared, children })
  checkChildren(name, type, compiled, children)
  checkPipeline(name, type, compiled, around)
  const meta = reader.value('meta')
  return meta === undefined ? compiled : { ...compiled, meta }
}

function unknownType(type: string) {
  if (REFUSED.has(type)) {
    return parsingFailure(`Unknown aggregation type [${type}]: it is not supported`)
  }
  const known = [AGGREGATIONS, SCOPED_AGGREGATIONS, PIPELINES].flatMap((types) => [...types.keys()])
  const similar = similarNames(type, known)
  const hint =
    similar.length === 0
      ? ''
      : similar.length === 1
        ? ` did you mean [${similar[0]}]?`
        : ` did you mean any of [${similar.join(', ')}]?`
  return parsingFailure(`Unknown aggregation type [${type}]${hint}`)
}

function checkPlace(name: string, type: string, around: Around): void {
  if (type === 'global' && around.length > 0) {
    throw aggregationFailure(
      'execution',
      `Aggregation [${name}] cannot be a sub-aggregation. Global aggregations can only be defined as top level aggregations`,
    )
  }
  const parent = around.find((one) => one !== 'nested' && one !== 'filter')
  if (type === 'composite' && parent !== undefined) {
    throw illegalOnShard(
      `[composite] aggregation cannot be used with a parent aggregation of type: [${parent}]`,
    )
  }
}

/** Aggregations of one bucket: there is nothing to compare beneath them. */
const SINGLE_BUCKET = ['filter', 'global', 'missing', 'nested', 'reverse_nested', 'sampler']
const HISTOGRAMS = ['auto_date_histogram', 'date_histogram', 'histogram']
/** Pipelines that go from one bucket to the next in the order of their keys. */
const SEQUENTIAL = ['cumulative_sum', 'derivative', 'moving_fn', 'serial_diff']

function checkPipeline(name: string, type: string, compiled: Aggregation, around: Around): void {
  if (compiled.kind !== 'pipeline' || compiled.apply.kind !== 'parent') return
  const parent = around.at(-1)
  if (SEQUENTIAL.includes(type) && (parent === undefined || !HISTOGRAMS.includes(parent))) {
    throw illegalArgument(
      `Validation Failed: 1: ${type} aggregation [${name}] must have a histogram, date_histogram or auto_date_histogram as parent;`,
    )
  }
  if (parent === undefined || SINGLE_BUCKET.includes(parent)) {
    throw illegalArgument(
      `Validation Failed: 1: ${type} aggregation [${name}] must be declared inside of another aggregation;`,
    )
  }
}

function checkChildren(
  name: string,
  type: string,
  { kind }: Aggregation,
  children: Children,
): void {
  if ((kind === 'metric' || kind === 'pipeline') && children.size > 0) {
    throw aggregationFailure(
      'initialization',
      `Aggregator [${name}] of type [${type}] cannot accept sub-aggregations`,
    )
  }
  if (type === 'sampler' && children.size === 0) {
    throw aggregationFailure(
      'execution',
      'Sampler aggregation must be used with child aggregations.',
    )
  }
}
