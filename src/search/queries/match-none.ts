import { NONE } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

/** No record. */
export const matchNone: QueryCompiler = (body) => {
  const reader = new BodyReader(body, 'match_none')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  reader.end()
  return equally(NONE, boost)
}
