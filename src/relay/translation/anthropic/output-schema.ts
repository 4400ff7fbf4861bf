import { isJsonObject, type JsonObject } from '../../json-object.ts'

const LISTS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const MAPS: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions'])

/** Schemas that are nested deeper stay as they are. */
const DEEPEST = 100

/**
 * Closes the objects of a JSON Schema that say nothing of further properties: Anthropic takes
 * only `additionalProperties: false`, other providers leave it out.
 */
export function closedSchema(schema: JsonObject, depth = 0): JsonObject {
  if (depth > DEEPEST) return schema
  const close = (value: unknown) => (isJsonObject(value) ? closedSchema(value, depth + 1) : value)
  const closed = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (LISTS.has(key) && Array.isArray(value)) return [key, value.map(close)]
      if (MAPS.has(key) && isJsonObject(value)) return [key, mapValues(value, close)]
      return [key, key === 'items' ? close(value) : value]
    }),
  )
  const isOpen = describesObject(schema) && schema.additionalProperties === undefined
  return isOpen ? { ...closed, additionalProperties: false } : closed
}

function describesObject({ type, properties }: JsonObject): boolean {
  return (
    type === 'object' ||
    (Array.isArray(type) && type.includes('object')) ||
    isJsonObject(properties)
  )
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}
