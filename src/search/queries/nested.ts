import { name, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalOnShard, parsingFailure } from '../search-failure.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

const SCORE_MODES = ['avg', 'max', 'min', 'none', 'sum'] as const

/** Records that have an object in a `nested` field which satisfies a query; all match equally. */
export const nested: QueryCompiler = (body, { schema, compile }) => {
  const reader = new BodyReader(body, 'nested')
  const path = reader.requiredText('path')
  const query = reader.value('query')
  if (query === undefined || query === null) {
    throw parsingFailure("[nested] requires 'query' field")
  }
  const ignoresUnmapped = reader.boolean('ignore_unmapped') ?? false
  const boost = reader.number('boost') ?? 1
  reader.choice('score_mode', SCORE_MODES)
  reader.ignore('_name')
  reader.end()
  const found = schema.nested(path)
  if (found === undefined) {
    if (ignoresUnmapped) return equally({ kind: 'none' })
    throw illegalOnShard(
      `failed to create query: [nested] failed to find nested object under path [${path}]`,
    )
  }
  const object = name(`n${found.depth}`)
  const inner = found.inside(object)
  const { filter } = compile(query, inner)
  const condition = inner.condition(filter)
  const matching = sql`list_filter(${found.objects}, lambda ${object}: ${condition})`
  const has = sql`coalesce(len(${matching}) > 0, false)`
  return equally({ kind: 'test', condition: has, inner: filter }, boost)
}
