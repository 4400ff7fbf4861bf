import { type Filter, NONE, or, sql, test } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { hasValue } from '../conditions.ts'
import type { FieldReference, Schema } from '../schema.ts'
import { illegalOnShard } from '../search-failure.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

/** Records that have a value in the field, or in any field that a pattern stands for. */
export const exists: QueryCompiler = (body, { schema }) => {
  const reader = new BodyReader(body, 'exists')
  const field = reader.requiredText('field')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  reader.end()
  const names = field.includes('*') ? schema.expand(field) : [field]
  return equally(or(names.map((name) => existence(schema.reference(name), schema))), boost)
}

function existence(reference: FieldReference, schema: Schema): Filter {
  switch (reference.kind) {
    case 'unmapped':
      return NONE
    case 'stored':
    case 'textKeyword':
      throw illegalOnShard(`[exists] does not support field [${reference.name}], it is not indexed`)
    case 'object':
      return objectExists(reference, schema)
    case 'text':
      return reference.column === undefined
        ? { kind: 'text', probe: { kind: 'anyWord', field: reference.field } }
        : test(sql`(${reference.column} IS NOT NULL)`)
    case 'column':
      return hasValue(reference)
    default:
      return reference satisfies never
  }
}

/** An object exists where one of its fields does. */
function objectExists(
  { fields, column }: Extract<FieldReference, { kind: 'object' }>,
  schema: Schema,
): Filter {
  if (column !== undefined) return test(sql`(${column} IS NOT NULL AND ${column} <> '{}')`)
  const references = fields.map((name) => schema.reference(name))
  const searched = references.filter(({ kind }) => kind !== 'stored' && kind !== 'object')
  return or(searched.map((reference) => existence(reference, schema)))
}
