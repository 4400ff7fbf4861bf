import type { FoundDocument } from '../store/index.ts'
import type { WantedField } from './hit-field-list.ts'
import type { SourceField, SourceFields } from './hit-source-fields.ts'
import { isDateType, type ValueWriter, valueWriter } from './hit-value.ts'
import { fitsPattern } from './name-pattern.ts'
import { illegalOnShard } from './search-failure.ts'
import { eachLeaf, isMembers, valuesAt } from './source-values.ts'

/** Values of a hit's fields, by name. */
export type FieldLists = Map<string, readonly unknown[]>

export interface HitFields {
  readonly fields: FieldLists
  /** Values that their fields left out. */
  readonly ignored: FieldLists
}

/** Reads the `fields` of a hit from its document. */
export interface FieldsReader {
  /** Whether a field of the document is needed, by its outermost name. */
  needs(field: string): boolean
  read(document: FoundDocument): HitFields
}

interface CompiledField {
  readonly field: SourceField
  readonly write: ValueWriter
}

interface CompiledFields {
  readonly mapped: ReadonlyMap<string, CompiledField>
  /** Keys of objects whose leaves have no fields of their own: `labels.team`. */
  readonly leaves: readonly string[]
  readonly unmapped: readonly string[]
  readonly meta: readonly MetaField[]
}

const META_FIELDS = ['_id', '_index', '_routing', '_version', '_ignored'] as const
type MetaField = (typeof META_FIELDS)[number]

const INTERNAL_FIELDS = ['_source', '_seq_no', '_field_names', '_nested_path']

/**
 * Compiles `fields` of a request.
 *
 * @throws SearchFailure for formats of fields that have none, and for internal fields
 */
export function compileFields(
  wanted: readonly WantedField[],
  sources: SourceFields,
): FieldsReader | undefined {
  if (wanted.length === 0) return undefined
  const mapped = new Map<string, CompiledField>()
  for (const one of wanted) {
    for (const field of matching(one.pattern, sources)) {
      mapped.set(field.name, { field, write: writerOf(field, one) })
    }
  }
  const plain = wanted.map(({ pattern }) => pattern).filter((name) => !name.includes('*'))
  const internal = plain.find((name) => INTERNAL_FIELDS.includes(name))
  if (internal !== undefined) {
    throw illegalOnShard(`Cannot fetch values for internal field [${internal}].`)
  }
  const compiled: CompiledFields = {
    mapped,
    leaves: plain.filter((name) => !sources.has(name) && isLeaf(name, sources)),
    unmapped: wanted.filter((one) => one.includeUnmapped).map(({ pattern }) => pattern),
    meta: META_FIELDS.filter((name) => plain.includes(name)),
  }
  return {
    needs: (name) => needs(compiled, name),
    read: (document) => readFields(compiled, sources, document),
  }
}

function matching(pattern: string, sources: SourceFields): readonly SourceField[] {
  if (!pattern.includes('*')) {
    const field = sources.get(pattern)
    return field === undefined ? [] : [field]
  }
  return [...sources.values()].filter(({ name }) => fitsPattern(name, pattern))
}

function writerOf({ name, type, format }: SourceField, wanted: WantedField): ValueWriter {
  if (wanted.format === undefined) return valueWriter(type, format)
  const matched = wanted.pattern === name ? '' : ` which matched [${wanted.pattern}]`
  if (wanted.format === '') {
    throw illegalOnShard(`error fetching [${name}]${matched}: No date pattern provided`)
  }
  if (isDateType(type)) return valueWriter(type, wanted.format)
  const kind = type === 'text' ? '' : ` of type [${type}]`
  throw illegalOnShard(
    `error fetching [${name}]${matched}: Field [${name}]${kind} doesn't support formats.`,
  )
}

function isLeaf(name: string, sources: SourceFields): boolean {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    if (sources.get(name.slice(0, dot))?.type === 'flattened') return true
  }
  return false
}

function needs({ mapped, leaves, unmapped }: CompiledFields, name: string): boolean {
  const isWithin = (path: string) => path === name || path.startsWith(`${name}.`)
  return (
    unmapped.length > 0 ||
    leaves.some(isWithin) ||
    [...mapped.values()].some(({ field }) => field.paths.some(isWithin))
  )
}

