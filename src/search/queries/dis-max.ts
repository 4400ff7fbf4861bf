import { or } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records that match any of `queries`; the best of them counts. */
export const disMax: QueryCompiler = (body, { compile }) => {
  const reader = new BodyReader(body, 'dis_max')
  const given = reader.value('queries')
  const boost = reader.number('boost') ?? 1
  const tieBreaker = reader.number('tie_breaker') ?? 0
  reader.ignore('_name')
  reader.end()
  const queries = given === undefined ? [] : Array.isArray(given) ? given : [given]
  if (queries.length === 0) {
    throw parsingFailure("[dis_max] requires 'queries' field with at least one clause")
  }
  const parts = queries.map((query) => compile(query))
  return {
    filter: or(parts.map(({ filter }) => filter)),
    score: { kind: 'best', parts, boost, tieBreaker },
  }
}
