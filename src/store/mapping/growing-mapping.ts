import type { Definition, ObjectDefinition } from './definition.ts'
import type { LeafNode } from './document-tree.ts'
import { dynamicDefinition } from './dynamic-field.ts'
import type { Mapping } from './index-mapping.ts'
import type { Scalar } from './values/value-reader.ts'

/** A mapping with what one document adds to it. */
export class GrowingMapping {
  #current: Mapping

  constructor(mapping: Mapping) {
    this.#current = mapping
  }

  /** The same object as at the beginning when nothing was added. */
  get current(): Mapping {
    return this.#current
  }

  /**
   * Maps a field by its value, unless the value says nothing or the field turned up before.
   *
   * @throws SearchFailure when the mapping cannot have it
   */
  discover(path: readonly string[], value: unknown): void {
    const { root, settings, dynamicRules } = this.#current
    if (isDefined(root.object, path)) return
    const place = { path: path.join('.'), name: path.at(-1) ?? '', settings }
    const definition = dynamicDefinition(value, place, dynamicRules)
    if (definition !== undefined) this.#current = this.#current.withField(path, definition)
  }

  /** The first value of a field that is the same in all documents is that of all. */
  learn({ constant, definition, field }: LeafNode, value: Scalar): void {
    if (constant !== undefined) return
    const parameters = new Map(definition.parameters).set('value', value)
    this.#current = this.#current.withField(field.name.split('.'), { ...definition, parameters })
  }
}

function isDefined(root: ObjectDefinition, path: readonly string[]): boolean {
  let current: Definition | undefined = root
  for (const key of path) {
    if (current?.kind !== 'object') return false
    current = current.properties.get(key)
  }
  return current !== undefined
}
