import { BodyReader } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records that match `positive`; those that also match `negative` score less. */
export const boosting: QueryCompiler = (body, { compile }) => {
  const reader = new BodyReader(body, 'boosting')
  const [positive, negative] = [reader.value('positive'), reader.value('negative')]
  const negativeBoost = reader.number('negative_boost')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  reader.end()
  if (positive === undefined || negative === undefined || negativeBoost === undefined) {
    throw parsingFailure('[boosting] requires [positive], [negative] and [negative_boost]')
  }
  const { filter, score } = compile(positive)
  const reduced = compile(negative).filter
  const lowered = {
    kind: 'sum',
    parts: [{ filter, score }],
    boost: negativeBoost - 1,
    tieBreaker: 0,
  } as const
  return {
    filter,
    // what matches both gets score * negative_boost: the difference is taken off
    score: {
      kind: 'sum',
      parts: [
        { filter, score },
        { filter: reduced, score: lowered },
      ],
      boost,
      tieBreaker: 0,
    },
  }
}
