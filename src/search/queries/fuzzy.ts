import { type Sql, sql, textValue } from '../../store/index.ts'
import { equalsAny } from '../equality.ts'
import { parsingFailure } from '../search-failure.ts'
import { patternOptions } from './pattern-options.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'
import { fitsWordPattern } from './word-pattern.ts'

const DEFAULT_EXPANSIONS = 50

/** Records whose keyword, or a word of whose text, is at most so many edits from the value. */
export const fuzzy: QueryCompiler = (body, { schema, nowMs }) => {
  const { field, value, boost, reader } = patternOptions(body, 'fuzzy')
  const distance = fuzziness(reader.value('fuzziness'), value)
  const prefixLength = reader.integer('prefix_length', 0) ?? 0
  const maxExpansions = reader.integer('max_expansions', 1) ?? DEFAULT_EXPANSIONS
  const transpositions = reader.boolean('transpositions') ?? true
  reader.end()
  const reference = schema.reference(field)
  if (distance === 0) return equalsAny(reference, [value], { dates: { nowMs }, boost })
  const filter = fitsWordPattern(reference, {
    query: 'fuzzy',
    pattern: { kind: 'fuzzy', value, distance, prefixLength, transpositions },
    ignoreCase: false,
    maxExpansions,
    condition: (own) => nearby(own, { value, distance, prefixLength, transpositions }),
  })
  return equally(filter, boost)
}

interface Nearby {
  readonly value: string
  readonly distance: number
  readonly prefixLength: number
  readonly transpositions: boolean
}

function nearby(own: Sql, { value, distance, prefixLength, transpositions }: Nearby): Sql {
  const wanted = textValue(value)
  const start = textValue([...value].slice(0, prefixLength).join(''))
  const most = { type: 'long', value: distance } as const
  const edits = transpositions
    ? sql`damerau_levenshtein(${own}, ${wanted})`
    : sql`levenshtein(${own}, ${wanted})`
  const near = sql`abs(length(${own}) - length(${wanted})) <= ${most} AND ${edits} <= ${most}`
  return prefixLength === 0 ? sql`(${near})` : sql`(starts_with(${own}, ${start}) AND ${near})`
}

/**
 * Reads `fuzziness`: 0, 1, 2, `AUTO` or `AUTO:low,high`.
 *
 * @throws SearchFailure for another value
 */
export function fuzziness(given: unknown, value: string): number {
  const text = given === undefined || given === null ? 'AUTO' : String(given).toUpperCase()
  const auto = /^AUTO(?::(\d+),(\d+))?$/.exec(text)
  if (auto !== null) {
    const [, low = '3', high = '6'] = auto
    const { length } = [...value]
    return length < Number(low) ? 0 : length < Number(high) ? 1 : 2
  }
  const number = Number(text)
  if (text !== '' && Number.isFinite(number) && number >= 0) return Math.min(2, Math.trunc(number))
  throw parsingFailure(`fuzziness [${text}] must be 0, 1, 2 or AUTO`)
}
