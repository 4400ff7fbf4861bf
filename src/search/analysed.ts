import {
  atLeast,
  type BodyField,
  type Filter,
  NONE,
  type QueryTerm,
  queryTerms,
} from '../store/index.ts'
import { minimumShouldMatch } from './minimum-should-match.ts'

export interface WordsWanted {
  readonly operator: 'and' | 'or'
  readonly minimum?: unknown
}

/** Records in whose field words of the text stand: any, all, or at least so many. */
export function hasWords(field: BodyField, text: string, wanted: WordsWanted): Filter {
  const terms = queryTerms(text)
  if (terms.length === 0) return NONE
  const words = [...Map.groupBy(terms, ({ word }) => word).values()]
  if (wanted.operator === 'and') return probe(field, [terms])
  if (wanted.minimum === undefined || wanted.minimum === null) return probe(field, words)
  const least = Math.max(1, minimumShouldMatch(wanted.minimum, words.length))
  if (least === 1) return probe(field, words)
  return atLeast(
    least,
    words.map((word) => probe(field, [word])),
  )
}

/** Records in whose field the words of the text stand beside each other in this order. */
export function hasWordsInOrder(field: BodyField, text: string): Filter {
  const terms = queryTerms(text)
  return terms.length === 0 ? NONE : { kind: 'text', probe: { kind: 'phrase', field, terms } }
}

function probe(field: BodyField, clauses: readonly (readonly QueryTerm[])[]): Filter {
  return { kind: 'text', probe: { kind: 'words', field, clauses } }
}
