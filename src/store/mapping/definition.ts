/** What becomes of fields of a document that the mapping does not have. */
export type Dynamic = 'true' | 'false' | 'strict'

/** A field with values, as the mapping defines it. */
export interface FieldDefinition {
  readonly kind: 'field'
  readonly type: string
  /** As read; those that say what holds anyway are left out. */
  readonly parameters: ReadonlyMap<string, unknown>
  /** Multi-fields by their own name. */
  readonly fields: ReadonlyMap<string, FieldDefinition>
  /** Mapped because a document had it, not because a person said so. */
  readonly isDynamic: boolean
}

export interface ObjectDefinition {
  readonly kind: 'object'
  readonly isNested: boolean
  readonly isEnabled: boolean
  /** Undefined: as the object around it. */
  readonly dynamic: Dynamic | undefined
  readonly includeInParent: boolean
  readonly includeInRoot: boolean
  readonly properties: ReadonlyMap<string, Definition>
  readonly isDynamic: boolean
}

export interface AliasDefinition {
  readonly kind: 'alias'
  /** Full name of the field that it stands for. */
  readonly path: string
}

export type Definition = FieldDefinition | ObjectDefinition | AliasDefinition

export const EMPTY_OBJECT: ObjectDefinition = {
  kind: 'object',
  isNested: false,
  isEnabled: true,
  dynamic: undefined,
  includeInParent: false,
  includeInRoot: false,
  properties: new Map(),
  isDynamic: false,
}

export function childName(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`
}

/** Calls `visit` with every definition beneath `object`, multi-fields included, parents first. */
export function eachDefinition(
  object: ObjectDefinition,
  visit: (name: string, definition: Definition, nestedIn: string | undefined) => void,
  path = '',
  nestedIn: string | undefined = undefined,
): void {
  for (const [key, definition] of object.properties) {
    const name = childName(path, key)
    visit(name, definition, nestedIn)
    if (definition.kind === 'object') {
      eachDefinition(definition, visit, name, definition.isNested ? name : nestedIn)
    } else if (definition.kind === 'field') {
      for (const [own, field] of definition.fields) visit(`${name}.${own}`, field, nestedIn)
    }
  }
}

/** Returns `object` with `definition` at `path`; objects on the way there must exist. */
export function withDefinition(
  object: ObjectDefinition,
  path: readonly string[],
  definition: Definition,
): ObjectDefinition {
  const [key = '', ...rest] = path
  const properties = new Map(object.properties)
  const child = properties.get(key)
  if (rest.length === 0) properties.set(key, definition)
  else if (child?.kind === 'object') properties.set(key, withDefinition(child, rest, definition))
  return { ...object, properties }
}

/** Returns `object` with every definition marked that `names` has. */
export function markDynamic(
  object: ObjectDefinition,
  names: ReadonlySet<string>,
  path = '',
): ObjectDefinition {
  const properties = new Map<string, Definition>()
  for (const [key, definition] of object.properties) {
    const name = childName(path, key)
    const isDynamic = names.has(name)
    if (definition.kind === 'alias') properties.set(key, definition)
    else if (definition.kind === 'object') {
      properties.set(key, { ...markDynamic(definition, names, name), isDynamic })
    } else {
      const fields = [...definition.fields].map(
        ([own, field]) => [own, { ...field, isDynamic: names.has(`${name}.${own}`) }] as const,
      )
      properties.set(key, { ...definition, isDynamic, fields: new Map(fields) })
    }
  }
  return { ...object, properties }
}
