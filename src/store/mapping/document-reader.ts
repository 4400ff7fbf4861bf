import { SearchFailure } from '../search-failure.ts'
import type { DocumentFailures } from './document-failure.ts'
import { Scope } from './document-scope.ts'
import {
  type DocumentTree,
  documentTree,
  type LeafNode,
  type Node,
  nullValueOf,
  type ObjectNode,
} from './document-tree.ts'
import { fieldPath, METADATA_NAMES } from './field-name.ts'
import { flattenedLeaves } from './flattened-value.ts'
import { GrowingMapping } from './growing-mapping.ts'
import type { Mapping } from './index-mapping.ts'
import { objectForValue, valueForObject } from './kind-mismatch.ts'
import { isRawNumber } from './raw-number.ts'
import { Malformed, type Scalar, TOO_LONG } from './values/value-reader.ts'

type Json = Readonly<Record<string, unknown>>

/** Objects and lists within one another, as in Elasticsearch's JSON parser. */
const DEEPEST = 1_000

interface ReadOutcome {
  readonly scope: Scope
  readonly ignored: ReadonlySet<string>
  /** With the fields that were new; what stands in them was not read then. */
  readonly mapping: Mapping
}

/** Reads one document, once. Failures are thrown. */
export class DocumentReader {
  readonly #tree: DocumentTree
  readonly #failures: DocumentFailures
  readonly #ignored = new Set<string>()
  /** Keys and places in lists that led to the current value. */
  readonly #trail: (string | number)[] = []
  #scope = new Scope()
  readonly #mapping: GrowingMapping
  #nestedObjects = 0

  constructor(mapping: Mapping, failures: DocumentFailures) {
    this.#mapping = new GrowingMapping(mapping)
    this.#tree = documentTree(mapping)
    this.#failures = failures
  }

  read(document: Json): ReadOutcome {
    const { root, constants } = this.#tree
    if (root.isEnabled) this.#members(root, document)
    for (const leaf of constants) {
      if (!this.#scope.values.has(leaf)) this.#scope.add(leaf, leaf.constant ?? '')
    }
    return { scope: this.#scope, ignored: this.#ignored, mapping: this.#mapping.current }
  }

  #members(node: ObjectNode, object: Json): void {
    const trail = this.#trail
    this.#checkDepth()
    for (const key of Object.keys(object)) {
      trail.push(key)
      const child = node.children.get(key)
      const value = object[key]
      if (child !== undefined) this.#value(child, value)
      else this.#unknown(node, key, value)
      trail.pop()
    }
  }

  #value(node: Node, value: unknown): void {
    switch (node.kind) {
      case 'leaf':
        this.#leafValue(node, value)
        return
      case 'object':
        if (node.isEnabled) this.#objectValue(node, value, false)
        return
      case 'alias':
        throw this.#failures.other(this.#trail, `Cannot write to a field alias [${node.name}].`)
      default:
        node satisfies never
    }
  }

