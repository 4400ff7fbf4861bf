import { isJsonObject, type JsonObject } from '../../json-object.ts'

/** Names in Google's schemas whose numbers are written as text. */
const COUNTS: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
])

/** Names in snake case, which Google takes too. */
const CAMEL_CASE: Readonly<Record<string, string>> = {
  any_of: 'anyOf',
  min_items: 'minItems',
  max_items: 'maxItems',
  min_length: 'minLength',
  max_length: 'maxLength',
  min_properties: 'minProperties',
  max_properties: 'maxProperties',
  property_ordering: 'propertyOrdering',
  additional_properties: 'additionalProperties',
}

/**
 * Turns Google's subset of OpenAPI schemas (`STRING`, `nullable`, `propertyOrdering`) into JSON
 * Schema. `schema` has to be of bounded depth.
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const entries: [string, unknown][] = []
  for (const [key, value] of Object.entries(schema)) {
    const name = Object.hasOwn(CAMEL_CASE, key) ? (CAMEL_CASE[key] ?? key) : key
    const entry = keyword(name, value)
    if (entry !== undefined && value !== null) entries.push(entry)
  }
  const converted = Object.fromEntries(entries)
  const order = schema.propertyOrdering ?? schema.property_ordering
  if (Array.isArray(order) && isJsonObject(converted.properties)) {
    converted.properties = inOrder(converted.properties, order)
  }
  return schema.nullable === true ? orNull(converted) : converted
}

function keyword(name: string, value: unknown): [string, unknown] | undefined {
  switch (name) {
    case 'type':
      if (value === 'TYPE_UNSPECIFIED') return undefined
      return [name, typeof value === 'string' ? value.toLowerCase() : value]
    case 'format':
      return value === 'enum' ? undefined : [name, value]
    case 'nullable':
    case 'propertyOrdering':
      return undefined
    case 'example':
      return ['examples', [value]]
    case 'items':
    case 'additionalProperties':
      return [name, isJsonObject(value) ? toJsonSchema(value) : value]
    case 'anyOf':
      return [name, Array.isArray(value) ? value.map(schemaOrSelf) : value]
    case 'properties':
    case '$defs':
    case 'defs':
      return [name === 'defs' ? '$defs' : name, isJsonObject(value) ? eachMember(value) : value]
    default:
      return [name, COUNTS.has(name) ? readCount(value) : value]
  }
}

function readCount(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
}

function schemaOrSelf(value: unknown): unknown {
  return isJsonObject(value) ? toJsonSchema(value) : value
}

function eachMember(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, schemaOrSelf(member)]),
  )
}

function inOrder(properties: JsonObject, order: readonly unknown[]): JsonObject {
  const first = new Set(
    order.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name)),
  )
  return Object.fromEntries([
    ...[...first].map((name) => [name, properties[name as string]] as const),
    ...Object.entries(properties).filter(([name]) => !first.has(name)),
  ])
}

function orNull(schema: Record<string, unknown>): JsonObject {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] }
  if (typeof schema.type !== 'string') return schema
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(Array.isArray(schema.enum) && { enum: [...schema.enum, null] }),
  }
}

/** Names whose value is a schema, a list of schemas, or schemas by name. */
const SUBSCHEMAS: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'not'])
const SUBSCHEMA_LISTS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const SUBSCHEMA_MAPS: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions'])

/**
 * Puts a JSON Schema into words that Gemini knows: a `const` is an `enum` of one. `schema` has to
 * be of bounded depth.
 */
export function toGoogleJsonSchema(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => {
      if (name === 'const' && (typeof value === 'string' || typeof value === 'number')) {
        return ['enum', [value]]
      }
      if (SUBSCHEMAS.has(name)) return [name, inGoogleWords(value)]
      if (SUBSCHEMA_LISTS.has(name) && Array.isArray(value)) {
        return [name, value.map(inGoogleWords)]
      }
      if (SUBSCHEMA_MAPS.has(name) && isJsonObject(value)) {
        const members = Object.entries(value).map(([key, each]) => [key, inGoogleWords(each)])
        return [name, Object.fromEntries(members)]
      }
      return [name, value]
    }),
  )
}

function inGoogleWords(value: unknown): unknown {
  return isJsonObject(value) ? toGoogleJsonSchema(value) : value
}
