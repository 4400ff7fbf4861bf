import { fitsPattern } from '../name-pattern.ts'
import type { FieldKind, FieldLookup } from './field-lookup.ts'

const KINDS: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['message', 'text'],
  ['model', 'text'],
  ['model.keyword', 'keyword'],
  ['user_id', 'keyword'],
  ['status_code', 'long'],
  ['cost', 'double'],
  ['@timestamp', 'date'],
  ['day', 'date'],
  ['stream', 'boolean'],
  ['client_ip', 'ip'],
  ['attempts', 'other'],
  ['attempts.provider', 'keyword'],
  ['labels.a:b', 'keyword'],
])

/** A few fields of every kind, for tests of the query languages. */
export const EXAMPLE_FIELDS: FieldLookup = {
  expand: (pattern) =>
    [...KINDS].flatMap(([name, kind]) =>
      kind !== 'other' && fitsPattern(name, pattern) ? name : [],
    ),
  kindOf: (field) => KINDS.get(field),
  dateFormatOf: (field) => (field === 'day' ? 'yyyyMMdd' : undefined),
}
