import type { QueryTerm } from '../tokens.ts'
import type { Analyzer, Token } from './analyzer.ts'
import type { CharFilter, TokenFilter, Tokenizer } from './token-stream.ts'

export interface Chain {
  readonly charFilters: readonly CharFilter[]
  readonly tokenizer: Tokenizer
  readonly filters: readonly TokenFilter[]
}

/** Makes an analyzer of its parts. */
export function chainAnalyzer(name: string, chain: Chain): Analyzer {
  const tokens = (text: string) => runChain(chain, text)
  return {
    name,
    tokens,
    positions: (text) => positionsOf(tokens(text)),
    queryTerms: (text) => queryTermsOf(tokens(text)),
  }
}

function runChain({ charFilters, tokenizer, filters }: Chain, text: string): readonly Token[] {
  let changed = text
  const origins: ((place: number) => number)[] = []
  for (const filter of charFilters) {
    const result = filter(changed)
    changed = result.text
    origins.unshift(result.origin)
  }
  const stream = filters.reduce((tokens, filter) => filter(tokens), tokenizer(changed))
  const origin = (place: number) => origins.reduce((at, back) => back(at), place)
  let position = -1
  return stream.map(({ text: word, start, end, type, step }) => {
    position += step
    return {
      text: word,
      forms: [word],
      start: origin(start),
      end: origin(end),
      type,
      position: Math.max(position, 0),
    }
  })
}

function positionsOf(tokens: readonly Token[]): readonly (readonly string[])[] {
  const found: string[][] = []
  for (const { forms, position } of tokens) {
    while (found.length <= position) found.push([])
    found[position]!.push(...forms)
  }
  return found
}

function queryTermsOf(tokens: readonly Token[]): readonly QueryTerm[] {
  const terms: QueryTerm[] = []
  for (const [offset, forms] of positionsOf(tokens).entries()) {
    if (forms.length === 0) continue
    const distinct = [...new Set(forms)]
    terms.push({
      tokens: distinct.map((text) => ({ text, prefix: false })),
      word: terms.length,
      offset,
    })
  }
  return terms
}
