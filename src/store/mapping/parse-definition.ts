import { illegalArgument } from '../search-failure.ts'
import {
  type AliasDefinition,
  childName,
  type Definition,
  type Dynamic,
  EMPTY_OBJECT,
  type FieldDefinition,
  type ObjectDefinition,
} from './definition.ts'
import { type FieldType, fieldType } from './field-type.ts'
import {
  isObject,
  javaText,
  mappingFailure,
  readBoolean,
  unsupportedParameter,
} from './mapping-failure.ts'
import type { MappingSettings } from './mapping-settings.ts'
import { mergeObjects } from './merge-definitions.ts'

type Json = Readonly<Record<string, unknown>>

interface Place {
  /** Full name; empty for the root. */
  readonly path: string
  /** Last part of it: what failures name. */
  readonly name: string
  readonly settings: MappingSettings
  readonly isDynamic: boolean
}

/**
 * Reads `properties` of a mapping. Dots in names stand for objects.
 *
 * @throws SearchFailure
 */
export function parseProperties(value: unknown, place: Place): ReadonlyMap<string, Definition> {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    return new Map()
  }
  if (!isObject(value)) throw mappingFailure('properties must be a map type', 'parse_exception')
  let object: ObjectDefinition = EMPTY_OBJECT
  for (const [key, definition] of Object.entries(value)) {
    if (Array.isArray(definition) && definition.length === 0) continue
    const path = splitName(key)
    const name = path.at(-1)!
    if (!isObject(definition)) {
      throw mappingFailure(
        `Expected map for property [fields] on field [${key}] but got a class java.lang.String`,
      )
    }
    const full = childName(place.path, path.join('.'))
    checkDepth(full, place.settings)
    const parsed = parseDefinition(definition, { ...place, path: full, name })
    object = mergeObjects(object, wrapped(path, parsed, place.isDynamic), place.path)
  }
  return object.properties
}

function checkDepth(name: string, { depthLimit }: MappingSettings): void {
  const parts = name.split('.')
  if (parts.length <= depthLimit) return
  const object = parts.slice(0, Math.max(depthLimit, 1)).join('.')
  throw illegalArgument(
    `Limit of mapping depth [${depthLimit}] has been exceeded due to object field [${object}]`,
  )
}

function wrapped(path: readonly string[], leaf: Definition, isDynamic: boolean): ObjectDefinition {
  return path.reduceRight<Definition>(
    (inner, key) => ({ ...EMPTY_OBJECT, isDynamic, properties: new Map([[key, inner]]) }),
    leaf,
  ) as ObjectDefinition
}

/** Splits the name of a property at its dots, as Elasticsearch does: those at the end go. */
function splitName(key: string): readonly string[] {
  const fail = (reason: string) => mappingFailure(reason, 'illegal_argument_exception')
  if (key === '') throw fail('field name cannot be an empty string')
  const path = key.replace(/\.+$/, '').split('.')
  if (path.length === 1 && path[0] === '') throw fail('field name cannot contain only dots')
  for (const part of path) {
    if (part.trim() === '') throw fail(`field name cannot contain only whitespace: ['${key}']`)
  }
  return path
}

/** Reads the definition of a field or object, multi-fields included. */
export function parseDefinition(json: Json, place: Place): Definition {
  const type = typeOf(json, place.name)
  if (type === 'object' || type === 'nested') return parseObject(json, type, place)
  if (type === 'alias') return parseAlias(json, place.name)
  return parseField(json, type, place)
}

function typeOf(json: Json, name: string): string {
  if (json.type !== undefined && json.type !== null) return String(json.type)
  const isObjectType =
    json.properties !== undefined || (json.enabled !== undefined && Object.keys(json).length === 1)
  if (isObjectType) return 'object'
  throw mappingFailure(`No type specified for field [${name}]`)
}

function parseAlias(json: Json, name: string): AliasDefinition {
  if (typeof json.path !== 'string') {
    throw mappingFailure(`The [path] property must be specified for field [${name}].`)
  }
  const rest = unknownKeys(json, ['type', 'path'])
  if (rest !== undefined) {
    throw mappingFailure(`Mapping definition for [${name}] has unsupported parameters:  ${rest}`)
  }
  return { kind: 'alias', path: json.path }
}

const OBJECT_KEYS = ['type', 'properties', 'dynamic', 'enabled', 'subobjects']
const NESTED_KEYS = ['include_in_parent', 'include_in_root']

function parseObject(json: Json, type: 'object' | 'nested', place: Place): ObjectDefinition {
  const { name } = place
  const keys = type === 'nested' ? [...OBJECT_KEYS, ...NESTED_KEYS] : OBJECT_KEYS
  const rest = unknownKeys(json, keys)
  if (rest !== undefined) {
    throw mappingFailure(`Mapping definition for [${name}] has unsupported parameters:  ${rest}`)
  }
  const { subobjects = true, enabled = true } = json
  if (!readBoolean(subobjects)) throw unsupportedParameter('subobjects', name, type)
  return {
    kind: 'object',
    isNested: type === 'nested',
    isEnabled: readBoolean(enabled),
    dynamic: readDynamic(json.dynamic),
    includeInParent: readBoolean(json.include_in_parent ?? false),
    includeInRoot: readBoolean(json.include_in_root ?? false),
    properties: parseProperties(json.properties, place),
    isDynamic: place.isDynamic,
  }
}

