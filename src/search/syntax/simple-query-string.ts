import { clauseTree } from './clause-tree.ts'
import type { FieldLookup } from './field-lookup.ts'
import { FieldScope } from './field-scope.ts'
import { ClauseCount } from './limits.ts'
import { boosted, type QueryTree } from './query-tree.ts'
import { simpleFlags } from './simple-flags.ts'
import { parseSimple } from './simple-parser.ts'
import { isWithoutWords } from './words-tree.ts'

/** What `simple_query_string` can be told beside its text. */
export interface SimpleQueryStringOptions extends FieldLookup {
  /** Names or patterns, `^boost` behind them; all searchable fields when none are given. */
  readonly fields?: readonly string[] | undefined
  readonly defaultOperator?: 'and' | 'or' | undefined
  /** Operators that are in force: names with `|` between them, or the sum of their bits. */
  readonly flags?: number | string | undefined
  readonly analyzeWildcard?: boolean | undefined
  readonly analyzer?: string | undefined
  readonly boost?: number | undefined
  readonly fuzzyPrefixLength?: number | undefined
  readonly fuzzyMaxExpansions?: number | undefined
  readonly fuzzyTranspositions?: boolean | undefined
  readonly lenient?: boolean | undefined
  readonly minimumShouldMatch?: unknown
  readonly quoteFieldSuffix?: string | undefined
}

/**
 * Makes one query of the text of a `simple_query_string`, which is never wrong syntax.
 *
 * @throws SearchFailure when the text is too long or has too many clauses, or a flag is unknown
 */
export function parseSimpleQueryString(text: string, options: SimpleQueryStringOptions): QueryTree {
  const operator = options.defaultOperator ?? 'or'
  const scope = new FieldScope(options, {
    fields: options.fields ?? [],
    lenient: options.lenient,
    quoteFieldSuffix: options.quoteFieldSuffix,
  })
  const context = {
    scope,
    operator,
    wordsType: 'most_fields' as const,
    tieBreaker: undefined,
    phraseSlop: 0,
    analyzesWildcards: options.analyzeWildcard ?? false,
    timeZone: undefined,
    fuzzy: {
      fuzziness: MOST_EDITS,
      prefixLength: options.fuzzyPrefixLength,
      maxExpansions: options.fuzzyMaxExpansions,
      transpositions: options.fuzzyTranspositions,
    },
    analyzer: options.analyzer,
    quoteAnalyzer: undefined,
    count: new ClauseCount(),
  }
  const clause = parseSimple(text, {
    operator,
    flags: simpleFlags(options.flags),
    isEmpty: (found) => isWithoutWords(found, context),
  })
  return boosted(clauseTree(clause, context, options.minimumShouldMatch), options.boost ?? 1)
}

/** Every fuzzy word of the parser says its edits itself. */
const MOST_EDITS = 2
