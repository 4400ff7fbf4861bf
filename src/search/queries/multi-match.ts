import { and, NONE, or } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { Schema, TextReference } from '../schema.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import { type MatchOptions, matchField, matchOptions, queryText } from './match-field.ts'
import { equally, type Query, type QueryCompiler } from './query-compiler.ts'

const TYPES = [
  'best_fields',
  'most_fields',
  'cross_fields',
  'phrase',
  'phrase_prefix',
  'bool_prefix',
] as const
type Type = (typeof TYPES)[number]

const FORMS: Readonly<Record<Type, MatchOptions['form']>> = {
  best_fields: 'words',
  most_fields: 'words',
  cross_fields: 'words',
  phrase: 'phrase',
  phrase_prefix: 'phrasePrefix',
  bool_prefix: 'boolPrefix',
}

/** Elasticsearch's `indices.query.bool.max_clause_count`, which limits the fields too. */
const MAX_FIELDS = 1_024

/** `match` over several fields, named with `*` and `^boost` or all there are. */
export const multiMatch: QueryCompiler = (body, { nowMs, schema }) => {
  const reader = new BodyReader(body, 'multi_match')
  const given = reader.value('fields')
  const type = reader.choice('type', TYPES) ?? 'best_fields'
  const query = queryText(reader, 'fields')
  const tieBreaker = reader.number('tie_breaker') ?? (type === 'most_fields' ? 1 : 0)
  const options = matchOptions(reader, FORMS[type], nowMs)
  reader.end()
  const names =
    given === undefined || given === null ? ['*'] : Array.isArray(given) ? given : [given]
  const lenient = options.lenient || names.includes('*')
  const fields = weightedFields(names, schema)
  const { boost } = options
  if (type === 'cross_fields') return acrossFields(fields, String(query), options, schema)
  const parts = fields.map(({ name, weight }) =>
    matchField(schema, name, query, { ...options, lenient, boost: weight }),
  )
  if (parts.length === 0) return equally(NONE)
  const kind = type === 'most_fields' || type === 'bool_prefix' ? 'sum' : 'best'
  return {
    filter: or(parts.map(({ filter }) => filter)),
    score: { kind, parts, boost, tieBreaker },
  }
}

interface WeightedField {
  readonly name: string
  readonly weight: number
}

/**
 * Reads `fields`: names with `*` and `^weight`.
 *
 * @throws SearchFailure for names that are no texts and for too many fields
 */
function weightedFields(names: readonly unknown[], schema: Schema): readonly WeightedField[] {
  const fields = names.flatMap((given) => {
    if (typeof given !== 'string') throw parsingFailure('[multi_match] [fields] must be texts')
    const [name = '', weight = '1'] = given.split('^')
    if (!Number.isFinite(Number(weight))) throw parsingFailure(`failed to parse boost [${weight}]`)
    const expanded = name.includes('*') ? schema.expand(name).filter(isSearched(schema)) : [name]
    return expanded.map((one) => ({ name: one, weight: Number(weight) }))
  })
  if (fields.length <= MAX_FIELDS) return fields
  throw illegalArgument(
    `field expansion matches too many fields, limit: ${MAX_FIELDS}, got: ${fields.length}`,
  )
}

/** Patterns pass over what cannot be searched. */
function isSearched(schema: Schema): (name: string) => boolean {
  return (name) => {
    const reference = schema.reference(name)
    if (reference.kind === 'column') return reference.searchable
    return reference.kind === 'text' && reference.searchable
  }
}

/** Each word may stand in any of the fields, as if they were one. */
function acrossFields(
  fields: readonly WeightedField[],
  text: string,
  options: MatchOptions,
  schema: Schema,
): Query {
  const first = fields
    .map(({ name }) => schema.reference(name))
    .find((reference) => reference.kind === 'text')
  const words = first === undefined ? [text] : wordsOf(first, text)
  const perWord = words.map((word): Query => {
    const parts = fields.map(({ name, weight }) =>
      matchField(schema, name, word, { ...options, lenient: true, operator: 'and', boost: weight }),
    )
    return {
      filter: or(parts.map(({ filter }) => filter)),
      score: { kind: 'best', parts, boost: 1, tieBreaker: 0 },
    }
  })
  if (perWord.length === 0) return equally(NONE)
  const filters = perWord.map(({ filter }) => filter)
  return {
    filter: options.operator === 'and' ? and(filters) : or(filters),
    score: { kind: 'sum', parts: perWord, boost: options.boost, tieBreaker: 0 },
  }
}

function wordsOf({ terms }: TextReference, text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => terms(word).length > 0)
}
