import { ALL } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

/** Every record. */
export const matchAll: QueryCompiler = (body) => {
  const reader = new BodyReader(body, 'match_all')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  reader.end()
  return equally(ALL, boost)
}
