import { illegalArgument, SearchFailure } from '../search-failure.ts'
import {
  childName,
  type Definition,
  type FieldDefinition,
  type ObjectDefinition,
} from './definition.ts'
import { fieldType, parameterOf } from './field-type.ts'

/**
 * Adds what `added` defines to `object`. What exists keeps its type.
 *
 * @throws SearchFailure when they contradict each other
 */
export function mergeObjects(
  object: ObjectDefinition,
  added: ObjectDefinition,
  path: string,
): ObjectDefinition {
  const properties = new Map(object.properties)
  for (const [key, definition] of added.properties) {
    const existing = properties.get(key)
    const name = childName(path, key)
    properties.set(key, existing === undefined ? definition : merged(existing, definition, name))
  }
  return {
    ...object,
    dynamic: added.dynamic ?? object.dynamic,
    includeInParent: object.includeInParent || added.includeInParent,
    includeInRoot: object.includeInRoot || added.includeInRoot,
    isDynamic: object.isDynamic && added.isDynamic,
    properties,
  }
}

function merged(existing: Definition, added: Definition, name: string): Definition {
  if (existing.kind === 'object' && added.kind === 'object') {
    return mergeKnownObjects(existing, added, name)
  }
  if (existing.kind === 'object' || added.kind === 'object') {
    throw illegalArgument(`can't merge a non object mapping [${name}] with an object mapping`)
  }
  if (existing.kind === 'alias' && added.kind === 'alias') return added
  if (existing.kind === 'alias' || added.kind === 'alias') {
    const [from, to] = [typeName(existing), typeName(added)]
    throw illegalArgument(`mapper [${name}] cannot be changed from type [${from}] to [${to}]`)
  }
  return mergeFields(existing, added, name)
}

function typeName(definition: Definition): string {
  return definition.kind === 'field' ? definition.type : definition.kind
}

function mergeKnownObjects(
  existing: ObjectDefinition,
  added: ObjectDefinition,
  name: string,
): ObjectDefinition {
  if (existing.isNested !== added.isNested) {
    throw illegalArgument(`can't merge a non-nested mapping [${name}] with a nested mapping`)
  }
  if (existing.isEnabled !== added.isEnabled) {
    throw new SearchFailure({
      type: 'mapper_exception',
      reason: `the [enabled] parameter can't be updated for the object mapping [${name}]`,
      status: 400,
    })
  }
  return mergeObjects(existing, added, name)
}

function mergeFields(
  existing: FieldDefinition,
  added: FieldDefinition,
  name: string,
): FieldDefinition {
  if (existing.type !== added.type) {
    throw illegalArgument(
      `mapper [${name}] cannot be changed from type [${existing.type}] to [${added.type}]`,
    )
  }
  const conflicts = conflictsOf(existing, added)
  if (conflicts.length > 0) {
    const list = conflicts.map((conflict) => `\n\t${conflict}`).join('')
    throw illegalArgument(`Mapper for [${name}] conflicts with existing mapper:${list}`)
  }
  const fields = new Map(existing.fields)
  for (const [key, field] of added.fields) {
    const known = fields.get(key)
    fields.set(key, known === undefined ? field : mergeFields(known, field, `${name}.${key}`))
  }
  const parameters = new Map(added.parameters)
  const constant = existing.parameters.get('value')
  if (constant !== undefined) parameters.set('value', constant)
  return { ...added, parameters, fields, isDynamic: existing.isDynamic && added.isDynamic }
}

function conflictsOf(existing: FieldDefinition, added: FieldDefinition): readonly string[] {
  const parameters = fieldType(existing.type)?.parameters ?? {}
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const [from, to] = [parameterOf(existing, name), parameterOf(added, name)]
    if (parameter.isUpdatable || JSON.stringify(from) === JSON.stringify(to)) return []
    // a constant may be learnt from the first document
    if (name === 'value' && (from === undefined || to === undefined)) return []
    return [`Cannot update parameter [${name}] from [${shown(from, name)}] to [${shown(to, name)}]`]
  })
}

function shown(value: unknown, name: string): string {
  if (value === undefined) return name === 'analyzer' ? 'default' : 'null'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
