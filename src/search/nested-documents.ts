import {
  column,
  type MappedField,
  type Sql,
  sql,
  textValue,
  type ValueType,
} from '../store/index.ts'
import { nestedCondition } from './nested-condition.ts'
import type { InnerSchema, NestedSchema, Schema } from './schema.ts'

/** From where fields of documents are seen: the document itself, or an object in it. */
export interface FieldScope {
  /** Path of the `nested` field that the object is one of. */
  readonly path: string | undefined
  /** The list of a field's values. */
  values(field: MappedField): Sql
}

/** The document itself: each field has a column. */
export const DOCUMENT: FieldScope = {
  path: undefined,
  values: (field) => column(fieldColumn(field)),
}

/** Name of the column that holds a field's values. */
export function fieldColumn({ number }: MappedField): string {
  return `c${number}`
}

interface NestedOptions {
  readonly fields: ReadonlyMap<string, MappedField>
  /** The schema of the fields as they are seen from a scope. */
  schemaIn(scope: FieldScope, depth: number): Schema
  readonly scope: FieldScope
  /** How many nested objects there are around. */
  readonly depth: number
}

/** The objects of the `nested` field `path`; undefined when it is none within the scope. */
export function nestedDocuments(path: string, options: NestedOptions): NestedSchema | undefined {
  const { fields, scope, depth, schemaIn } = options
  const objects = objectsOf(path, options)
  if (objects === undefined) return undefined
  return {
    objects,
    depth: depth + 1,
    inside(object): InnerSchema {
      const inner: FieldScope = { path, values: (field) => valuesIn(object, field) }
      const texts = new Map(
        [...fields.values()].flatMap((field) =>
          field.text === undefined || field.nestedIn !== path
            ? []
            : [[field.text.mark, memberOf(object, field.name, 'VARCHAR[]')] as const],
        ),
      )
      return {
        ...schemaIn(inner, depth + 1),
        condition: (filter) => nestedCondition(filter, ({ mark }) => texts.get(mark)),
      }
    },
  }

  function objectsOf(wanted: string, { scope: from }: NestedOptions): Sql | undefined {
    const field = fields.get(wanted)
    if (field?.type !== 'nested') return undefined
    // a document's column has the objects of all nested fields, however deep
    if (from.path === undefined) return sql`from_json(${scope.values(field)}, '["JSON"]')`
    if (field.nestedIn === undefined) return undefined
    if (field.nestedIn === from.path) return sql`${from.values(field)}`
    const around = objectsOf(field.nestedIn, options)
    if (around === undefined) return undefined
    const within = memberOf(sql`around`, wanted, 'JSON[]')
    return sql`flatten(list_transform(${around}, lambda around: coalesce(${within}, [])))`
  }
}

type MemberType = `${'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'JSON'}[]`

const STRUCTURES: Readonly<Record<MemberType, Sql>> = {
  'VARCHAR[]': sql`'["VARCHAR"]'`,
  'BIGINT[]': sql`'["BIGINT"]'`,
  'DOUBLE[]': sql`'["DOUBLE"]'`,
  'BOOLEAN[]': sql`'["BOOLEAN"]'`,
  'JSON[]': sql`'["JSON"]'`,
}

/** The list that an object has under a name. */
function memberOf(object: Sql, name: string, type: MemberType): Sql {
  const pointer = textValue(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return sql`from_json(json_extract(${object}, ${pointer}), ${STRUCTURES[type]})`
}

const MEMBER_TYPES: Readonly<Record<ValueType, MemberType>> = {
  keyword: 'VARCHAR[]',
  ip: 'VARCHAR[]',
  long: 'BIGINT[]',
  double: 'DOUBLE[]',
  usd: 'DOUBLE[]',
  boolean: 'BOOLEAN[]',
  date: 'DOUBLE[]',
}

function valuesIn(object: Sql, { name, type, valueType = 'keyword' }: MappedField): Sql {
  if (type === 'nested') return memberOf(object, name, 'JSON[]')
  const values = memberOf(object, name, MEMBER_TYPES[valueType])
  return valueType === 'date'
    ? sql`list_transform(${values}, lambda ms: make_timestamp((ms * 1000)::BIGINT))`
    : values
}
