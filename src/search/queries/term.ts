import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { equalsAny } from '../equality.ts'
import { fieldReference } from '../field-reference.ts'
import { parsingFailure } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records whose field is exactly the value: `{"model": "gpt-4o"}` or `{"model": {"value": …}}`. */
export const term: QueryCompiler = (body, { nowMs }) => {
  const [field, given] = onlyEntry(body, 'term')
  const value = isObject(given) ? optionValue(given) : given
  if (value === undefined || value === null || Array.isArray(value)) {
    throw parsingFailure(`[term] query requires one value for field [${field}]`)
  }
  return equalsAny(fieldReference(field), [value], { nowMs })
}

function optionValue(options: unknown): unknown {
  const reader = new BodyReader(options, 'term')
  const value = reader.value('value')
  reader.ignore('boost', '_name')
  if (reader.boolean('case_insensitive') === true) {
    throw parsingFailure('[term] does not support [case_insensitive]')
  }
  reader.end()
  return value
}
