import { BodyReader } from '../body-reader.ts'
import { parsingFailure, queryShardFailure } from '../search-failure.ts'
import type { FieldLookup } from './field-lookup.ts'
import { parseQueryString } from './query-string.ts'
import type { QueryTree } from './query-tree.ts'
import { parseSimpleQueryString } from './simple-query-string.ts'
import { MULTI_MATCH_TYPES } from './tree-context.ts'

/**
 * Makes one query of the body of a `query_string`.
 *
 * @throws SearchFailure naming an option that does not exist or a value that is none of its own,
 * and as `parseQueryString`
 */
export function queryStringTree(body: unknown, lookup: FieldLookup): QueryTree {
  const reader = new BodyReader(body, 'query_string')
  const text = reader.requiredText('query')
  const fields = fieldList(reader)
  const defaultField = reader.text('default_field')
  if (fields !== undefined && fields.length > 0 && defaultField !== undefined) {
    throw queryShardFailure(
      'Validation Failed: 1: [query_string] cannot use [fields] parameter in conjunction with [default_field];',
    )
  }
  const options = {
    ...lookup,
    fields,
    defaultField,
    ...sharedOptions(reader),
    allowLeadingWildcard: reader.boolean('allow_leading_wildcard'),
    quoteAnalyzer: reader.text('quote_analyzer'),
    escape: reader.boolean('escape'),
    fuzziness: reader.text('fuzziness'),
    phraseSlop: reader.integer('phrase_slop', 0),
    tieBreaker: reader.number('tie_breaker'),
    timeZone: reader.text('time_zone'),
    type: reader.choice('type', MULTI_MATCH_TYPES),
  }
  reader.ignore('enable_position_increments', 'fuzzy_rewrite', 'max_determinized_states', 'rewrite')
  reader.end()
  return parseQueryString(text, options)
}

/**
 * Makes one query of the body of a `simple_query_string`.
 *
 * @throws SearchFailure naming an option that does not exist or a value that is none of its own,
 * and as `parseSimpleQueryString`
 */
export function simpleQueryStringTree(body: unknown, lookup: FieldLookup): QueryTree {
  const reader = new BodyReader(body, 'simple_query_string')
  const text = reader.requiredText('query')
  const flags = reader.value('flags')
  const options = {
    ...lookup,
    fields: fieldList(reader),
    ...sharedOptions(reader),
    flags: typeof flags === 'number' ? flags : reader.text('flags'),
  }
  reader.end()
  return parseSimpleQueryString(text, options)
}

function sharedOptions(reader: BodyReader) {
  reader.ignore('_name', 'auto_generate_synonyms_phrase_query')
  const operator = reader.text('default_operator')?.toLowerCase()
  if (operator !== undefined && operator !== 'and' && operator !== 'or') {
    throw parsingFailure(`[${reader.where}] [default_operator] must be [and] or [or]`)
  }
  return {
    defaultOperator: operator as 'and' | 'or' | undefined,
    analyzeWildcard: reader.boolean('analyze_wildcard'),
    analyzer: reader.text('analyzer'),
    boost: reader.number('boost'),
    fuzzyPrefixLength: reader.integer('fuzzy_prefix_length', 0),
    fuzzyMaxExpansions: reader.integer('fuzzy_max_expansions', 0),
    fuzzyTranspositions: reader.boolean('fuzzy_transpositions'),
    lenient: reader.boolean('lenient'),
    minimumShouldMatch: reader.text('minimum_should_match'),
    quoteFieldSuffix: reader.text('quote_field_suffix'),
  }
}

function fieldList(reader: BodyReader): readonly string[] | undefined {
  const value = reader.value('fields')
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value
  throw parsingFailure(`[${reader.where}] [fields] must be a list of names`)
}
