import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { equalsAny } from '../equality.ts'
import { parsingFailure } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records whose field is exactly the value: `{"model": "gpt-4o"}` or `{"model": {"value": …}}`. */
export const term: QueryCompiler = (body, { nowMs, schema }) => {
  const [field, given] = onlyEntry(body, 'term')
  const { value, boost, ignoreCase } = isObject(given)
    ? options(given)
    : { value: given, boost: 1, ignoreCase: false }
  if (value === undefined || value === null || Array.isArray(value)) {
    throw parsingFailure(`[term] query requires one value for field [${field}]`)
  }
  return equalsAny(schema.reference(field), [value], { dates: { nowMs }, boost, ignoreCase })
}

function options(given: unknown) {
  const reader = new BodyReader(given, 'term')
  const value = reader.value('value')
  const boost = reader.number('boost') ?? 1
  const ignoreCase = reader.boolean('case_insensitive') ?? false
  reader.ignore('_name')
  reader.end()
  return { value, boost, ignoreCase }
}
