import { sql } from '../../store/index.ts'
import type { FieldReference, Schema } from '../schema.ts'

/** What a field takes, as far as a parser has to know. */
export type FieldKind =
  | 'text'
  | 'keyword'
  | 'long'
  | 'double'
  | 'date'
  | 'boolean'
  | 'ip'
  /** Mapped, but no word is ever found in it: objects, fields that are only kept. */
  | 'other'

/** The fields of the searched indices as the query languages see them. */
export interface FieldLookup {
  /** Names of the searchable fields that a pattern (`*` any characters) stands for. */
  expand(pattern: string): readonly string[]
  /** Undefined for a field that nobody mapped. */
  kindOf(field: string): FieldKind | undefined
  /** Format of a date field, when its mapping gives one. */
  dateFormatOf?(field: string): string | undefined
  /** Words that the field's analyser makes of a text; by default those of the word index. */
  wordsOf?(field: string, text: string): readonly string[]
}

/** Looks fields up in the schema that a query is compiled for. */
export function schemaLookup(schema: Schema): FieldLookup {
  return {
    expand: (pattern) =>
      schema.expand(pattern).filter((name) => kindOfReference(schema.reference(name)) !== 'other'),
    kindOf: (field) => kindOfReference(found(schema, field)),
    dateFormatOf(field) {
      const reference = found(schema, field)
      return reference.kind === 'column' ? reference.format : undefined
    },
  }
}

/** A field as it is, also one inside of nested objects: a nested query asks for it there. */
function found(schema: Schema, field: string): FieldReference {
  const reference = schema.reference(field)
  if (reference.kind !== 'unmapped') return reference
  for (let dot = field.lastIndexOf('.'); dot > 0; dot = field.lastIndexOf('.', dot - 1)) {
    const inner = schema.nested(field.slice(0, dot))?.inside(sql`object`)
    if (inner !== undefined) return inner.reference(field)
  }
  return reference
}

function kindOfReference(reference: FieldReference): FieldKind | undefined {
  switch (reference.kind) {
    case 'unmapped':
      return undefined
    case 'object':
    case 'stored':
      return 'other'
    case 'textKeyword':
      return 'keyword'
    case 'text':
      return reference.searchable ? 'text' : 'other'
    case 'column':
      if (!reference.searchable) return 'other'
      return reference.type === 'usd' ? 'double' : reference.type
    default:
      return reference satisfies never
  }
}
