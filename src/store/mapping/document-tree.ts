import type { Definition, Dynamic, FieldDefinition, ObjectDefinition } from './definition.ts'
import { childName } from './definition.ts'
import { fieldType, parameterOf, readerOf } from './field-type.ts'
import type { Mapping } from './index-mapping.ts'
import type { MappedField } from './mapped-field.ts'
import type { ReadValue, Scalar } from './values/value-reader.ts'

/** A field with values, ready to read documents. */
export interface LeafNode {
  readonly kind: 'leaf'
  readonly field: MappedField
  /** Column of its values; undefined for a field without. */
  readonly column: string | undefined
  readonly read: ReadValue
  /** Whether a value that does not fit is left out instead of refusing the document. */
  readonly isLenient: boolean
  readonly definition: FieldDefinition
  readonly multiFields: readonly LeafNode[]
  /** Full names of the fields that its values are copied to. */
  readonly copies: readonly string[]
  readonly isFlattened: boolean
  readonly depthLimit: number
  /** Value of a field that is the same in all documents. */
  readonly constant: string | undefined
}

export interface ObjectNode {
  readonly kind: 'object'
  readonly name: string
  readonly path: readonly string[]
  readonly children: ReadonlyMap<string, Node>
  readonly dynamic: Dynamic
  readonly isEnabled: boolean
  readonly isDynamic: boolean
  /** Set for `nested`. */
  readonly nested: NestedNode | undefined
}

export interface NestedNode {
  readonly name: string
  readonly column: string
  /** Nested objects around it, the innermost last. */
  readonly includeInParent: boolean
  readonly includeInRoot: boolean
}

export interface AliasNode {
  readonly kind: 'alias'
  readonly name: string
}

export type Node = LeafNode | ObjectNode | AliasNode

export interface DocumentTree {
  readonly root: ObjectNode
  /** Fields by full name, to copy values to. */
  readonly leaves: ReadonlyMap<string, LeafNode>
  readonly constants: readonly LeafNode[]
}

const known = new WeakMap<Mapping, DocumentTree>()

/** The mapping as a tree that reads documents; made once for each mapping. */
export function documentTree(mapping: Mapping): DocumentTree {
  const made = known.get(mapping)
  if (made !== undefined) return made
  const leaves = new Map<string, LeafNode>()
  const builder = { mapping, fields: mapping.fields(), leaves }
  const root = objectNode(mapping.root.object, { path: [], dynamic: 'true' }, builder)
  const constants = [...leaves.values()].filter(
    ({ constant, field }) => constant !== undefined && field.nestedIn === undefined,
  )
  const tree = { root, leaves, constants }
  known.set(mapping, tree)
  return tree
}

interface Builder {
  readonly mapping: Mapping
  readonly fields: ReadonlyMap<string, MappedField>
  readonly leaves: Map<string, LeafNode>
}

interface Around {
  readonly path: readonly string[]
  readonly dynamic: Dynamic
}

function objectNode(object: ObjectDefinition, around: Around, builder: Builder): ObjectNode {
  const { path } = around
  const name = path.join('.')
  const dynamic = object.dynamic ?? around.dynamic
  const children = new Map<string, Node>()
  for (const [key, definition] of object.properties) {
    children.set(key, nodeOf(definition, { path: [...path, key], dynamic }, builder))
  }
  const { isEnabled, isDynamic, includeInParent, includeInRoot } = object
  const nested = object.isNested
    ? { name, column: columnOf(builder.fields.get(name)!), includeInParent, includeInRoot }
    : undefined
  return { kind: 'object', name, path, children, dynamic, isEnabled, isDynamic, nested }
}

function columnOf({ number }: MappedField): string {
  return `c${number}`
}

function nodeOf(definition: Definition, around: Around, builder: Builder): Node {
  const name = around.path.join('.')
  switch (definition.kind) {
    case 'object':
      return objectNode(definition, around, builder)
    case 'alias':
      return { kind: 'alias', name }
    case 'field': {
      const leaf = leafNode(name, definition, builder)
      builder.leaves.set(name, leaf)
      return leaf
    }
    default:
      return definition satisfies never
  }
}

function leafNode(name: string, definition: FieldDefinition, builder: Builder): LeafNode {
  const { settings } = builder.mapping
  const field = builder.fields.get(name)!
  const { kind } = fieldType(definition.type)!
  const given = (parameter: string) => parameterOf(definition, parameter)
  return {
    kind: 'leaf',
    field,
    column: field.valueType === undefined ? undefined : columnOf(field),
    read: readerOf(definition.type, definition.parameters, name, settings),
    isLenient: isLenient(definition, settings.ignoreMalformed),
    definition,
    multiFields: [...definition.fields].map(([own, multi]) =>
      leafNode(childName(name, own), multi, builder),
    ),
    copies: (given('copy_to') ?? []) as readonly string[],
    isFlattened: kind === 'flattened',
    depthLimit: Number(given('depth_limit') ?? 0),
    constant: given('value') as string | undefined,
  }
}

function isLenient(definition: FieldDefinition, ofIndex: boolean): boolean {
  const given = definition.parameters.get('ignore_malformed')
  if (typeof given === 'boolean') return given
  const hasParameter = 'ignore_malformed' in fieldType(definition.type)!.parameters
  return definition.isDynamic || (hasParameter && ofIndex)
}

/** What an explicit null leaves in a field. */
export function nullValueOf({ field, read }: LeafNode): Scalar | undefined {
  const { nullValue } = field
  if (nullValue === undefined) return undefined
  const kept = read(nullValue as Scalar, undefined)
  return typeof kept === 'object' || typeof kept === 'symbol' ? undefined : kept
}
