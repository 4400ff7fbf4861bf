import { BodyReader, isObject } from './body-reader.ts'
import { illegalArgument, illegalOnShard, parsingFailure } from './search-failure.ts'
import { type SourceFilter, sourceFilter } from './source-filter.ts'

/** A search after its form was checked; query, aggregations and sort are still as they came. */
export interface SearchRequest {
  readonly query: unknown
  readonly aggregations: unknown
  readonly sort: unknown
  readonly searchAfter: unknown
  readonly from: number
  readonly size: number
  readonly source: SourceFilter
  /** Hits are counted up to here; false for not at all. */
  readonly trackTotalHits: number | false
  readonly timeoutMs: number | undefined
  readonly version: boolean
  readonly seqNoPrimaryTerm: boolean
}

/** Elasticsearch's `index.max_result_window`. */
const MAX_WINDOW = 10_000
const DEFAULT_SIZE = 10
/** So many hits are counted when the request does not say. */
const DEFAULT_TRACKED_HITS = 10_000

/**
 * Reads the body of a search.
 *
 * @throws SearchFailure for keys that are not known or not supported
 */
export function parseSearch(body: unknown): SearchRequest {
  const reader = new BodyReader(body ?? {}, 'search')
  const from = reader.integer('from', 0) ?? 0
  const size = reader.integer('size', 0) ?? DEFAULT_SIZE
  if (from + size > MAX_WINDOW) {
    throw illegalOnShard(
      `Result window is too large, from + size must be less than or equal to: [${MAX_WINDOW}] but was [${from + size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`,
    )
  }
  const request = {
    query: reader.value('query'),
    aggregations: aggregationsOf(reader),
    sort: reader.value('sort'),
    searchAfter: reader.value('search_after'),
    from,
    size,
    source: sourceFilter(reader.value('_source')),
    trackTotalHits: trackedHits(reader.value('track_total_hits')),
    timeoutMs: timeValue(reader.text('timeout'), 'timeout'),
    version: reader.boolean('version') ?? false,
    seqNoPrimaryTerm: reader.boolean('seq_no_primary_term') ?? false,
  }
  if (request.searchAfter !== undefined && from > 0) {
    throw illegalArgument('`from` parameter must be set to 0 when `search_after` is used.')
  }
  refuseFilled(reader, ['script_fields', 'docvalue_fields', 'fields', 'stored_fields'])
  for (const key of ['explain', 'profile']) {
    if (reader.boolean(key) === true) throw parsingFailure(`[search] does not support [${key}]`)
  }
  // change nothing here: all scores are equal
  reader.ignore('track_scores', 'stats')
  reader.end()
  return request
}

function aggregationsOf(reader: BodyReader): unknown {
  const aggs = reader.value('aggs')
  const aggregations = reader.value('aggregations')
  if (aggs !== undefined && aggregations !== undefined) {
    throw parsingFailure('[search] has both [aggs] and [aggregations]')
  }
  return aggs ?? aggregations
}

/** Clients send these empty; filled they would add to the answer what is not made here. */
function refuseFilled(reader: BodyReader, keys: readonly string[]): void {
  for (const key of keys) {
    const value = reader.value(key)
    const filled = Array.isArray(value)
      ? value.length > 0
      : isObject(value)
        ? Object.keys(value).length > 0
        : value !== undefined && value !== null
    if (filled) throw parsingFailure(`[search] does not support [${key}]`)
  }
}

function trackedHits(given: unknown): number | false {
  if (given === undefined || given === null) return DEFAULT_TRACKED_HITS
  if (given === true || given === 'true') return Number.POSITIVE_INFINITY
  if (given === false || given === 'false') return false
  const number = Number(given)
  if (number === -1) return Number.POSITIVE_INFINITY
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw parsingFailure('[track_total_hits] must be true, false or a number >= 0')
}

const TIME_UNITS_MS: Readonly<Record<string, number>> = {
  nanos: 1e-6,
  micros: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * Reads a time such as `30s`; -1 is none.
 *
 * @throws SearchFailure for another form
 */
function timeValue(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === '-1') return undefined
  const found = /^(\d+(?:\.\d+)?)(nanos|micros|ms|s|m|h|d)$/.exec(text)
  if (found === null) {
    throw illegalArgument(
      `failed to parse setting [${name}] with value [${text}] as a time value: unit is missing or unrecognized`,
    )
  }
  return Number(found[1]) * TIME_UNITS_MS[found[2]!]!
}
