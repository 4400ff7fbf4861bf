import { clauseTree } from './clause-tree.ts'
import type { FieldLookup } from './field-lookup.ts'
import { FieldScope } from './field-scope.ts'
import { parseKqlClause } from './kql-parser.ts'
import { ClauseCount } from './limits.ts'
import type { QueryTree } from './query-tree.ts'

/** What KQL needs beside its text. */
export interface KqlOptions extends FieldLookup {
  /** Fields of values that name none; all searchable fields without. */
  readonly fields?: readonly string[] | undefined
  readonly timeZone?: string | undefined
}

/**
 * Makes one query of a text in KQL. A value that its field cannot take matches nothing.
 *
 * @throws SearchFailure `parsing_exception` that says what was expected where, and what KQL has
 * instead of Lucene's syntax
 */
export function parseKql(text: string, options: KqlOptions): QueryTree {
  const scope = new FieldScope(options, {
    fields: options.fields ?? [],
    lenient: true,
    quoteFieldSuffix: undefined,
  })
  return clauseTree(parseKqlClause(text), {
    scope,
    operator: 'or',
    wordsType: 'best_fields',
    tieBreaker: undefined,
    phraseSlop: 0,
    analyzesWildcards: false,
    timeZone: options.timeZone,
    fuzzy: {
      fuzziness: 'AUTO',
      prefixLength: undefined,
      maxExpansions: undefined,
      transpositions: undefined,
    },
    analyzer: undefined,
    quoteAnalyzer: undefined,
    count: new ClauseCount(),
  })
}
