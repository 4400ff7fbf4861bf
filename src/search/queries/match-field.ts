import { ALL, NONE } from '../../store/index.ts'
import { fuzzyWords, hasWords, hasWordsInOrder, type WordsWanted } from '../analysed.ts'
import type { BodyReader } from '../body-reader.ts'
import { equalsAny } from '../equality.ts'
import type { FieldReference, Schema } from '../schema.ts'
import { parsingFailure, SearchFailure } from '../search-failure.ts'
import { equally, type Query } from './query-compiler.ts'

/** How a text is looked for in one field. */
export interface MatchOptions extends WordsWanted {
  readonly form: 'words' | 'phrase' | 'phrasePrefix' | 'boolPrefix'
  readonly slop: number
  readonly lenient: boolean
  readonly zeroTerms: 'none' | 'all'
  readonly boost: number
  readonly nowMs: number
  /** Name of the analyzer of the text, when it is not that of the field. */
  readonly analyzer?: string
}

/** Reads the options that `match`, `multi_match` and their kin share. */
export function matchOptions(
  reader: BodyReader,
  form: MatchOptions['form'],
  nowMs: number,
): MatchOptions {
  const operator = reader.choice('operator', ['and', 'or']) ?? 'or'
  const fuzziness = reader.value('fuzziness')
  const options = {
    form,
    operator,
    minimum: reader.value('minimum_should_match'),
    slop: reader.integer('slop', 0) ?? 0,
    lenient: reader.boolean('lenient') ?? false,
    zeroTerms: reader.choice('zero_terms_query', ['none', 'all']) ?? 'none',
    boost: reader.number('boost') ?? 1,
    nowMs,
    ...(fuzziness !== undefined &&
      fuzziness !== null && {
        fuzzy: {
          fuzziness,
          prefixLength: reader.integer('prefix_length', 0) ?? 0,
          maxExpansions: reader.integer('max_expansions', 1) ?? 50,
          transpositions: reader.boolean('fuzzy_transpositions') ?? true,
        },
      }),
  }
  reader.ignore('prefix_length', 'max_expansions', 'fuzzy_transpositions', 'fuzzy_rewrite')
  reader.ignore('_name', 'auto_generate_synonyms_phrase_query')
  if (reader.has('cutoff_frequency')) {
    throw parsingFailure(`[${reader.where}] query does not support [cutoff_frequency]`)
  }
  const analyzer = reader.text('analyzer')
  return analyzer === undefined ? options : { ...options, analyzer }
}

/** The text of a query, which may be a number or a boolean. */
export function queryText(reader: BodyReader, field: string): string | number | boolean {
  const query = reader.value('query')
  if (typeof query === 'string' || typeof query === 'number' || typeof query === 'boolean') {
    return query
  }
  throw parsingFailure(`[${reader.where}] requires a text or number as query of field [${field}]`)
}

/** Records whose text field has what the text says, analysed; of other fields the exact value. */
export function matchField(
  schema: Schema,
  name: string,
  query: string | number | boolean,
  options: MatchOptions,
): Query {
  const { analyzer } = options
  const own = schema.reference(name)
  const reference: FieldReference =
    own.kind === 'text' && analyzer !== undefined
      ? { ...own, terms: (text) => schema.terms(analyzer, text) }
      : own
  const { boost, nowMs, lenient, slop, form } = options
  if (reference.kind !== 'text') {
    return leniently(lenient, () => equalsAny(reference, [query], { dates: { nowMs }, boost }))
  }
  const text = String(query)
  const found =
    form === 'phrase' || form === 'phrasePrefix'
      ? hasWordsInOrder(reference, text, { slop, boost, lastIsPrefix: form === 'phrasePrefix' })
      : options.fuzzy === undefined
        ? hasWords(reference, text, { ...options, lastIsPrefix: form === 'boolPrefix' })
        : fuzzyWords(reference, text, { ...options, fuzzy: options.fuzzy })
  const isEmpty = found.filter.kind === 'none' && reference.terms(text).length === 0
  return isEmpty && options.zeroTerms === 'all' ? equally(ALL, boost) : found
}

/** With `lenient`, a value that is not of the field's type matches nothing. */
function leniently(lenient: boolean, make: () => Query): Query {
  try {
    return make()
  } catch (error) {
    if (lenient && error instanceof SearchFailure) return equally(NONE)
    throw error
  }
}
