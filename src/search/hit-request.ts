import { type BodyReader, isObject } from './body-reader.ts'
import { type HighlightRequest, parseHighlight } from './highlight-request.ts'
import { unknownKey, type WantedField, wantedFields } from './hit-field-list.ts'
import { illegalArgument, parsingFailure, SearchFailure } from './search-failure.ts'
import { type SourceFilter, sourceFilter } from './source-filter.ts'

/** What each hit is to hold, of a search as of `top_hits`. */
export interface HitRequest {
  readonly source: SourceFilter
  readonly fields: readonly WantedField[]
  readonly docvalues: readonly WantedField[]
  /** False when `stored_fields` is `_none_`: then hits have not even an id. */
  readonly withMeta: boolean
  readonly highlight: HighlightRequest | undefined
  readonly version: boolean
  readonly seqNoPrimaryTerm: boolean
}

/**
 * Reads the keys of a body that say what hits hold.
 *
 * @throws SearchFailure for what is wrong or not supported in them
 */
export function readHitRequest(reader: BodyReader): HitRequest {
  const stored = storedFields(reader.value('stored_fields'))
  const source = reader.value('_source')
  const usual = stored === undefined || (stored !== 'none' && stored.includes('_source'))
  const request = {
    source: sourceFilter(source ?? usual),
    fields: wantedFields(reader.value('fields'), 'fields'),
    docvalues: wantedFields(reader.value('docvalue_fields'), 'docvalue_fields'),
    withMeta: stored !== 'none',
    highlight: parseHighlight(reader.value('highlight')),
    version: reader.boolean('version') ?? false,
    seqNoPrimaryTerm: reader.boolean('seq_no_primary_term') ?? false,
  }
  if (!request.withMeta && request.source.isWanted) {
    throw withoutMeta('[stored_fields] cannot be disabled if [_source] is requested')
  }
  if (!request.withMeta && request.fields.length > 0) {
    throw withoutMeta('[stored_fields] cannot be disabled when using the [fields] option')
  }
  refuseFilled(reader, ['script_fields'])
  if (reader.boolean('explain') === true) {
    throw parsingFailure(`[${reader.where}] does not support [explain]`)
  }
  return request
}

function withoutMeta(reason: string): SearchFailure {
  return new SearchFailure({ type: 'search_exception', reason, status: 400, onShard: true })
}

/** No field is stored beside the document, so that all that is told is what else is wanted. */
function storedFields(given: unknown): 'none' | readonly string[] | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'string') return given === '_none_' ? 'none' : [given]
  if (given === null || isObject(given)) throw unknownKey(given, 'stored_fields')
  if (!Array.isArray(given)) {
    throw parsingFailure('Expected [VALUE_STRING] or [START_ARRAY] in [stored_fields]')
  }
  if (!given.includes('_none_')) return given.map(String)
  if (given.length === 1) return 'none'
  throw illegalArgument('cannot combine _none_ with other fields')
}

/** Clients send these empty; filled they would change the answer in ways that are not offered. */
export function refuseFilled(reader: BodyReader, keys: readonly string[]): void {
  for (const key of keys) {
    const value = reader.value(key)
    const isFilled = Array.isArray(value)
      ? value.length > 0
      : isObject(value)
        ? Object.keys(value).length > 0
        : value !== undefined
    if (isFilled) throw parsingFailure(`[${reader.where}] does not support [${key}]`)
  }
}
