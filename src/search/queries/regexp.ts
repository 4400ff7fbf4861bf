import { sql, textValue } from '../../store/index.ts'
import { linearRegexp } from '../linear-regexp.ts'
import { patternOptions } from './pattern-options.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'
import { fitsWordPattern } from './word-pattern.ts'

/** Records whose whole keyword, or a whole word of whose text, fits a regular expression. */
export const regexp: QueryCompiler = (body, { schema }) => {
  const { field, value, boost, ignoreCase, reader } = patternOptions(body, 'regexp')
  const flags = reader.text('flags')
  reader.ignore('flags_value', 'max_determinized_states')
  reader.end()
  const expression = linearRegexp(value, flags ?? 'ALL')
  const filter = fitsWordPattern(schema.reference(field), {
    query: 'regexp',
    pattern: { kind: 'regexp', value },
    ignoreCase,
    condition: (own) =>
      sql`regexp_full_match(${own}, ${textValue(expression)}, ${textValue(ignoreCase ? 'si' : 's')})`,
  })
  return equally(filter, boost)
}