  #objectValue(node: ObjectNode, value: unknown, isInList: boolean): void {
    if (value === null) return
    if (Array.isArray(value)) {
      this.#eachItem(value, (item) => this.#objectValue(node, item, true))
      return
    }
    if (typeof value !== 'object' || isRawNumber(value)) {
      this.#noObject(node, isInList)
      return
    }
    const { nested } = node
    if (nested === undefined) {
      this.#members(node, value as Json)
      return
    }
    this.#countNested()
    const outer = this.#scope
    this.#scope = outer.open(nested)
    this.#members(node, value as Json)
    this.#scope.close(nested)
    this.#scope = outer
  }

  #eachItem(list: readonly unknown[], take: (item: unknown) => void): void {
    const trail = this.#trail
    this.#checkDepth()
    for (let place = 0; place < list.length; place++) {
      trail.push(place)
      take(list[place])
      trail.pop()
    }
  }

  #checkDepth(): void {
    if (this.#trail.length <= DEEPEST) return
    const reason = `Depth (${DEEPEST + 1}) exceeds the maximum allowed nesting depth`
    throw this.#failures.other([], reason)
  }

  #countNested(): void {
    const limit = this.#mapping.current.settings.nestedObjectsLimit
    if (++this.#nestedObjects <= limit) return
    throw this.#failures.other(
      this.#trail,
      `The number of nested documents has exceeded the allowed limit of [${limit}]. This limit can be set by changing the [index.mapping.nested_objects.limit] index level setting.`,
    )
  }

  #noObject(node: ObjectNode, isInList: boolean): void {
    if (node.isDynamic) {
      this.#ignored.add(node.name)
      return
    }
    const own = isInList ? 'null' : node.path.at(-1)
    throw this.#failures.other(
      this.#trail,
      `object mapping for [${node.name}] tried to parse field [${own}] as object, but found a concrete value`,
    )
  }

  #leafValue(leaf: LeafNode, value: unknown): void {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      this.#scalar(leaf, value, undefined)
    } else if (value === null) this.#null(leaf)
    else if (Array.isArray(value)) this.#eachItem(value, (item) => this.#leafValue(leaf, item))
    else if (isRawNumber(value)) this.#scalar(leaf, Number(value.rawJSON), value.rawJSON)
    else if (leaf.isFlattened) this.#flattened(leaf, value as Json)
    else this.#malformed(leaf, value, objectForValue(leaf))
  }

  #null(leaf: LeafNode): void {
    const kept = nullValueOf(leaf)
    if (kept !== undefined) this.#scope.add(leaf, kept)
    for (const multi of leaf.multiFields) this.#null(multi)
  }

  #scalar(leaf: LeafNode, value: Scalar, raw: string | undefined): void {
    if (leaf.isFlattened) {
      this.#malformed(leaf, value, valueForObject(value))
      return
    }
    this.#take(leaf, value, raw)
    for (const multi of leaf.multiFields) this.#take(multi, value, raw)
    for (const name of leaf.copies) this.#copy(name, value, raw)
  }

  #take(leaf: LeafNode, value: Scalar, raw: string | undefined): void {
    const kept = leaf.read(value, raw)
    if (kept === undefined) return
    if (kept === TOO_LONG) this.#ignored.add(leaf.field.name)
    else if (kept instanceof Malformed) this.#malformed(leaf, raw ?? value, kept)
    else if (leaf.field.text !== undefined) this.#scope.addText(leaf, String(kept))
    else if (leaf.column !== undefined) {
      this.#scope.add(leaf, kept)
      if (leaf.definition.type === 'constant_keyword') this.#mapping.learn(leaf, kept)
    }
  }

  #copy(name: string, value: Scalar, raw: string | undefined): void {
    const target = this.#tree.leaves.get(name)
    if (target === undefined) {
      this.#copyToUnknown(name, raw === undefined ? value : (JSON.parse(raw) as number))
      return
    }
    const scope = this.#scope
    this.#scope = scope.find(target.field.nestedIn)
    this.#take(target, value, raw)
    for (const multi of target.multiFields) this.#take(multi, value, raw)
    this.#scope = scope
  }

  #copyToUnknown(name: string, value: Scalar): void {
    const found = fieldPath(name)
    if ('wrong' in found) throw this.#failures.refused(this.#trail, illegal(found.wrong))
    this.#discover(this.#tree.root, found.path, value)
  }

  #flattened(leaf: LeafNode, value: Json): void {
    const leaves = flattenedLeaves(value, leaf)
    if (leaves instanceof Malformed) this.#malformed(leaf, value, leaves)
    else {
      if (leaves.isCut) this.#ignored.add(leaf.field.name)
      for (const text of leaves.texts) this.#scope.add(leaf, text)
    }
  }

  #malformed(leaf: LeafNode, value: unknown, cause: Malformed): void {
    if (leaf.isLenient) {
      this.#ignored.add(leaf.field.name)
      return
    }
    const { name, type } = leaf.field
    throw this.#failures.malformed(this.#trail, { name, type }, value, {
      type: cause.type,
      reason: cause.reason,
    })
  }

  #unknown(node: ObjectNode, key: string, value: unknown): void {
    if (node.path.length === 0 && METADATA_NAMES.has(key)) throw this.#metadata(key, value)
    if (node.path.length === 0 && key === '_doc_count') {
      throw this.#failures.refused(this.#trail, illegal('[_doc_count] is not supported'))
    }
    if (key.includes('.') || key.trim() === '') {
      const found = fieldPath(key)
      if ('wrong' in found) {
        throw found.isIllegal
          ? this.#failures.refused(this.#trail, illegal(found.wrong), 'key')
          : this.#failures.badName(this.#trail, found.wrong)
      }
      this.#discover(node, found.path, value)
    } else this.#discover(node, [key], value)
  }

  #metadata(key: string, value: unknown): SearchFailure {
    const reason = `Field [${key}] is a metadata field and cannot be added inside a document. Use the index API request parameters.`
    return this.#failures.malformed(this.#trail, { name: key, type: key }, value, {
      type: 'document_parsing_exception',
      reason,
    })
  }

  /** Follows the parts of a name; what is not there is mapped. */
  #discover(from: ObjectNode, path: readonly string[], value: unknown): void {
    let node = from
    for (const [depth, key] of path.entries()) {
      const isLast = depth === path.length - 1
      const child = node.children.get(key)
      if (child === undefined) {
        this.#new(node, key, isLast ? value : asObject(path.slice(depth + 1), value))
        return
      }
      if (isLast) this.#value(child, value)
      else if (child.kind === 'object') {
        if (!child.isEnabled) return
        // an object of a nested field is made around the rest of the name
        if (child.nested !== undefined) {
          this.#objectValue(child, asObject(path.slice(depth + 1), value), false)
          return
        }
        node = child
      } else {
        this.#value(child, asObject(path.slice(depth + 1), value))
        return
      }
    }
  }

  #new(node: ObjectNode, key: string, value: unknown): void {
    if (node.dynamic === 'false') return
    if (node.dynamic === 'strict') throw this.#failures.strict(this.#trail, key, node.name)
    try {
      this.#mapping.discover([...node.path, key], value)
    } catch (error) {
      if (!(error instanceof SearchFailure)) throw error
      const { type, reason, causedBy } = error.details
      throw this.#failures.refused(this.#trail, causedBy ?? { type, reason })
    }
  }
}

function illegal(reason: string) {
  return { type: 'illegal_argument_exception', reason }
}

/** `value` as it stands in the objects that the rest of a name stands for. */
function asObject(path: readonly string[], value: unknown): Json {
  return path.reduceRight<unknown>(
    (inner, key) => Object.fromEntries([[key, inner]]),
    value,
  ) as Json
}
