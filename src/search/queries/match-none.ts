import { NONE } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** No record. */
export const matchNone: QueryCompiler = (body) => {
  const reader = new BodyReader(body, 'match_none')
  reader.ignore('boost', '_name')
  reader.end()
  return NONE
}
