import { illegalArgument, SearchFailure } from '../search/index.ts'
import { isObject } from './bulk-request.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import { linesOf } from './request-body.ts'
import { searchJson } from './search-body.ts'

type Json = Readonly<Record<string, unknown>>

/** One search of a `_msearch`. */
export interface ListedSearch {
  readonly target: {
    readonly expression: string
    readonly ignoreUnavailable: boolean
    readonly allowNoIndices: boolean
  }
  readonly body: Json
}

const HEADER_KEYS = [
  'index',
  'indices',
  'ignore_unavailable',
  'allow_no_indices',
  'expand_wildcards',
  'search_type',
  'preference',
  'routing',
  'request_cache',
  'allow_partial_search_results',
  'ccs_minimize_roundtrips',
  'ignore_throttled',
  'max_concurrent_shard_requests',
]

/** Searches in one request. */
const MAX_SEARCHES = 1_000

/**
 * Reads the lines of a `_msearch`: a header and a body for each search.
 *
 * @throws SearchFailure when the request as a whole is malformed
 */
export function multiSearches(
  text: string,
  defaults: { readonly index: string | undefined; readonly query: AnswerQuery },
): readonly ListedSearch[] {
  if (!text.endsWith('\n')) {
    throw illegalArgument('The msearch request must be terminated by a newline [\\n]')
  }
  const searches: ListedSearch[] = []
  const lines = linesOf(text)
  for (let header = lines.next(); header.done !== true; header = lines.next()) {
    if (searches.length === MAX_SEARCHES) {
      throw illegalArgument(`a msearch request may have at most [${MAX_SEARCHES}] searches`)
    }
    const body = lines.next()
    if (body.done === true) {
      throw illegalArgument('The msearch request must have a body for each header')
    }
    searches.push({
      target: targetOf(objectOf(header.value.line), defaults),
      body: objectOf(body.value.line),
    })
  }
  if (searches.length > 0) return searches
  throw new SearchFailure({
    type: 'action_request_validation_exception',
    reason: 'Validation Failed: 1: no requests added;',
    status: 400,
  })
}

function objectOf(line: string): Json {
  const parsed = searchJson(line) ?? {}
  if (isObject(parsed)) return parsed
  throw illegalArgument('each line of a msearch request must be a JSON object')
}

function targetOf(
  header: Json,
  { index, query }: { readonly index: string | undefined; readonly query: AnswerQuery },
): ListedSearch['target'] {
  const unknown = Object.keys(header).find((key) => !HEADER_KEYS.includes(key))
  if (unknown !== undefined) {
    throw illegalArgument(`key [${unknown}] is not supported in the metadata section`)
  }
  const given = header.index ?? header.indices
  const names: unknown = Array.isArray(given) ? given.join(',') : given
  const flag = (name: string, fallback: boolean) =>
    header[name] === undefined
      ? (parameter.boolean(query, name) ?? fallback)
      : String(header[name]) === 'true'
  return {
    expression: names === undefined || names === null ? (index ?? '') : String(names),
    ignoreUnavailable: flag('ignore_unavailable', false),
    allowNoIndices: flag('allow_no_indices', true),
  }
}
