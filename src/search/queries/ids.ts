import { BodyReader } from '../body-reader.ts'
import { documentIds } from '../equality.ts'
import { parsingFailure } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records by their `_id`. */
export const ids: QueryCompiler = (body) => {
  const reader = new BodyReader(body, 'ids')
  const values = reader.value('values')
  reader.ignore('boost', '_name')
  reader.end()
  if (values === undefined) throw parsingFailure('[ids] requires providing an array of ids')
  return documentIds((Array.isArray(values) ? values : [values]).map(String))
}
