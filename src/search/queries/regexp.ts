import { patternProblem, sql, textValue } from '../../store/index.ts'
import { linearRegexp } from '../linear-regexp.ts'
import { queryShardFailure } from '../search-failure.ts'
import { patternOptions } from './pattern-options.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'
import { fitsWordPattern } from './word-pattern.ts'

/** Records whose whole keyword, or a whole word of whose text, fits a regular expression. */
export const regexp: QueryCompiler = (body, { schema }) => {
  const { field, value, boost, ignoreCase, reader } = patternOptions(body, 'regexp')
  const flags = reader.text('flags')
  reader.ignore('flags_value', 'max_determinized_states')
  reader.end()
  const reference = schema.reference(field)
  const pattern = { kind: 'regexp', value: withFlags(value, flags ?? 'ALL') } as const
  const problem = reference.kind === 'text' ? patternProblem(pattern) : undefined
  if (problem !== undefined) throw queryShardFailure(problem, 'illegal_argument_exception')
  const filter = fitsWordPattern(reference, {
    query: 'regexp',
    pattern,
    ignoreCase,
    condition(own) {
      const expression = textValue(linearRegexp(value, flags ?? 'ALL'))
      return sql`regexp_full_match(${own}, ${expression}, ${textValue(ignoreCase ? 'si' : 's')})`
    },
  })
  return equally(filter, boost)
}

/** With `NONE` the optional operators are characters like others. */
function withFlags(value: string, flags: string): string {
  return flags.toUpperCase() === 'NONE'
    ? value.replace(/\\.|[~"&<@#]/gs, (piece) => (piece.length > 1 ? piece : `\\${piece}`))
    : value
}
