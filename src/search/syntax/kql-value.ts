import type { Clause } from './clause.ts'
import { kqlFailure } from './kql-failure.ts'
import type { KqlLiteral } from './kql-literal.ts'

/**
 * The clause for a value of a field, or of any field when it is undefined.
 *
 * @throws SearchFailure for `null`, which no field holds
 */
export function valueClause(query: string, literal: KqlLiteral, field: string | undefined): Clause {
  const { text, isQuoted, hasWildcard } = literal
  if (isQuoted) return { kind: 'phrase', field, text, slop: 0 }
  if (hasWildcard) return wildcardClause(literal.pattern, field)
  if (text === 'null' && field !== undefined) {
    throw kqlFailure(query, literal.from, 'no field holds null; write "not field: *"')
  }
  return { kind: 'words', field, text }
}

/** Words one of which holds a `*` are looked for one by one, any of them. */
function wildcardClause(pattern: string, field: string | undefined): Clause {
  const entries = pattern.split(/\s+/).map((word) => ({
    occur: 'should' as const,
    clause: wordClause(word, field),
  }))
  const [only, second] = entries
  return only !== undefined && second === undefined ? only.clause : { kind: 'bool', entries }
}

function wordClause(word: string, field: string | undefined): Clause {
  if (word === '*') return { kind: 'exists', field }
  const marks = word.match(/\\.|\*/gs) ?? []
  const wildcards = marks.filter((mark) => mark === '*').length
  const plain = (text: string) => text.replace(/\\(.)/gs, '$1')
  if (wildcards === 0) return { kind: 'words', field, text: plain(word) }
  const isPrefix = wildcards === 1 && marks.at(-1) === '*' && word.endsWith('*')
  return isPrefix
    ? { kind: 'prefix', field, text: plain(word.slice(0, -1)) }
    : { kind: 'wildcard', field, pattern: word }
}
