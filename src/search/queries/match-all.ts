import { ALL } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Every record. */
export const matchAll: QueryCompiler = (body) => {
  const reader = new BodyReader(body, 'match_all')
  reader.ignore('boost', '_name')
  reader.end()
  return ALL
}