function readFields(
  { mapped, leaves, unmapped, meta }: CompiledFields,
  sources: SourceFields,
  document: FoundDocument,
): HitFields {
  const fields: FieldLists = new Map()
  const ignored: FieldLists = new Map()
  const nested: CompiledField[] = []
  const { source } = document
  for (const compiled of mapped.values()) {
    const { field } = compiled
    if (field.within.length > 0) {
      nested.push(compiled)
      continue
    }
    const { kept, left } = readValues(compiled, (path) => valuesAt(source, path))
    addList(fields, field.name, kept)
    addList(ignored, field.name, left)
  }
  for (const name of leaves) addList(fields, name, valuesAt(source, name).filter(isValue))
  if (unmapped.length > 0) addUnmapped(fields, unmapped, sources, source)
  for (const name of meta) addList(fields, name, metaValues(document, name))
  addNested(fields, nested, source, 0)
  return { fields, ignored }
}

function isValue(value: unknown): boolean {
  return value !== null && value !== undefined
}

function addList(fields: FieldLists, name: string, values: readonly unknown[]): void {
  if (values.length > 0) fields.set(name, values)
}

/** Values of a field, written; and those that it left out. */
function readValues(
  { field, write }: CompiledField,
  valuesOf: (path: string) => readonly unknown[],
): { readonly kept: readonly unknown[]; readonly left: readonly unknown[] } {
  const kept: unknown[] = []
  const left: unknown[] = []
  for (const path of field.paths) {
    for (const given of valuesOf(path)) {
      const value = given === null ? field.nullValue : given
      if (!isValue(value)) continue
      if (field.type === 'flattened') {
        if (isMembers(value)) kept.push(value)
        continue
      }
      const read = field.type === 'binary' ? String(value) : field.read(value)
      if (read !== undefined) kept.push(write(read))
      else if (value !== '') left.push(value)
    }
  }
  return { kept, left }
}

/** Leaves that no field is mapped for. */
function addUnmapped(
  fields: FieldLists,
  patterns: readonly string[],
  sources: SourceFields,
  source: unknown,
): void {
  const found = new Map<string, unknown[]>()
  eachLeaf(source, (path, value) => {
    if (sources.has(path) || isLeaf(path, sources) || isNested(path, sources)) return
    if (!patterns.some((pattern) => fitsPattern(path, pattern))) return
    const list = found.get(path)
    if (list === undefined) found.set(path, [value])
    else list.push(value)
  })
  for (const [path, list] of found) fields.set(path, list)
}

function isNested(path: string, sources: SourceFields): boolean {
  for (const { within } of sources.values()) {
    if (within.some((object) => path === object || path.startsWith(`${object}.`))) return true
  }
  return false
}

function metaValues(document: FoundDocument, name: MetaField): readonly unknown[] {
  switch (name) {
    case '_id':
      return [document.id]
    case '_index':
      return [document.index]
    case '_routing':
      return document.routing === undefined ? [] : [document.routing]
    case '_version':
      return [document.version ?? 1]
    case '_ignored':
      return document.ignored ?? []
    default:
      return name satisfies never
  }
}

/** Fields of nested objects are given object by object. */
function addNested(
  fields: FieldLists,
  compiled: readonly CompiledField[],
  source: unknown,
  depth: number,
): void {
  const byObject = Map.groupBy(compiled, ({ field }) => field.within[depth] ?? '')
  for (const [path, own] of byObject) {
    const outer = own[0]?.field.within[depth - 1]
    const inner = outer === undefined ? path : path.slice(outer.length + 1)
    const objects = valuesAt(source, inner).filter(isMembers)
    const answered = objects.map((object) => nestedFields(own, object, path, depth))
    const filled = answered.filter(({ size }) => size > 0).map((lists) => Object.fromEntries(lists))
    addList(fields, inner, filled)
  }
}

function nestedFields(
  compiled: readonly CompiledField[],
  object: unknown,
  path: string,
  depth: number,
): FieldLists {
  const fields: FieldLists = new Map()
  const deeper: CompiledField[] = []
  for (const one of compiled) {
    if (one.field.within.length > depth + 1) {
      deeper.push(one)
      continue
    }
    const { kept } = readValues(one, (own) => valuesAt(object, own.slice(path.length + 1)))
    addList(fields, one.field.name.slice(path.length + 1), kept)
  }
  addNested(fields, deeper, object, depth + 1)
  return fields
}
