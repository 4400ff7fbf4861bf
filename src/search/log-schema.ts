import { FIELDS, type FieldType, fieldDefinition } from '../record/index.ts'
import {
  Analysis,
  column,
  INDEX_COLUMN,
  LOG_TEXTS,
  queryTerms,
  type Sql,
  sql,
  textValue,
  type ValueType,
} from '../store/index.ts'
import { fitsPattern } from './name-pattern.ts'
import { ATTEMPTS, nestedAttempts } from './nested-attempts.ts'
import type { ColumnReference, FieldReference, Schema } from './schema.ts'

/** Longer texts are absent from `.keyword`, as in Elasticsearch's dynamic mapping. */
const IGNORE_ABOVE = 256

const KEYWORD_END = '.keyword'
const LABELS_START = 'labels.'

/** Fields whose values the text engine finds by their hash. */
const ID_FIELDS = ['request_id', 'trace_id', 'user_id'] as const

const BUILT_IN = new Analysis({})

type TextName = keyof typeof LOG_TEXTS

/** The record's fields, as the indices of logs have them. */
export const LOG_SCHEMA: Schema = {
  kind: 'log',
  reference,
  expand(pattern) {
    return Object.keys(FIELDS).flatMap((name) => {
      const fits = fitsPattern(name, pattern)
      const multi = multiFields(name).filter((own) => fitsPattern(own, pattern))
      // the keyword beside a keyword is the same column: one of them is enough
      const isTwin = fits && fieldDefinition(name)?.type !== 'text'
      return [...(fits ? [name] : []), ...(isTwin ? [] : multi)]
    })
  },
  terms: (analyzer, text) => BUILT_IN.analyzer(analyzer).queryTerms(text),
  nested: (path) => (path === ATTEMPTS ? nestedAttempts() : undefined),
}

function multiFields(name: string): readonly string[] {
  const type = fieldDefinition(name)?.type
  const hasKeyword = type === 'keyword' || type === 'keywords' || type === 'text'
  return hasKeyword ? [name + KEYWORD_END] : []
}

function reference(name: string): FieldReference {
  const meta = metaField(name)
  if (meta !== undefined) return meta
  if (name.startsWith(LABELS_START)) return label(name)
  if (isWithinDetails(name)) return { kind: 'stored', name }
  if (name.endsWith(KEYWORD_END)) return keywordOf(name)
  const definition = fieldDefinition(name)
  if (definition === undefined) return { kind: 'unmapped', name }
  const { type } = definition
  if (type === 'stored' || type === 'details') return { kind: 'stored', name }
  if (type === 'object') return { kind: 'object', name, fields: [], column: column(name) }
  if (type === 'text') return textReference(name as TextName)
  return columnReference(name, type)
}

function textReference(name: TextName): FieldReference {
  const field = LOG_TEXTS[name]
  const own = { kind: 'text', name, field, searchable: true, terms: queryTerms } as const
  return name === 'error_message' ? { ...own, column: column(name) } : own
}

function metaField(name: string): FieldReference | undefined {
  if (name === '_id') {
    const expression = sql`coalesce(${column('_id')}, ${column('request_id')})`
    return { ...keyword(name, expression), lookup: { kind: 'id', id: '_id' } }
  }
  return name === '_index' ? keyword(name, column(INDEX_COLUMN)) : undefined
}

function keyword(name: string, expression: Sql): ColumnReference {
  return {
    kind: 'column',
    name,
    type: 'keyword',
    elastic: 'keyword',
    isList: false,
    expression,
    searchable: true,
    aggregatable: true,
  }
}

function isWithinDetails(name: string): boolean {
  const dot = name.indexOf('.')
  return dot > 0 && fieldDefinition(name.slice(0, dot))?.type === 'details'
}

function label(name: string): FieldReference {
  const key = name.slice(LABELS_START.length).replace(/\.keyword$/, '')
  const pointer = textValue(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  const expression = sql`json_extract_string(${column('labels')}, ${pointer})`
  return { ...keyword(name, expression), lookup: { kind: 'label', key } }
}

function keywordOf(name: string): FieldReference {
  const base = name.slice(0, -KEYWORD_END.length)
  const type = fieldDefinition(base)?.type
  if (type === 'keyword' || type === 'keywords') return columnReference(base, type)
  if (type !== 'text') return { kind: 'unmapped', name }
  if (base !== 'error_message') {
    return { kind: 'textKeyword', name, field: LOG_TEXTS[base as TextName] }
  }
  const text = column(base)
  const limit = { type: 'long', value: IGNORE_ABOVE } as const
  return keyword(name, sql`CASE WHEN length(${text}) <= ${limit} THEN ${text} END`)
}

const VALUE_TYPES = {
  keyword: 'keyword',
  keywords: 'keyword',
  long: 'long',
  double: 'double',
  usd: 'usd',
  boolean: 'boolean',
  date: 'date',
} as const satisfies Readonly<Record<string, ValueType>>

function columnReference(
  name: string,
  type: Exclude<FieldType, 'stored' | 'details' | 'object' | 'text'>,
): ColumnReference {
  const valueType = VALUE_TYPES[type]
  const id = ID_FIELDS.find((known) => known === name)
  return {
    kind: 'column',
    name,
    type: valueType,
    elastic: valueType === 'usd' ? 'double' : valueType,
    isList: type === 'keywords',
    expression: column(name),
    searchable: true,
    aggregatable: true,
    ...(id !== undefined && { lookup: { kind: 'id', id } }),
  }
}
