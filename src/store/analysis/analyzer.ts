import type { QueryTerm } from '../tokens.ts'

/** A token of a text, as `_analyze` shows it and highlighting needs it. */
export interface Token {
  readonly text: string
  /** What the word index holds of it; the first is its text. */
  readonly forms: readonly string[]
  /** Place of its first UTF-16 unit in the text. */
  readonly start: number
  /** Place after its last unit. */
  readonly end: number
  /** `<ALPHANUM>`, `<NUM>`, `<IDEOGRAPHIC>`, `word`, … */
  readonly type: string
  readonly position: number
}

/** Makes tokens of texts, the same way when they are stored and when they are asked for. */
export interface Analyzer {
  readonly name: string
  tokens(text: string): readonly Token[]
  /** Forms by position, as the word index holds them; empty where a token was taken out. */
  positions(text: string): readonly (readonly string[])[]
  /** Terms of a query text in order; forms of one position are alternatives of one term. */
  queryTerms(text: string): readonly QueryTerm[]
}

/** Makes the one value that a keyword is kept and asked for as. */
export type Normalizer = (value: string) => string