/** Names and values of `json` besides `known`, as Elasticsearch lists them. */
export function unknownKeys(json: Json, known: readonly string[]): string | undefined {
  const rest = Object.entries(json).filter(([key]) => !known.includes(key))
  if (rest.length === 0) return undefined
  return rest.map(([key, value]) => `[${key} : ${javaText(value)}]`).join(' ')
}

/** Reads `dynamic`; runtime fields are not supported. */
export function readDynamic(value: unknown): Dynamic | undefined {
  if (value === undefined || value === null) return undefined
  if (value === 'strict') return 'strict'
  if (value === 'runtime') throw mappingFailure('[dynamic: runtime] is not supported')
  if (value === true || value === 'true') return 'true'
  if (value === false || value === 'false') return 'false'
  throw mappingFailure(
    'Could not convert [dynamic.dynamic] to boolean',
    'illegal_argument_exception',
  )
}

function parseField(json: Json, typeName: string, place: Place): FieldDefinition {
  const { name } = place
  const type = fieldType(typeName)
  if (type === undefined) {
    throw mappingFailure(`No handler for type [${typeName}] declared on field [${name}]`)
  }
  const { type: _, fields, ...given } = json
  const parameters = readParameters(given, type, place)
  if (typeName === 'scaled_float' && !parameters.has('scaling_factor')) {
    throw mappingFailure('Field [scaling_factor] is required', 'illegal_argument_exception')
  }
  checkQuoteAnalyzer(parameters, type, name)
  return {
    kind: 'field',
    type: typeName,
    parameters,
    fields: parseMultiFields(fields, place),
    isDynamic: place.isDynamic,
  }
}

/** A quote analyzer of its own would change phrases alone; that is not supported. */
function checkQuoteAnalyzer(
  parameters: ReadonlyMap<string, unknown>,
  type: FieldType,
  name: string,
): void {
  const quote = parameters.get('search_quote_analyzer')
  const search = parameters.get('search_analyzer') ?? parameters.get('analyzer')
  if (quote !== undefined && quote !== search) {
    throw unsupportedParameter('search_quote_analyzer', name, type.name)
  }
}

const NOT_SUPPORTED = new Set(['script', 'on_script_error', 'fielddata_frequency_filter'])

function readParameters(given: Json, type: FieldType, place: Place): ReadonlyMap<string, unknown> {
  const read = new Map<string, unknown>()
  const { name: field, settings } = place
  for (const [name, value] of Object.entries(given)) {
    const parameter = Object.hasOwn(type.parameters, name) ? type.parameters[name] : undefined
    if (parameter === undefined) throw unknownParameter(name, field, type.name)
    if (value === null) {
      if (name === 'null_value') continue
      throw mappingFailure(
        `[${name}] on mapper [${field}] of type [${type.name}] must not have a [null] value`,
      )
    }
    const kept = parameter.read(value, { name, field, type: type.name, settings })
    if (parameter.isShown || kept !== parameter.fallback) read.set(name, kept)
  }
  return read
}

function unknownParameter(name: string, field: string, type: string) {
  if (NOT_SUPPORTED.has(name)) return unsupportedParameter(name, field, type)
  return name === 'boost'
    ? mappingFailure(`Unknown parameter [boost] on mapper [${field}]`)
    : mappingFailure(`unknown parameter [${name}] on mapper [${field}] of type [${type}]`)
}

function parseMultiFields(value: unknown, place: Place): ReadonlyMap<string, FieldDefinition> {
  const { name: parent } = place
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    return new Map()
  }
  if (!isObject(value)) {
    throw mappingFailure(`expected map for property [fields] on field [${parent}]`)
  }
  return new Map(
    Object.entries(value).map(([key, json]) => [key, parseMultiField(key, json, place)] as const),
  )
}

function parseMultiField(key: string, json: unknown, place: Place): FieldDefinition {
  const { name: parent } = place
  if (key === '')
    throw mappingFailure('field name cannot be an empty string', 'illegal_argument_exception')
  if (key.includes('.')) {
    throw mappingFailure(
      `Field name [${key}] which is a multi field of [${parent}] cannot contain '.'`,
    )
  }
  if (!isObject(json))
    throw mappingFailure(`illegal field [${key}], only fields can be specified inside fields`)
  if (json.fields !== undefined) {
    throw mappingFailure(
      `Encountered a multi-field [${key}] which itself contains a multi-field. Defining chained multi-fields is not supported.`,
      'illegal_argument_exception',
    )
  }
  const definition = parseDefinition(json, { ...place, path: `${place.path}.${key}`, name: key })
  if (definition.kind !== 'field') {
    const type = definition.kind === 'alias' ? 'alias' : definition.isNested ? 'nested' : 'object'
    throw mappingFailure(`Type [${type}] cannot be used in multi field`)
  }
  if (definition.parameters.has('copy_to')) {
    throw mappingFailure(
      `copy_to in multi fields is not allowed. Found the copy_to in field [${key}] which is within a multi field.`,
    )
  }
  return definition
}
