import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'

export interface PatternOptions {
  readonly field: string
  readonly value: string
  readonly boost: number
  readonly ignoreCase: boolean
  /** What the query type has besides. */
  readonly reader: BodyReader
}

/** Reads `{"field": "value"}` or `{"field": {"value": …, …}}`, the form of queries for patterns. */
export function patternOptions(
  body: unknown,
  query: string,
  valueKeys = ['value'],
): PatternOptions {
  const [field, given] = onlyEntry(body, query)
  const reader = new BodyReader(isObject(given) ? given : { [valueKeys[0]!]: given }, query)
  const value = valueKeys.map((key) => reader.text(key)).find((text) => text !== undefined)
  if (value === undefined) throw parsingFailure(`[${query}] requires a value for field [${field}]`)
  const boost = reader.number('boost') ?? 1
  const ignoreCase = reader.boolean('case_insensitive') ?? false
  reader.ignore('_name', 'rewrite')
  return { field, value, boost, ignoreCase, reader }
}
