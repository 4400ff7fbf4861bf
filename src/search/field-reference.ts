import { type FieldType, fieldDefinition, isColumn } from '../record/index.ts'
import {
  type BodyField,
  column,
  INDEX_COLUMN,
  name,
  type Sql,
  sql,
  textValue,
} from '../store/index.ts'

/** Types whose values lie in columns. */
export type ColumnType = 'keyword' | 'keywords' | 'long' | 'double' | 'usd' | 'boolean' | 'date'

/** What a field name of a request stands for. */
export type FieldReference =
  /** Values in a column, or made from one. */
  | {
      readonly kind: 'column'
      readonly name: string
      readonly type: ColumnType
      readonly expression: Sql
    }
  /** A label `labels.KEY`: a keyword inside a JSON object. */
  | {
      readonly kind: 'label'
      readonly name: string
      readonly key: string
      readonly expression: Sql
    }
  /** Analysed words. */
  | { readonly kind: 'text'; readonly name: BodyField }
  /** The whole text of a field that lies in no column, up to 256 characters. */
  | { readonly kind: 'textKeyword'; readonly name: string; readonly field: 'prompt' | 'response' }
  | { readonly kind: 'labels' }
  /** Kept and returned, never searched. */
  | { readonly kind: 'stored'; readonly name: string }
  | { readonly kind: 'unmapped'; readonly name: string }

/** Longer texts are absent from `.keyword`, as in Elasticsearch's dynamic mapping. */
export const IGNORE_ABOVE = 256

const KEYWORD_END = '.keyword'
const LABELS_START = 'labels.'

/** Elasticsearch's name of a column's type. */
export function elasticType(type: ColumnType): string {
  if (type === 'keywords') return 'keyword'
  return type === 'usd' ? 'double' : type
}

/** Finds what a field name stands for; an unknown name is unmapped, never an error here. */
export function fieldReference(fieldName: string): FieldReference {
  const meta = metaField(fieldName)
  if (meta !== undefined) return meta
  if (fieldName.startsWith(LABELS_START)) return label(fieldName)
  if (isWithinDetails(fieldName)) return { kind: 'stored', name: fieldName }
  if (fieldName.endsWith(KEYWORD_END)) return keywordOf(fieldName)
  const definition = fieldDefinition(fieldName)
  if (definition === undefined) return { kind: 'unmapped', name: fieldName }
  const { type } = definition
  if (type === 'stored' || type === 'details') return { kind: 'stored', name: fieldName }
  if (type === 'object') return { kind: 'labels' }
  if (type === 'text') return { kind: 'text', name: fieldName as BodyField }
  return columnReference(fieldName, type)
}

function metaField(fieldName: string): FieldReference | undefined {
  if (fieldName === '_id') {
    const expression = sql`coalesce(${column('_id')}, ${column('request_id')})`
    return { kind: 'column', name: '_id', type: 'keyword', expression }
  }
  if (fieldName !== '_index') return undefined
  return { kind: 'column', name: '_index', type: 'keyword', expression: column(INDEX_COLUMN) }
}

function isWithinDetails(fieldName: string): boolean {
  const dot = fieldName.indexOf('.')
  return dot > 0 && fieldDefinition(fieldName.slice(0, dot))?.type === 'details'
}

function label(fieldName: string): FieldReference {
  const key = fieldName.slice(LABELS_START.length).replace(/\.keyword$/, '')
  const pointer = textValue(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  const expression = sql`json_extract_string(${column('labels')}, ${pointer})`
  return { kind: 'label', name: fieldName, key, expression }
}

function keywordOf(fieldName: string): FieldReference {
  const base = fieldName.slice(0, -KEYWORD_END.length)
  const definition = fieldDefinition(base)
  if (definition?.type === 'keyword' || definition?.type === 'keywords') {
    return columnReference(base, definition.type)
  }
  if (definition?.type !== 'text') return { kind: 'unmapped', name: fieldName }
  if (!isColumn(definition)) {
    return { kind: 'textKeyword', name: fieldName, field: base as 'prompt' | 'response' }
  }
  const text = column(base)
  const limit = { type: 'long', value: IGNORE_ABOVE } as const
  const expression = sql`CASE WHEN length(${text}) <= ${limit} THEN ${text} END`
  return { kind: 'column', name: fieldName, type: 'keyword', expression }
}

function columnReference(
  fieldName: string,
  type: Exclude<FieldType, 'stored' | 'details' | 'object' | 'text'>,
): FieldReference {
  return { kind: 'column', name: fieldName, type, expression: column(fieldName) }
}

/** An alias of this program's own making, such as a group's key. */
export const alias = name
