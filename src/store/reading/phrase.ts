import { positions, type QueryTerm, type QueryToken } from '../tokens.ts'

/** Tells whether the terms stand in `text` at their distances from one another. */
export function hasPhrase(text: string, terms: readonly QueryTerm[]): boolean {
  const [first, ...rest] = terms
  if (first === undefined) return false
  const words = positions(text)
  for (let start = 0; start < words.length; start++) {
    if (!stands(words[start]!, first.tokens)) continue
    const found = rest.every(({ tokens, offset }) => {
      const word = words[start + offset - first.offset]
      return word !== undefined && stands(word, tokens)
    })
    if (found) return true
  }
  return false
}

function stands(forms: readonly string[], tokens: readonly QueryToken[]): boolean {
  return tokens.some(({ text, prefix }) =>
    forms.some((form) => (prefix ? form.startsWith(text) : form === text)),
  )
}
