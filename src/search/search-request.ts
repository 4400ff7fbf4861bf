import { BodyReader, isObject } from './body-reader.ts'
import { type CollapseRequest, parseCollapse } from './collapse.ts'
import { unknownKey } from './hit-field-list.ts'
import { type HitRequest, readHitRequest, refuseFilled } from './hit-request.ts'
import { parseSlice, type SliceRequest } from './hit-slice.ts'
import { illegalArgument, parsingFailure, SearchFailure } from './search-failure.ts'

/** A search after its form was checked; query, aggregations and sort are still as they came. */
export interface SearchRequest {
  readonly query: unknown
  readonly postFilter: unknown
  readonly aggregations: unknown
  readonly sort: unknown
  readonly searchAfter: unknown
  readonly from: number
  readonly size: number
  readonly hit: HitRequest
  readonly collapse: CollapseRequest | undefined
  readonly slice: SliceRequest | undefined
  readonly minScore: number | undefined
  readonly trackScores: boolean
  /** Documents of an index after which collecting may end; 0 for all. */
  readonly terminateAfter: number
  /** Factors by names of indices or patterns; the first that fits counts. */
  readonly indicesBoost: readonly (readonly [string, number])[]
  /** Hits are counted up to here; false for not at all. */
  readonly trackTotalHits: number | false
  /** Whether the request says up to where hits are counted. */
  readonly isTotalAsked: boolean
  readonly timeoutMs: number | undefined
}

/** A search of a view whose records stay as they are. */
export type ViewKind = 'scroll' | 'pit'

const DEFAULT_SIZE = 10
/** So many hits are counted when the request does not say. */
const DEFAULT_TRACKED_HITS = 10_000

/**
 * Reads the body of a search.
 *
 * @throws SearchFailure for keys that are not known or not supported
 */
export function parseSearch(body: unknown, view?: ViewKind): SearchRequest {
  const reader = new BodyReader(body ?? {}, 'search')
  const empty = reader.keys().find((key) => Reflect.get(Object(body), key) === null)
  if (empty !== undefined) throw unknownKey(null, empty)
  const request = readRequest(reader)
  refuseFilled(reader, ['rescore', 'suggest', 'runtime_mappings', 'ext'])
  if (reader.boolean('profile') === true) {
    throw parsingFailure('[search] does not support [profile]')
  }
  checkStats(reader.value('stats'))
  reader.end()
  checkTogether(request, view)
  return request
}

function readRequest(reader: BodyReader): SearchRequest {
  return {
    query: reader.value('query'),
    postFilter: reader.value('post_filter'),
    aggregations: aggregationsOf(reader),
    sort: reader.value('sort'),
    searchAfter: reader.value('search_after'),
    from: count(reader, 'from', '[from] parameter cannot be negative but was') ?? 0,
    size: count(reader, 'size', '[size] parameter cannot be negative, found') ?? DEFAULT_SIZE,
    hit: readHitRequest(reader),
    collapse: parseCollapse(reader.value('collapse')),
    slice: parseSlice(reader.value('slice')),
    minScore: reader.number('min_score'),
    trackScores: reader.boolean('track_scores') ?? false,
    terminateAfter: terminateAfter(reader),
    indicesBoost: indicesBoost(reader.value('indices_boost')),
    trackTotalHits: trackedHits(reader.value('track_total_hits')),
    isTotalAsked: reader.has('track_total_hits'),
    timeoutMs: timeValue(reader.text('timeout'), 'timeout'),
  }
}

/** A number of hits; a fraction is cut off. */
function count(reader: BodyReader, key: string, negative: string): number | undefined {
  const number = reader.number(key)
  if (number === undefined) return undefined
  const whole = Math.trunc(number)
  if (whole < 0) throw illegalArgument(`${negative} [${whole}]`)
  if (Number.isSafeInteger(whole)) return whole
  throw illegalArgument(`[search] [${key}] is too large: [${number}]`)
}

function aggregationsOf(reader: BodyReader): unknown {
  const aggs = reader.value('aggs')
  const aggregations = reader.value('aggregations')
  if (isFilled(aggs) && isFilled(aggregations)) {
    throw parsingFailure('[search] has both [aggs] and [aggregations]')
  }
  return isFilled(aggs) ? aggs : aggregations
}

function isFilled(value: unknown): boolean {
  return isObject(value) ? Object.keys(value).length > 0 : value !== undefined
}

function terminateAfter(reader: BodyReader): number {
  const number = Math.trunc(reader.number('terminate_after') ?? 0)
  if (number < 0) throw illegalArgument('terminateAfter must be > 0')
  return number
}

/** Names of groups for statistics, which are not kept. */
function checkStats(given: unknown): void {
  if (given === undefined) return
  if (!Array.isArray(given)) throw unknownKey(given, 'stats')
  if (given.every((name) => typeof name === 'string')) return
  throw parsingFailure('Expected [VALUE_STRING] in [stats]')
}

function indicesBoost(given: unknown): SearchRequest['indicesBoost'] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw unknownKey(given, 'indices_boost')
  return given.map((item: unknown) => {
    const [entry, second] = isObject(item) ? Object.entries(item) : []
    if (entry === undefined || second !== undefined) {
      throw parsingFailure('Expected [END_OBJECT] in [indices_boost] but found [FIELD_NAME]')
    }
    const [name, boost] = entry
    if (typeof boost === 'number') return [name, boost] as const
    throw parsingFailure('Expected [VALUE_NUMBER] in [indices_boost] but found [VALUE_STRING]')
  })
}

function trackedHits(given: unknown): number | false {
  if (given === undefined) return DEFAULT_TRACKED_HITS
  if (given === true || given === 'true') return Number.POSITIVE_INFINITY
  if (given === false || given === 'false') return false
  const number = typeof given === 'string' && given.trim() === '' ? Number.NaN : Number(given)
  if (number === -1) return Number.POSITIVE_INFINITY
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw illegalArgument(
    `[track_total_hits] parameter must be positive or equals to -1, got ${String(given)}`,
  )
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
  const found = /^(\d{1,15}(?:\.\d{1,15})?)(nanos|micros|ms|s|m|h|d)$/.exec(text)
  if (found === null) {
    throw illegalArgument(
      `failed to parse setting [${name}] with value [${text}] as a time value: unit is missing or unrecognized`,
    )
  }
  return Number(found[1]) * TIME_UNITS_MS[found[2]!]!
}

/** What cannot be asked for at the same time. */
function checkTogether(request: SearchRequest, view: ViewKind | undefined): void {
  const { from, size, searchAfter, collapse, slice } = request
  if (searchAfter !== undefined && from > 0) {
    throw refused('`from` parameter must be set to 0 when `search_after` is used.')
  }
  if (slice !== undefined && view === undefined) {
    throw refused('[slice] can only be used with [scroll] or [point-in-time] requests')
  }
  if (view !== 'scroll') return
  if (from > 0) throw invalid('using [from] is not allowed in a scroll context')
  if (size === 0) throw invalid('[size] cannot be [0] in a scroll context')
  if (searchAfter !== undefined) {
    throw refused('`search_after` cannot be used in a scroll context.')
  }
  if (collapse !== undefined) throw refused('cannot use `collapse` in a scroll context')
}

function refused(reason: string): SearchFailure {
  return new SearchFailure({ type: 'search_exception', reason, status: 400, onShard: true })
}

/** A request that contradicts itself. */
export function invalid(reason: string): SearchFailure {
  return new SearchFailure({
    type: 'action_request_validation_exception',
    reason: `Validation Failed: 1: ${reason};`,
    status: 400,
  })
}
