import { bool } from './bool.ts'
import { exists } from './exists.ts'
import { ids } from './ids.ts'
import { match } from './match.ts'
import { matchAll } from './match-all.ts'
import { matchNone } from './match-none.ts'
import { matchPhrase } from './match-phrase.ts'
import type { QueryCompiler } from './query-compiler.ts'
import { range } from './range.ts'
import { term } from './term.ts'
import { terms } from './terms.ts'
import { wildcard } from './wildcard.ts'

/** Every query type by its name in a request. */
export const QUERIES: ReadonlyMap<string, QueryCompiler> = new Map(
  Object.entries({
    bool,
    exists,
    ids,
    match,
    match_all: matchAll,
    match_none: matchNone,
    match_phrase: matchPhrase,
    range,
    term,
    terms,
    wildcard,
  }),
)
