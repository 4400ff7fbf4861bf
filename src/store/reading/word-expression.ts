import { FIELD_MARKS, type QueryTerm, type QueryToken, type WordField } from '../tokens.ts'

type Term = Pick<QueryTerm, 'tokens'>

/**
 * Writes the expression for the word index: records in which all terms of any of the clauses
 * occur in `field`. Undefined when nothing can match.
 */
export function wordExpression(
  field: WordField,
  clauses: readonly (readonly Term[])[],
): string | undefined {
  const mark = FIELD_MARKS[field]
  const written = clauses
    .filter((terms) => terms.length > 0)
    .map((terms) => unique(terms.map((term) => termExpression(mark, term))).join(' AND '))
  if (written.length === 0) return undefined
  return unique(written.map((clause) => `(${clause})`)).join(' OR ')
}

function termExpression(mark: string, { tokens }: Term): string {
  const written = tokens.map((token) => tokenExpression(mark, token))
  return written.length === 1 ? written[0]! : `(${written.join(' OR ')})`
}

function tokenExpression(mark: string, { text, prefix }: QueryToken): string {
  return `"${mark}${text.replaceAll('"', '""')}"${prefix ? ' *' : ''}`
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
