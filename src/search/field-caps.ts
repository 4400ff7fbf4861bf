import type { FieldReference, Schema } from './schema.ts'

/** What can be done with a field of one type. */
export interface FieldCapability {
  readonly type: string
  readonly metadata_field: boolean
  readonly searchable: boolean
  readonly aggregatable: boolean
  /** Indices that have the field as this type, where others have it as another. */
  readonly indices?: readonly string[]
}

export type FieldCapabilities = Readonly<Record<string, Readonly<Record<string, FieldCapability>>>>

const META_FIELDS = ['_id', '_index', '_ignored', '_routing', '_seq_no', '_version']

/** The fields that the patterns stand for, with their types over all searched indices. */
export function fieldCapabilities(
  groups: readonly { readonly schema: Schema; readonly indices: readonly string[] }[],
  patterns: readonly string[],
): FieldCapabilities {
  const found = new Map<string, Map<string, { capability: FieldCapability; indices: string[] }>>()
  for (const { schema, indices } of groups) {
    for (const [name, capability] of capabilitiesOf(schema, patterns)) {
      const byType = found.get(name) ?? new Map()
      found.set(name, byType)
      const known = byType.get(capability.type) ?? { capability, indices: [] }
      byType.set(capability.type, known)
      known.indices.push(...indices)
    }
  }
  return Object.fromEntries(
    [...found].map(([name, byType]) => [
      name,
      Object.fromEntries(
        [...byType].map(([type, { capability, indices }]) => [
          type,
          byType.size === 1 ? capability : { ...capability, indices: indices.toSorted() },
        ]),
      ),
    ]),
  )
}

function capabilitiesOf(
  schema: Schema,
  patterns: readonly string[],
): ReadonlyMap<string, FieldCapability> {
  const found = new Map<string, FieldCapability>()
  for (const pattern of patterns) {
    const meta = META_FIELDS.filter((name) => pattern === '*' || name === pattern)
    const names = pattern.includes('*') ? [...schema.expand(pattern), ...meta] : [pattern]
    for (const name of names) {
      for (const [own, capability] of withParents(schema, name)) found.set(own, capability)
    }
  }
  return found
}

/** A field with the objects around it. */
function withParents(
  schema: Schema,
  name: string,
): readonly (readonly [string, FieldCapability])[] {
  const own = capabilityOf(schema.reference(name), name)
  if (own === undefined) return []
  const parents = name
    .split('.')
    .slice(0, -1)
    .map((_, place, parts) => parts.slice(0, place + 1).join('.'))
    .map((path) => [path, capabilityOf(schema.reference(path), path)] as const)
    .flatMap(([path, capability]) =>
      capability?.type === 'object' ? [[path, capability] as const] : [],
    )
  return [...parents, [name, own]]
}

function capabilityOf(reference: FieldReference, name: string): FieldCapability | undefined {
  const metadata = META_FIELDS.includes(name)
  const capability = (type: string, searchable: boolean, aggregatable: boolean) => ({
    type,
    metadata_field: metadata,
    searchable,
    aggregatable,
  })
  switch (reference.kind) {
    case 'unmapped':
      return undefined
    case 'object':
      return capability('object', false, false)
    case 'stored':
      return capability('keyword', false, false)
    case 'text':
      return capability('text', reference.searchable, false)
    case 'textKeyword':
      return capability('keyword', true, false)
    case 'column':
      return capability(reference.elastic, reference.searchable, reference.aggregatable)
    default:
      return reference satisfies never
  }
}
