import { hasWordsInOrder } from '../analysed.ts'
import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { equalsAny } from '../equality.ts'
import { fieldReference } from '../field-reference.ts'
import { parsingFailure } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records whose text field has the words beside each other; on other fields the exact value. */
export const matchPhrase: QueryCompiler = (body, { nowMs }) => {
  const [field, given] = onlyEntry(body, 'match_phrase')
  const reader = new BodyReader(isObject(given) ? given : { query: given }, 'match_phrase')
  const query = reader.value('query')
  const slop = reader.integer('slop', 0) ?? 0
  reader.choice('zero_terms_query', ['none'])
  reader.ignore('boost', '_name')
  reader.end()
  if (slop > 0) throw parsingFailure('[match_phrase] does not support [slop] above 0')
  if (query === undefined || query === null || typeof query === 'object') {
    throw parsingFailure(`[match_phrase] requires a text or number as query of field [${field}]`)
  }
  const reference = fieldReference(field)
  return reference.kind === 'text'
    ? hasWordsInOrder(reference.name, String(query))
    : equalsAny(reference, [query], { nowMs })
}
