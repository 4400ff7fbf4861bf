import { column, type Filter, NONE, or, sql, test } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { fieldReference } from '../field-reference.ts'
import { illegalOnShard } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records that have a value in the field. */
export const exists: QueryCompiler = (body) => {
  const reader = new BodyReader(body, 'exists')
  const field = reader.requiredText('field')
  reader.ignore('boost', '_name')
  reader.end()
  return hasValue(field)
}

function hasValue(field: string): Filter {
  const reference = fieldReference(field)
  switch (reference.kind) {
    case 'unmapped':
      return NONE
    case 'stored':
    case 'textKeyword':
      throw illegalOnShard(`[exists] does not support field [${field}], it is not indexed`)
    case 'labels':
      return test(sql`(${column('labels')} IS NOT NULL AND ${column('labels')} <> '{}')`)
    case 'text':
      return reference.name === 'error_message'
        ? test(sql`(${column('error_message')} IS NOT NULL)`)
        : anyWord(reference.name)
    case 'label':
      return test(sql`(${reference.expression} IS NOT NULL)`)
    case 'column':
      return reference.type === 'keywords'
        ? test(sql`coalesce(len(${reference.expression}) > 0, false)`)
        : test(sql`(${reference.expression} IS NOT NULL)`)
    default:
      return reference satisfies never
  }
}

/** The texts lie in no column, but a text has at least one word. */
function anyWord(field: 'prompt' | 'response'): Filter {
  const tokens = [{ text: '', prefix: true }]
  return or([{ kind: 'text', probe: { kind: 'words', field, clauses: [[{ tokens }]] } }])
}
