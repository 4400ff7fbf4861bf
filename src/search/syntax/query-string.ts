import { clauseTree } from './clause-tree.ts'
import type { FieldLookup } from './field-lookup.ts'
import { FieldScope } from './field-scope.ts'
import { ClauseCount } from './limits.ts'
import { escaped } from './lucene-escapes.ts'
import { parseLucene } from './lucene-parser.ts'
import { boosted, type QueryTree } from './query-tree.ts'
import type { MultiMatchType } from './tree-context.ts'
import { isWithoutWords } from './words-tree.ts'

/** What `query_string` can be told beside its text. */
export interface QueryStringOptions extends FieldLookup {
  /** Fields of clauses that name none: names or patterns, `^boost` behind them. */
  readonly fields?: readonly string[] | undefined
  readonly defaultField?: string | undefined
  readonly defaultOperator?: 'and' | 'or' | undefined
  readonly allowLeadingWildcard?: boolean | undefined
  readonly analyzeWildcard?: boolean | undefined
  readonly analyzer?: string | undefined
  readonly quoteAnalyzer?: string | undefined
  readonly quoteFieldSuffix?: string | undefined
  readonly boost?: number | undefined
  /** The text is words, not syntax. */
  readonly escape?: boolean | undefined
  readonly fuzziness?: number | string | undefined
  readonly fuzzyPrefixLength?: number | undefined
  readonly fuzzyMaxExpansions?: number | undefined
  readonly fuzzyTranspositions?: boolean | undefined
  /** Undefined: a value that does not fit its field is an error unless all fields are searched. */
  readonly lenient?: boolean | undefined
  readonly minimumShouldMatch?: unknown
  readonly phraseSlop?: number | undefined
  readonly tieBreaker?: number | undefined
  readonly timeZone?: string | undefined
  readonly type?: MultiMatchType | undefined
}

/**
 * Makes one query of a text in Lucene's syntax, as `query_string` and `q=` take it.
 *
 * @throws SearchFailure `query_shard_exception` for a text that is not in the syntax, is too long
 * or has too many clauses
 */
export function parseQueryString(text: string, options: QueryStringOptions): QueryTree {
  const { fields = [], defaultField = '*' } = options
  const operator = options.defaultOperator ?? 'or'
  const scope = new FieldScope(options, {
    fields: fields.length === 0 ? [defaultField] : fields,
    lenient: options.lenient,
    quoteFieldSuffix: options.quoteFieldSuffix,
  })
  const context = {
    scope,
    operator,
    wordsType: options.type ?? 'best_fields',
    tieBreaker: options.tieBreaker,
    phraseSlop: options.phraseSlop ?? 0,
    analyzesWildcards: options.analyzeWildcard ?? false,
    timeZone: options.timeZone,
    fuzzy: fuzzyOf(options),
    analyzer: options.analyzer,
    quoteAnalyzer: options.quoteAnalyzer,
    count: new ClauseCount(),
  }
  const clause = parseLucene(options.escape === true ? escaped(text) : text, {
    operator,
    allowsLeadingWildcard: options.allowLeadingWildcard ?? true,
    comparesBareWords: fields.length === 0,
    isEmpty: (found) => isWithoutWords(found, context),
  })
  return boosted(clauseTree(clause, context, options.minimumShouldMatch), options.boost ?? 1)
}

function fuzzyOf(options: QueryStringOptions) {
  return {
    fuzziness: options.fuzziness ?? 'AUTO',
    prefixLength: options.fuzzyPrefixLength,
    maxExpansions: options.fuzzyMaxExpansions,
    transpositions: options.fuzzyTranspositions,
  }
}
