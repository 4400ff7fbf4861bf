import type { Definition, FieldDefinition, ObjectDefinition } from './definition.ts'

type Json = Readonly<Record<string, unknown>>

/** `properties` as `GET _mapping` answers them: by name, without what holds anyway. */
export function propertiesJson(properties: ReadonlyMap<string, Definition>): Json {
  return sorted(properties, definitionJson)
}

function sorted<T>(map: ReadonlyMap<string, T>, write: (value: T) => Json): Json {
  const entries = [...map].sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, value]) => [key, write(value)]))
}

function definitionJson(definition: Definition): Json {
  switch (definition.kind) {
    case 'object':
      return objectJson(definition)
    case 'alias':
      return { type: 'alias', path: definition.path }
    case 'field':
      return fieldJson(definition)
    default:
      return definition satisfies never
  }
}

function fieldJson({ type, parameters, fields }: FieldDefinition): Json {
  return {
    type,
    ...(fields.size > 0 && { fields: sorted(fields, fieldJson) }),
    ...Object.fromEntries(parameters),
  }
}

function objectJson(object: ObjectDefinition): Json {
  const { isNested, properties, dynamic, isEnabled, includeInParent, includeInRoot } = object
  const isPlain = !isNested && properties.size > 0
  return {
    ...(!isPlain && { type: isNested ? 'nested' : 'object' }),
    ...(includeInParent && { include_in_parent: true }),
    ...(includeInRoot && { include_in_root: true }),
    ...(dynamic !== undefined && { dynamic }),
    ...(!isEnabled && { enabled: false }),
    ...(properties.size > 0 && { properties: propertiesJson(properties) }),
  }
}
