import { illegalArgument, parsingFailure } from '../search/index.ts'
import { isObject } from './bulk-request.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import { parseJson } from './request-body.ts'
import type { ElasticRequest } from './route.ts'

/** Parameters that stand for keys of the body. */
const BODY_PARAMETERS = [
  'from',
  'size',
  'timeout',
  'terminate_after',
  'track_total_hits',
  'version',
  'seq_no_primary_term',
  'track_scores',
  'explain',
] as const

/** Parameters that stand for keys of the body, as lists. */
const LIST_PARAMETERS = ['docvalue_fields', 'stored_fields'] as const

/** Options of a query in the URL. */
export const QUERY_PARAMETERS = [
  'q',
  'df',
  'analyzer',
  'analyze_wildcard',
  'default_operator',
  'lenient',
] as const

export const SEARCH_BODY_PARAMETERS = [
  ...BODY_PARAMETERS,
  ...LIST_PARAMETERS,
  ...QUERY_PARAMETERS,
  'sort',
  'stats',
  '_source',
  '_source_includes',
  '_source_excludes',
] as const

type Body = Readonly<Record<string, unknown>>

/** The body of a search, with the URL's parameters laid over it. */
export function searchBody(request: ElasticRequest): Body {
  const { query } = request
  const given = BODY_PARAMETERS.flatMap((name) =>
    query[name] === undefined ? [] : [[name, query[name] === '' ? 'true' : query[name]] as const],
  )
  const lists = LIST_PARAMETERS.flatMap((name) =>
    query[name] === undefined ? [] : [[name, query[name].split(',')] as const],
  )
  const body = {
    ...bodyObject(request.body),
    ...Object.fromEntries(given),
    ...Object.fromEntries(lists),
    ...(query.sort !== undefined && { sort: query.sort.split(',') }),
    ...sourceOf(query),
    ...queryOf(query),
  }
  return wantsInteger(query) ? countedWhole(body) : body
}

/** Whether `hits.total` is to be a number, as it was before version 7. */
export function wantsInteger(query: AnswerQuery): boolean {
  return parameter.boolean(query, 'rest_total_hits_as_int') ?? false
}

/**
 * A body whose hits are all counted, because their number is answered without relation.
 *
 * @throws SearchFailure when the body says otherwise
 */
export function countedWhole(body: Body): Body {
  const { track_total_hits: tracked } = body
  if (tracked === undefined) return { ...body, track_total_hits: true }
  if (String(tracked) === 'true' || String(tracked) === 'false') return body
  throw illegalArgument(
    `[rest_total_hits_as_int] cannot be used if the tracking of total hits is not accurate, got ${String(tracked)}`,
  )
}

/** A text that may have a whole number which is longer than JavaScript's. */
const LONG_NUMBER = /\d{16}/
const WHOLE = /^-?\d+$/

/**
 * Parses the JSON of a search: whole numbers that JavaScript would round become texts of their
 * digits, which are read as numbers wherever one is expected.
 *
 * @throws SearchFailure as `parseJson`
 */
export function searchJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return parseJson(text)
  return parseJson(text, (_, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE.test(source)
      ? source
      : value,
  )
}

/** The JSON object of a body; empty when there is none. */
export function bodyObject(text: string): Body {
  const parsed = searchJson(text) ?? {}
  if (!isObject(parsed)) throw parsingFailure('request body must be a JSON object')
  return parsed
}

/** `q` of the URL as a query, which stands over that of the body. */
export function queryOf(query: AnswerQuery): { readonly query?: unknown } {
  if (query.q === undefined) return {}
  const { df, analyzer, default_operator: operator } = query
  const [wildcards, lenient] = [
    parameter.boolean(query, 'analyze_wildcard'),
    parameter.boolean(query, 'lenient'),
  ]
  return {
    query: {
      query_string: {
        query: query.q,
        ...(df !== undefined && { default_field: df }),
        ...(analyzer !== undefined && { analyzer }),
        ...(operator !== undefined && { default_operator: operator }),
        ...(wildcards !== undefined && { analyze_wildcard: wildcards }),
        ...(lenient !== undefined && { lenient }),
      },
    },
  }
}

/** `_source` of the URL: true, false or a list; `_source_includes` and `_source_excludes`. */
export function sourceOf(query: AnswerQuery): { readonly _source?: unknown } {
  const list = (name: string) => query[name]?.split(',')
  const [includes, excludes] = [list('_source_includes'), list('_source_excludes')]
  if (includes !== undefined || excludes !== undefined) {
    return { _source: { includes: includes ?? [], excludes: excludes ?? [] } }
  }
  const given = query._source
  if (given === undefined) return {}
  return { _source: given === 'true' || given === 'false' ? given : given.split(',') }
}
