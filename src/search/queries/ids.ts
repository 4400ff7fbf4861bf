import { BodyReader } from '../body-reader.ts'
import { equalsAny } from '../equality.ts'
import { parsingFailure } from '../search-failure.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

/** Records by their `_id`. */
export const ids: QueryCompiler = (body, { schema, nowMs }) => {
  const reader = new BodyReader(body, 'ids')
  const values = reader.value('values')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  reader.end()
  if (values === undefined) throw parsingFailure('[ids] requires providing an array of ids')
  const list = (Array.isArray(values) ? values : [values]).map(String)
  const { filter } = equalsAny(schema.reference('_id'), list, { dates: { nowMs } })
  return equally(filter, boost)
}
