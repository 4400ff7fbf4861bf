import { BodyReader } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

/** Records that match `filter`, all equally well. */
export const constantScore: QueryCompiler = (body, { compile }) => {
  const reader = new BodyReader(body, 'constant_score')
  const query = reader.value('filter')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  reader.end()
  if (query === undefined) throw parsingFailure('[constant_score] requires a [filter] element')
  return equally(compile(query).filter, boost)
}
