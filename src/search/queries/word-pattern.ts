import { type Filter, NONE, type Sql, type WordPattern } from '../../store/index.ts'
import { anyValue } from '../conditions.ts'
import { notIndexed } from '../equality.ts'
import type { FieldReference } from '../schema.ts'
import { queryShardFailure } from '../search-failure.ts'

export interface PatternWanted {
  /** Name of the query, for messages. */
  readonly query: string
  readonly pattern: WordPattern
  readonly ignoreCase: boolean
  readonly maxExpansions?: number
  /** The pattern as a condition on the whole value of a keyword field. */
  condition(value: Sql): Sql
}

/**
 * Records whose keyword field fits a pattern, or a word of whose text field does.
 *
 * @throws SearchFailure for fields of other types
 */
export function fitsWordPattern(reference: FieldReference, wanted: PatternWanted): Filter {
  switch (reference.kind) {
    case 'unmapped':
    case 'object':
      return NONE
    case 'stored':
      throw notIndexed(reference.name)
    case 'text': {
      const { pattern, ignoreCase, maxExpansions } = wanted
      const { field } = reference
      return {
        kind: 'text',
        probe: { kind: 'pattern', field, pattern, ignoreCase, maxExpansions },
      }
    }
    case 'column':
      if (!reference.searchable) throw notIndexed(reference.name)
      if (reference.type === 'keyword') {
        const { pattern, ignoreCase } = wanted
        return anyValue(reference, wanted.condition, { pattern, ignoreCase })
      }
      throw wrongType(reference.name, reference.elastic, wanted.query)
    case 'textKeyword':
      throw wrongType(reference.name, 'keyword', wanted.query)
    default:
      return reference satisfies never
  }
}

function wrongType(name: string, type: string, query: string) {
  return queryShardFailure(
    `Can only use ${query} queries on keyword, text and wildcard fields - not on [${name}] which is of type [${type}]`,
    'illegal_argument_exception',
  )
}
