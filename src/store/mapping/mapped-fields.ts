import type { Analysis } from '../analysis/analysis.ts'
import type {
  AliasDefinition,
  Definition,
  FieldDefinition,
  ObjectDefinition,
} from './definition.ts'
import { eachDefinition } from './definition.ts'
import { fieldType, parameterOf } from './field-type.ts'
import type { MappedField, TextField } from './mapped-field.ts'

interface Known {
  readonly numbers: ReadonlyMap<string, number>
  readonly multi: ReadonlySet<string>
  readonly analysis: Analysis
}

/** Lists the fields of a mapping by their full names. */
export function mappedFields(
  root: ObjectDefinition,
  known: Known,
): ReadonlyMap<string, MappedField> {
  const fields = new Map<string, MappedField>()
  const aliases: [string, AliasDefinition][] = []
  const sources = copySources(root)
  const shut: string[] = []
  eachDefinition(root, (name, definition, nestedIn) => {
    if (definition.kind === 'alias') {
      aliases.push([name, definition])
      return
    }
    const isShut = shut.some((path) => name.startsWith(path))
    if (definition.kind === 'object' && !definition.isEnabled) shut.push(`${name}.`)
    const made = fieldOf(name, definition, {
      ...known,
      nestedIn,
      sources,
      parent: parentOf(name, fields),
    })
    fields.set(name, isShut ? { ...made, searchable: false, text: undefined } : made)
  })
  for (const [name, { path }] of aliases) {
    const target = fields.get(path)
    if (target !== undefined) fields.set(name, { ...target, name, parent: path, isAlias: true })
  }
  return fields
}

interface Place extends Known {
  readonly nestedIn: string | undefined
  readonly sources: ReadonlyMap<string, readonly string[]>
  readonly parent: string | undefined
}

/** The field that `name` is a multi-field of. */
function parentOf(name: string, fields: ReadonlyMap<string, MappedField>): string | undefined {
  const parent = name.slice(0, Math.max(name.lastIndexOf('.'), 0))
  const type = fields.get(parent)?.type
  return type === undefined || type === 'object' || type === 'nested' ? undefined : parent
}

function fieldOf(
  name: string,
  definition: Exclude<Definition, AliasDefinition>,
  place: Place,
): MappedField {
  const base = {
    name,
    number: place.numbers.get(name) ?? 0,
    isMulti: place.multi.has(name),
    nestedIn: place.nestedIn,
    parent: place.parent,
    isAlias: false,
  }
  if (definition.kind === 'field') return { ...base, ...ofField(name, definition, place) }
  const { isNested, isEnabled } = definition
  return {
    ...base,
    type: isNested ? 'nested' : 'object',
    valueType: isNested ? 'keyword' : undefined,
    text: undefined,
    searchable: isEnabled,
    aggregatable: false,
    format: undefined,
    nullValue: undefined,
    normalizer: undefined,
    scalingFactor: undefined,
    ignoreAbove: undefined,
    meta: undefined,
  }
}

function ofField(name: string, definition: FieldDefinition, place: Place) {
  const type = fieldType(definition.type)!
  const given = (key: string) => parameterOf(definition, key)
  const isIndexed = given('index') !== false
  const hasDocValues = given('doc_values') !== false
  const isText = type.kind === 'text'
  const hasColumn = !isText && (isIndexed || hasDocValues)
  return {
    type: definition.type,
    valueType: hasColumn ? type.valueType : undefined,
    text: isText && isIndexed ? textField(name, definition, place) : undefined,
    // a field without index but with doc values is searched by these
    searchable: type.kind !== 'binary' && (isText ? isIndexed : hasColumn),
    aggregatable: hasDocValues && hasColumn && type.valueType !== undefined,
    format: given('format') as string | undefined,
    nullValue: given('null_value'),
    normalizer: given('normalizer') as string | undefined,
    scalingFactor: given('scaling_factor') as number | undefined,
    ignoreAbove: given('ignore_above') as number | undefined,
    meta: given('meta') as MappedField['meta'],
  }
}

function textField(name: string, definition: FieldDefinition, place: Place): TextField {
  const given = definition.parameters.get('analyzer') as string | undefined
  const search = definition.parameters.get('search_analyzer') as string | undefined
  const origin = place.parent ?? name
  const { analysis } = place
  const fallback = analysis.hasOwn('default_search') ? 'default_search' : 'default'
  return {
    mark: `${place.numbers.get(name) ?? 0}:`,
    paths: [...new Set([origin, ...(place.sources.get(origin) ?? [])])],
    analyzer: analysis.keptName(given ?? 'default'),
    searchAnalyzer: analysis.keptName(search ?? given ?? fallback),
  }
}

/** Names of the fields that are copied into a field, by its name. */
function copySources(root: ObjectDefinition): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>()
  eachDefinition(root, (name, definition) => {
    if (definition.kind !== 'field') return
    const targets = (definition.parameters.get('copy_to') ?? []) as readonly string[]
    for (const target of targets) sources.set(target, [...(sources.get(target) ?? []), name])
  })
  return sources
}
