import type { FieldScope } from './field-scope.ts'
import type { ClauseCount } from './limits.ts'

/** How a text that is looked for in several fields is scored. */
export const MULTI_MATCH_TYPES = [
  'best_fields',
  'most_fields',
  'cross_fields',
  'phrase',
  'phrase_prefix',
  'bool_prefix',
] as const

export type MultiMatchType = (typeof MULTI_MATCH_TYPES)[number]

/** What turns the clauses of one text into queries. */
export interface TreeContext {
  readonly scope: FieldScope
  /** Between the words of one text. */
  readonly operator: 'and' | 'or'
  readonly wordsType: MultiMatchType
  /** Share of the other fields' scores that counts beside the best one's. */
  readonly tieBreaker: number | undefined
  readonly phraseSlop: number
  /** The text before a `*` is analysed, not taken as one word. */
  readonly analyzesWildcards: boolean
  readonly timeZone: string | undefined
  readonly fuzzy: {
    readonly fuzziness: number | string
    readonly prefixLength: number | undefined
    readonly maxExpansions: number | undefined
    readonly transpositions: boolean | undefined
  }
  readonly analyzer: string | undefined
  readonly quoteAnalyzer: string | undefined
  /** Clauses of the tree, after fields were put in. */
  readonly count: ClauseCount
}

/** Share of the other fields' scores where the type of the search does not say another. */
export function tieBreakerOf({ tieBreaker, wordsType }: TreeContext): number {
  return tieBreaker ?? (wordsType === 'most_fields' || wordsType === 'bool_prefix' ? 1 : 0)
}
