import type { Aggregation, AggregationContext, Children } from './aggregations/aggregation.ts'
import { AGGREGATIONS } from './aggregations/index.ts'
import { BodyReader } from './body-reader.ts'
import { aggregationFailure, illegalArgument, parsingFailure } from './search-failure.ts'

/** Aggregations nested deeper than this are refused. */
const MAX_DEPTH = 6

/**
 * Compiles `aggs` of a request.
 *
 * @throws SearchFailure naming what is wrong or not supported
 */
export function compileAggregations(body: unknown, shared: Shared): Children {
  return compileLevel(body, shared, 1)
}

type Shared = Omit<AggregationContext, 'children'>

function compileLevel(body: unknown, shared: Shared, depth: number): Children {
  if (body === undefined || body === null) return new Map()
  const reader = new BodyReader(body, 'aggs')
  const names = reader.keys()
  if (names.length > 0 && depth > MAX_DEPTH) {
    throw illegalArgument(`aggregations nested deeper than [${MAX_DEPTH}] are not supported`)
  }
  return new Map(
    names.map((name) => {
      if (name === '' || /[[\]>]/.test(name)) {
        throw parsingFailure(
          `Invalid aggregation name [${name}]. Aggregation names cannot contain '[', ']', or '>'`,
        )
      }
      return [name, compileOne(name, reader.value(name), shared, depth)]
    }),
  )
}

function compileOne(name: string, body: unknown, shared: Shared, depth: number): Aggregation {
  const reader = new BodyReader(body, name)
  const children = compileLevel(
    reader.value('aggs') ?? reader.value('aggregations'),
    shared,
    depth + 1,
  )
  const meta = reader.value('meta')
  const [type, second] = reader
    .keys()
    .filter((key) => key !== 'aggs' && key !== 'aggregations' && key !== 'meta')
  if (type === undefined) throw parsingFailure(`Missing definition for aggregation [${name}]`)
  if (second !== undefined) {
    throw parsingFailure(
      `Found two aggregation type definitions in [${name}]: [${type}] and [${second}]`,
    )
  }
  const compiler = AGGREGATIONS.get(type)
  if (compiler === undefined) {
    throw parsingFailure(`Unknown aggregation type [${type}] or not supported`)
  }
  const compiled = compiler(reader.value(type), { ...shared, children })
  if ((compiled.kind === 'metric' || compiled.kind === 'pipeline') && children.size > 0) {
    throw aggregationFailure(
      'initialization',
      `Aggregator [${name}] of type [${type}] cannot accept sub-aggregations`,
    )
  }
  return meta === undefined ? compiled : { ...compiled, meta }
}
