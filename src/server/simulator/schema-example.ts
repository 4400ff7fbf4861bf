import { type JsonObject, objectOf, objectsOf } from './json-value.ts'

/** Deeper than this, optional parts are left out, so that schemas that contain themselves end. */
const DEEPEST = 6

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2025-01-02T03:04:05Z',
  date: '2025-01-02',
  time: '03:04:05Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
}

interface Place {
  readonly root: JsonObject
  /** Name of the property, from which texts are made. */
  readonly name: string
  readonly depth: number
}

/**
 * Makes a value that fits a JSON Schema, or Gemini's dialect of it: required properties, enums,
 * constants, types, bounds, references. What it does not know (`pattern`, `not`) it leaves out
 * of account.
 */
export function schemaExample(schema: JsonObject): unknown {
  return example(schema, { root: schema, name: 'value', depth: 0 })
}

function example(schema: JsonObject, place: Place): unknown {
  const { default: usual, enum: choices } = schema
  if (typeof schema.$ref === 'string' && place.depth <= 2 * DEEPEST) {
    return example(resolve(schema.$ref, place.root), { ...place, depth: place.depth + 1 })
  }
  if ('const' in schema) return schema.const
  if (Array.isArray(choices) && choices.length > 0) return choices[0]
  if (usual !== undefined) return usual
  const [part] = [...objectsOf(schema.anyOf), ...objectsOf(schema.oneOf)].filter(
    ({ type }) => type !== 'null',
  )
  if (part !== undefined) return example(part, place)
  const parts = objectsOf(schema.allOf)
  if (parts.length > 0) return example(merged(schema, parts), place)
  return ofType(schema, place)
}

function ofType(schema: JsonObject, place: Place): unknown {
  switch (typeOf(schema)) {
    case 'object':
      return objectExample(schema, place)
    case 'array':
      return arrayExample(schema, place)
    case 'number':
      return numberExample(schema, 0)
    case 'integer':
      return Math.ceil(numberExample(schema, 1))
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return textExample(schema, place)
  }
}

/** Gemini writes types in capitals. */
function typeOf({ type, properties, items }: JsonObject): string {
  const [first] = [type].flat().filter((each) => typeof each === 'string' && each !== 'null')
  if (typeof first === 'string') return first.toLowerCase()
  if (type === 'null') return 'null'
  if (properties !== undefined) return 'object'
  return items === undefined ? 'string' : 'array'
}

function objectExample(schema: JsonObject, { root, depth }: Place): JsonObject {
  const properties = Object.entries(objectOf(schema.properties))
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
  // a schema that requires nothing is shown with everything
  const shown = properties.filter(
    ([name]) => required.includes(name) || (required.length === 0 && depth < DEEPEST),
  )
  return Object.fromEntries(
    shown.map(([name, each]) => [name, example(objectOf(each), { root, name, depth: depth + 1 })]),
  )
}

function arrayExample(schema: JsonObject, { depth, ...place }: Place): unknown[] {
  const first = objectsOf(schema.prefixItems)
  const least = Math.max(first.length, Number(schema.minItems ?? (depth < DEEPEST ? 1 : 0)))
  const length = Math.min(least, Number(schema.maxItems ?? least), 100)
  return Array.from({ length }, (_, index) =>
    example(first[index] ?? objectOf(schema.items), { ...place, depth: depth + 1 }),
  )
}

function numberExample(schema: JsonObject, step: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + (step || 0.5) : undefined
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum - (step || 0.5) : undefined
  const least = typeof minimum === 'number' ? minimum : above
  const most = typeof maximum === 'number' ? maximum : below
  const value = Math.min(Math.max(1, least ?? 1), most ?? Number.POSITIVE_INFINITY)
  if (typeof multipleOf !== 'number' || multipleOf <= 0) return value
  const multiple = Math.ceil(value / multipleOf) * multipleOf
  return most === undefined || multiple <= most
    ? multiple
    : Math.floor(most / multipleOf) * multipleOf
}

function textExample({ format, minLength, maxLength }: JsonObject, { name }: Place): string {
  const text = FORMATS[String(format)] ?? `sample ${name}`
  const least = Math.min(Number(minLength ?? 0), 10_000)
  return text.padEnd(least, '.').slice(0, Math.max(least, Number(maxLength ?? text.length)))
}

function merged(schema: JsonObject, parts: readonly JsonObject[]): JsonObject {
  const { allOf: _, ...rest } = schema
  const all = [rest, ...parts]
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map(({ properties }) => objectOf(properties))),
    required: all.flatMap(({ required }) => (Array.isArray(required) ? required : [])),
  }
}

function resolve(reference: string, root: JsonObject): JsonObject {
  if (reference === '#') return root
  return reference
    .replace(/^#\//, '')
    .split('/')
    .map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<JsonObject>(
      (found, name) => objectOf(Object.hasOwn(found, name) ? found[name] : {}),
      root,
    )
}
