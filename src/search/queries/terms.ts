import { BodyReader, kindOf } from '../body-reader.ts'
import { equalsAny } from '../equality.ts'
import { parsingFailure } from '../search-failure.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

/** Elasticsearch's `index.max_terms_count`. */
const MAX_TERMS = 65_536

/** Records whose field is one of the values. */
export const terms: QueryCompiler = (body, { nowMs, schema }) => {
  const reader = new BodyReader(body, 'terms')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  const [field, second] = reader.keys().filter((key) => key !== 'boost' && key !== '_name')
  if (field === undefined) throw parsingFailure('[terms] query requires a field')
  if (second !== undefined) throw parsingFailure('[terms] query does not support multiple fields')
  const values = reader.value(field)
  if (!Array.isArray(values)) {
    throw parsingFailure(`[terms] query does not support [${field}] of kind [${kindOf(values)}]`)
  }
  if (values.length > MAX_TERMS) {
    throw parsingFailure(`The number of terms [${values.length}] is over the limit [${MAX_TERMS}]`)
  }
  if (values.includes(null)) throw parsingFailure('No value specified for terms query')
  const { filter } = equalsAny(schema.reference(field), values, { dates: { nowMs } })
  return equally(filter, boost)
}
