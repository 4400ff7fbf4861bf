import { isObject } from './body-reader.ts'
import { illegalArgument } from './search-failure.ts'

/** Aggregations of a request with all entries of their lists: each becomes a piece of SQL. */
const MAX_PARTS = 2_000
/** Terms that an aggregation may list; Elasticsearch's `index.max_terms_count`. */
const MAX_TERMS = 65_536

const TERM_LISTS = ['include', 'exclude']

/**
 * Checks how much a request asks for, before anything is made of it.
 *
 * @throws SearchFailure
 */
export function checkAggregations(aggregations: unknown): void {
  const parts = partsIn(aggregations)
  if (parts <= MAX_PARTS) return
  throw illegalArgument(
    `a search may have at most [${MAX_PARTS}] aggregations, ranges, filters and values of percentiles together, found [${parts}]`,
  )
}

/** Malformed parts count nothing: whoever compiles them says what is wrong. */
function partsIn(aggregations: unknown): number {
  if (!isObject(aggregations)) return 0
  let parts = 0
  for (const aggregation of Object.values(aggregations)) {
    parts++
    if (!isObject(aggregation)) continue
    for (const [key, body] of Object.entries(aggregation)) {
      if (key === 'aggs' || key === 'aggregations') parts += partsIn(body)
      else if (isObject(body)) parts += entriesIn(body)
    }
  }
  return parts
}

function entriesIn(body: Readonly<Record<string, unknown>>): number {
  let entries = 0
  for (const [option, value] of Object.entries(body)) {
    const length = lengthOf(value)
    if (!TERM_LISTS.includes(option)) entries += length
    else if (length > MAX_TERMS) {
      throw illegalArgument(`[${option}] may have at most [${MAX_TERMS}] terms, found [${length}]`)
    }
  }
  return entries
}

function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : 0
}
