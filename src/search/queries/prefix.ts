import { sql, textValue } from '../../store/index.ts'
import { patternOptions } from './pattern-options.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'
import { fitsWordPattern } from './word-pattern.ts'

/** Records whose keyword, or a word of whose text, begins with the value. */
export const prefix: QueryCompiler = (body, { schema }) => {
  const { field, value, boost, ignoreCase, reader } = patternOptions(body, 'prefix', [
    'value',
    'prefix',
  ])
  reader.end()
  const filter = fitsWordPattern(schema.reference(field), {
    query: 'prefix',
    pattern: { kind: 'prefix', value },
    ignoreCase,
    condition: (own) =>
      ignoreCase
        ? sql`starts_with(lower(${own}), ${textValue(value.toLowerCase())})`
        : sql`starts_with(${own}, ${textValue(value)})`,
  })
  return equally(filter, boost)
}
