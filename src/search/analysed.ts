import {
  atLeast,
  type Filter,
  NONE,
  or,
  type QueryTerm,
  type Score,
  type TextField,
  type TextProbe,
} from '../store/index.ts'
import { minimumShouldMatch } from './minimum-should-match.ts'
import { fuzziness } from './queries/fuzzy.ts'
import { equally, type Query } from './queries/query-compiler.ts'
import type { TextReference } from './schema.ts'
import { illegalOnShard } from './search-failure.ts'

/** How far words may be from those of the text. */
export interface FuzzyWanted {
  readonly fuzziness: unknown
  readonly prefixLength: number
  readonly maxExpansions: number
  readonly transpositions: boolean
}

export interface WordsWanted {
  readonly operator: 'and' | 'or'
  readonly minimum?: unknown
  readonly boost?: number
  /** The last word may be the beginning of one. */
  readonly lastIsPrefix?: boolean
  readonly fuzzy?: FuzzyWanted
}

/** Records in whose field words of the text stand: any, all, or at least so many. */
export function hasWords(
  { field, terms: analyse }: TextReference,
  text: string,
  wanted: WordsWanted,
): Query {
  const terms = prefixed(analysed(analyse, text), wanted.lastIsPrefix ?? false)
  if (terms.length === 0) return equally(NONE)
  const words = [...Map.groupBy(terms, ({ word }) => word).values()]
  const parts = words.map((word, place) => {
    const isPrefix = wanted.lastIsPrefix === true && place === words.length - 1
    // beginnings of words are equally good, whatever they begin
    return isPrefix ? equally(found(wordsProbe(field, [word]))) : wordQuery(field, word)
  })
  const score: Score = { kind: 'sum', parts, boost: wanted.boost ?? 1, tieBreaker: 0 }
  const least = leastWords(words.length, wanted)
  if (least === words.length) return { filter: found(wordsProbe(field, [terms])), score }
  if (least === 1) return { filter: found(wordsProbe(field, words)), score }
  const filters = parts.map(({ filter }) => filter)
  return { filter: atLeast(least, filters), score }
}

/** Records in whose field words near those of the text stand. */
export function fuzzyWords(
  { field, terms: analyse }: TextReference,
  text: string,
  wanted: WordsWanted & { readonly fuzzy: FuzzyWanted },
): Query {
  const { fuzzy, boost = 1 } = wanted
  const words = [...Map.groupBy(analysed(analyse, text), ({ word }) => word).values()]
  if (words.length === 0) return equally(NONE)
  const filters = words.map((word) => {
    const value = word[0]?.tokens[0]?.text ?? ''
    const distance = fuzziness(fuzzy.fuzziness, value)
    const exact = found(wordsProbe(field, [word]))
    if (distance === 0 || word.length > 1) return exact
    const { prefixLength, maxExpansions, transpositions } = fuzzy
    const pattern = { kind: 'fuzzy', value, distance, prefixLength, transpositions } as const
    return or([exact, found({ kind: 'pattern', field, pattern, ignoreCase: false, maxExpansions })])
  })
  return equally(atLeast(leastWords(words.length, wanted), filters), boost)
}

function leastWords(words: number, { operator, minimum }: WordsWanted): number {
  // of a single word there is nothing to choose
  if (operator === 'and' || words === 1) return words
  if (minimum === undefined || minimum === null) return 1
  return Math.max(1, minimumShouldMatch(minimum, words))
}

function wordQuery(field: TextField, word: readonly QueryTerm[]): Query {
  const probe = wordsProbe(field, [word])
  return { filter: found(probe), score: { kind: 'words', probe, boost: 1 } }
}

export interface PhraseWanted {
  readonly slop: number
  readonly boost: number
  readonly lastIsPrefix: boolean
}

/** Records in whose field the words of the text stand beside each other in this order. */
export function hasWordsInOrder(
  { field, terms: analyse }: TextReference,
  text: string,
  { slop, boost, lastIsPrefix }: PhraseWanted,
): Query {
  const terms = prefixed(analysed(analyse, text), lastIsPrefix)
  if (terms.length === 0) return equally(NONE)
  const probe = { kind: 'phrase', field, terms, slop } as const
  return { filter: found(probe), score: { kind: 'words', probe, boost } }
}

/** Elasticsearch's `indices.query.bool.max_clause_count`; each word is a clause. */
const MAX_WORDS = 1_024
const MAX_LENGTH = 1 << 18

function analysed(analyse: TextReference['terms'], text: string): readonly QueryTerm[] {
  if (text.length > MAX_LENGTH) {
    throw illegalOnShard(
      `a text of [${text.length}] characters is longer than can be analysed in a query: [${MAX_LENGTH}]`,
    )
  }
  const terms = analyse(text)
  if (terms.length > MAX_WORDS) {
    throw illegalOnShard(`too_many_nested_clauses: maxClauseCount is set to ${MAX_WORDS}`)
  }
  return terms
}

function prefixed(terms: readonly QueryTerm[], lastIsPrefix: boolean): readonly QueryTerm[] {
  const last = terms.at(-1)
  if (!lastIsPrefix || last === undefined) return terms
  const tokens = last.tokens.map(({ text }) => ({ text, prefix: true }))
  return [...terms.slice(0, -1), { ...last, tokens }]
}

function wordsProbe(field: TextField, clauses: readonly (readonly QueryTerm[])[]) {
  return { kind: 'words', field, clauses } as const
}

function found(probe: TextProbe): Filter {
  return { kind: 'text', probe }
}
