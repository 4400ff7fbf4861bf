import { ALL, type Filter, NONE } from '../../store/index.ts'
import { hasWords } from '../analysed.ts'
import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { equalsAny } from '../equality.ts'
import { fieldReference } from '../field-reference.ts'
import { parsingFailure, SearchFailure } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records whose text field has words of the query; on other fields the exact value. */
export const match: QueryCompiler = (body, { nowMs }) => {
  const [field, given] = onlyEntry(body, 'match')
  const reader = new BodyReader(isObject(given) ? given : { query: given }, 'match')
  const query = reader.value('query')
  const operator = reader.choice('operator', ['and', 'or']) ?? 'or'
  const minimum = reader.value('minimum_should_match')
  const lenient = reader.boolean('lenient') ?? false
  const whenEmpty = reader.choice('zero_terms_query', ['none', 'all']) ?? 'none'
  reader.ignore('boost', '_name', 'auto_generate_synonyms_phrase_query', 'max_expansions')
  reader.end()
  if (query === undefined || query === null || typeof query === 'object') {
    throw parsingFailure(`[match] requires a text or number as query of field [${field}]`)
  }
  const reference = fieldReference(field)
  if (reference.kind !== 'text') {
    return leniently(lenient, () => equalsAny(reference, [query], { nowMs }))
  }
  const filter = hasWords(reference.name, String(query), { operator, minimum })
  return filter.kind === 'none' && whenEmpty === 'all' ? ALL : filter
}

/** With `lenient`, a value that is not of the field's type matches nothing. */
function leniently(lenient: boolean, make: () => Filter): Filter {
  try {
    return make()
  } catch (error) {
    if (lenient && error instanceof SearchFailure && error.details.onShard === true) return NONE
    throw error
  }
}
