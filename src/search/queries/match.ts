import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { type MatchOptions, matchField, matchOptions, queryText } from './match-field.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records whose text field has words of the query; on other fields the exact value. */
export const match = matching('match', 'words')

/** Records whose text field has the words beside each other; on other fields the exact value. */
export const matchPhrase = matching('match_phrase', 'phrase')

/** As `match_phrase`; the last word may be the beginning of one. */
export const matchPhrasePrefix = matching('match_phrase_prefix', 'phrasePrefix')

/** As `match`; the last word may be the beginning of one. */
export const matchBoolPrefix = matching('match_bool_prefix', 'boolPrefix')

function matching(name: string, form: MatchOptions['form']): QueryCompiler {
  return (body, { nowMs, schema }) => {
    const [field, given] = onlyEntry(body, name)
    const reader = new BodyReader(isObject(given) ? given : { query: given }, name)
    const query = queryText(reader, field)
    const options = matchOptions(reader, form, nowMs)
    reader.end()
    return matchField(schema, field, query, options)
  }
}
