import { bool } from './bool.ts'
import { boosting } from './boosting.ts'
import { constantScore } from './constant-score.ts'
import { disMax } from './dis-max.ts'
import { exists } from './exists.ts'
import { fuzzy } from './fuzzy.ts'
import { ids } from './ids.ts'
import { kql } from './kql.ts'
import { match, matchBoolPrefix, matchPhrase, matchPhrasePrefix } from './match.ts'
import { matchAll } from './match-all.ts'
import { matchNone } from './match-none.ts'
import { multiMatch } from './multi-match.ts'
import { nested } from './nested.ts'
import { prefix } from './prefix.ts'
import type { QueryCompiler } from './query-compiler.ts'
import { queryString, simpleQueryString } from './query-string.ts'
import { range } from './range.ts'
import { regexp } from './regexp.ts'
import { term } from './term.ts'
import { terms } from './terms.ts'
import { wildcard } from './wildcard.ts'

/** Every query type by its name in a request. */
export const QUERIES: ReadonlyMap<string, QueryCompiler> = new Map(
  Object.entries({
    bool,
    boosting,
    constant_score: constantScore,
    dis_max: disMax,
    exists,
    fuzzy,
    ids,
    kql,
    match,
    match_all: matchAll,
    match_bool_prefix: matchBoolPrefix,
    match_none: matchNone,
    match_phrase: matchPhrase,
    match_phrase_prefix: matchPhrasePrefix,
    multi_match: multiMatch,
    nested,
    prefix,
    query_string: queryString,
    range,
    regexp,
    simple_query_string: simpleQueryString,
    term,
    terms,
    wildcard,
  }),
)
