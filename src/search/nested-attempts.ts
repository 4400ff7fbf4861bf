import { ATTEMPT_FIELDS, type AttemptField } from '../record/index.ts'
import { column, name as memberName, type Sql, sql } from '../store/index.ts'
import { fitsPattern } from './name-pattern.ts'
import { nestedCondition } from './nested-condition.ts'
import type { FieldReference, InnerSchema, NestedSchema } from './schema.ts'

/** The field of logs whose objects can be searched one by one. */
export const ATTEMPTS = 'attempts'

const KEYWORD_END = '.keyword'

const NAMES = Object.keys(ATTEMPT_FIELDS).map((name) => `${ATTEMPTS}.${name}`)

/** The attempts of a record: a list of structs. */
export function nestedAttempts(): NestedSchema {
  return { objects: column(ATTEMPTS), depth: 1, inside }
}

function inside(object: Sql): InnerSchema {
  return {
    kind: 'log',
    reference: (name) => reference(object, name),
    expand: (pattern) => NAMES.filter((name) => fitsPattern(name, pattern)),
    terms: () => [],
    nested: () => undefined,
    condition: (filter) => nestedCondition(filter, () => undefined),
  }
}

function reference(object: Sql, name: string): FieldReference {
  const own = name.slice(ATTEMPTS.length + 1)
  const isKeyword = own.endsWith(KEYWORD_END)
  const field = isKeyword ? own.slice(0, -KEYWORD_END.length) : own
  if (!name.startsWith(`${ATTEMPTS}.`) || !isField(field)) return { kind: 'unmapped', name }
  const type = ATTEMPT_FIELDS[field]
  if (isKeyword && type !== 'keyword') return { kind: 'unmapped', name }
  return {
    kind: 'column',
    name,
    type,
    elastic: type,
    isList: false,
    expression: sql`${object}.${memberName(field)}`,
    searchable: true,
    aggregatable: true,
  }
}

function isField(name: string): name is AttemptField {
  return Object.hasOwn(ATTEMPT_FIELDS, name)
}
