import {
  Analysis,
  column,
  FLATTENED_SEPARATOR,
  INDEX_COLUMN,
  type MappedField,
  type Sql,
  sql,
  type TextField,
  textValue,
  type ValueType,
} from '../store/index.ts'
import { fitsPattern } from './name-pattern.ts'
import { DOCUMENT, type FieldScope, fieldColumn, nestedDocuments } from './nested-documents.ts'
import type { ColumnReference, FieldReference, Schema } from './schema.ts'

/** The fields of a document index, from its mapping. */
export function documentSchema(
  fields: ReadonlyMap<string, MappedField>,
  analysisSettings: Readonly<Record<string, string>>,
): Schema {
  const analysis: FieldAnalysis = {
    settings: analysisSettings,
    own: new Analysis(analysisSettings),
  }
  return schemaIn(fields, analysis, DOCUMENT, 0)
}

/** The fields as they are seen from a document, or from a nested object in it. */
function schemaIn(
  fields: ReadonlyMap<string, MappedField>,
  analysis: FieldAnalysis,
  scope: FieldScope,
  depth: number,
): Schema {
  return {
    kind: 'documents',
    reference: (name) => metaField(name) ?? mapped(name, { fields, analysis, scope }),
    expand: (pattern) =>
      [...fields.values()]
        .filter(({ name, type }) => !isContainer(type) && fitsPattern(name, pattern))
        .map(({ name }) => name),
    terms: (analyzer, text) => analysis.own.analyzer(analyzer).queryTerms(text),
    nested: (path) =>
      nestedDocuments(path, {
        fields,
        scope,
        depth,
        schemaIn: (inner, within) => schemaIn(fields, analysis, inner, within),
      }),
  }
}

/** The analyzers of an index, with the settings that define them. */
interface FieldAnalysis {
  readonly settings: Readonly<Record<string, string>>
  readonly own: Analysis
}

function isContainer(type: string): boolean {
  return type === 'object' || type === 'nested'
}

const META_TYPES = {
  _id: { type: 'keyword', isList: false },
  _routing: { type: 'keyword', isList: false },
  _ignored: { type: 'keyword', isList: true },
  _version: { type: 'long', isList: false },
  _seq_no: { type: 'long', isList: false },
} as const

function metaField(name: string): FieldReference | undefined {
  if (name === '_index') return own(name, 'keyword', column(INDEX_COLUMN), false)
  const meta = Object.hasOwn(META_TYPES, name)
    ? META_TYPES[name as keyof typeof META_TYPES]
    : undefined
  if (meta === undefined) return undefined
  return own(name, meta.type, column(name === '_seq_no' ? 'row' : name), meta.isList)
}

function own(name: string, type: ValueType, expression: Sql, isList: boolean): ColumnReference {
  return {
    kind: 'column',
    name,
    type,
    elastic: name,
    isList,
    expression,
    searchable: true,
    aggregatable: true,
  }
}

/** Where names are looked up. */
interface Seen {
  readonly fields: ReadonlyMap<string, MappedField>
  readonly analysis: FieldAnalysis
  readonly scope: FieldScope
}

function mapped(name: string, seen: Seen): FieldReference {
  const { fields, analysis, scope } = seen
  const field = fields.get(name)
  if (field === undefined) return flattenedLeaf(name, seen) ?? { kind: 'unmapped', name }
  if (isContainer(field.type)) {
    const within = [...fields.values()].filter((other) => other.name.startsWith(`${name}.`))
    return { kind: 'object', name, fields: within.map((other) => other.name) }
  }
  // the fields of nested objects are found by a nested query only
  if (field.nestedIn !== scope.path) return { kind: 'unmapped', name }
  if (field.text !== undefined) {
    const { text, searchable } = field
    const analyzer = analysis.own.analyzer(text.searchAnalyzer)
    return {
      kind: 'text',
      name,
      field: withAnalysis(text, analysis),
      searchable,
      terms: (given) => analyzer.queryTerms(given),
    }
  }
  const { valueType } = field
  if (valueType === undefined) return { kind: 'stored', name }
  if (field.type === 'flattened') return flattenedRoot(field, scope)
  const normalized = normalizedValue(field, analysis)
  return { ...columnOf(field, valueType, scope), ...(normalized && { normalized }) }
}

/** How a value of a query is changed into the form in which the field keeps its values. */
function normalizedValue(
  { normalizer, scalingFactor }: MappedField,
  analysis: FieldAnalysis,
): ColumnReference['normalized'] {
  if (normalizer !== undefined) {
    const normalize = analysis.own.normalizer(normalizer)
    return (value) => normalize(String(value))
  }
  if (scalingFactor === undefined) return undefined
  return (value) => Math.round(Number(value) * scalingFactor) / scalingFactor
}

/** The text engine knows the built-in analyzers; one of the index it is told. */
function withAnalysis(field: TextField, { own: analysis, settings }: FieldAnalysis): TextField {
  return analysis.hasOwn(field.analyzer) ? { ...field, analysis: settings } : field
}

const SQL_TYPES: Readonly<Record<ValueType, string>> = {
  keyword: 'VARCHAR[]',
  ip: 'VARCHAR[]',
  long: 'BIGINT[]',
  double: 'DOUBLE[]',
  usd: 'DOUBLE[]',
  boolean: 'BOOLEAN[]',
  date: 'TIMESTAMP[]',
}

/** The columns that the fields of an index lie in, with their types in SQL. */
export function projectedColumns(
  fields: readonly MappedField[],
): readonly { readonly name: string; readonly sqlType: string }[] {
  return fields.flatMap((field) => {
    const name = fieldColumn(field)
    if (field.type === 'nested') return [{ name, sqlType: 'VARCHAR' }]
    const { valueType } = field
    return valueType === undefined ? [] : [{ name, sqlType: SQL_TYPES[valueType] }]
  })
}

function columnOf(field: MappedField, type: ValueType, scope: FieldScope): ColumnReference {
  const { name, type: elastic, searchable, aggregatable, format } = field
  const values = scope.values(field)
  // how many values an object has is not kept
  const isMulti = field.isMulti || scope.path !== undefined
  return {
    kind: 'column',
    name,
    type,
    elastic,
    isList: isMulti,
    expression: isMulti ? values : sql`${values}[1]`,
    searchable,
    aggregatable,
    ...(format !== undefined && { format }),
  }
}

/** The field itself stands for the values of all its leaves. */
function flattenedRoot(field: MappedField, scope: FieldScope): ColumnReference {
  const separator = textValue(FLATTENED_SEPARATOR)
  const expression = sql`list_transform(${scope.values(field)}, lambda leaf: substr(leaf, instr(leaf, ${separator}) + 1))`
  return { ...columnOf({ ...field, isMulti: true }, 'keyword', scope), expression }
}

/** `labels.team` of a flattened `labels`: its leaves lie in one column. */
function flattenedLeaf(name: string, { fields, scope }: Seen): ColumnReference | undefined {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const field = fields.get(name.slice(0, dot))
    if (field?.type !== 'flattened' || field.nestedIn !== scope.path) continue
    const start = textValue(name.slice(dot + 1) + FLATTENED_SEPARATOR)
    const from = { type: 'long', value: name.length - dot + 1 } as const
    const leaves = sql`list_filter(${scope.values(field)}, lambda leaf: starts_with(leaf, ${start}))`
    const expression = sql`list_transform(${leaves}, lambda leaf: substr(leaf, ${from}))`
    return { ...columnOf({ ...field, isMulti: true }, 'keyword', scope), name, expression }
  }
  return undefined
}
