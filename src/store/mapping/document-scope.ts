import type { Analysis } from '../analysis/analysis.ts'
import type { LeafNode, NestedNode } from './document-tree.ts'
import type { TextField } from './mapped-field.ts'
import { type NestedObject, tokenText } from './nested-text.ts'
import type { Scalar } from './values/value-reader.ts'

/** Values of a document, or of one of its nested objects. */
export class Scope {
  readonly values = new Map<LeafNode, Scalar[]>()
  readonly texts = new Map<LeafNode, string[]>()
  readonly nested = new Map<NestedNode, Scope[]>()
  /** Full name of the nested field that it is an object of. */
  readonly name: string | undefined
  readonly parent: Scope | undefined

  constructor(name?: string, parent?: Scope) {
    this.name = name
    this.parent = parent
  }

  add(leaf: LeafNode, value: Scalar): void {
    const list = this.values.get(leaf)
    if (list === undefined) this.values.set(leaf, [value])
    else list.push(value)
  }

  addText(leaf: LeafNode, text: string): void {
    const list = this.texts.get(leaf)
    if (list === undefined) this.texts.set(leaf, [text])
    else list.push(text)
  }

  /** Begins an object of a nested field. */
  open(node: NestedNode): Scope {
    const scope = new Scope(node.name, this)
    const list = this.nested.get(node)
    if (list === undefined) this.nested.set(node, [scope])
    else list.push(scope)
    return scope
  }

  /** Puts the values of a nested object into the ones around it that want them too. */
  close(node: NestedNode): void {
    if (node.includeInParent) this.parent?.take(this)
    if (!node.includeInRoot) return
    let root: Scope = this
    while (root.parent !== undefined) root = root.parent
    if (!node.includeInParent || root !== this.parent) root.take(this)
  }

  take({ values, texts }: Scope): void {
    for (const [leaf, list] of values) for (const value of list) this.add(leaf, value)
    for (const [leaf, list] of texts) for (const text of list) this.addText(leaf, text)
  }

  /** The scope around it that holds the values of fields in the nested field `name`. */
  find(name: string | undefined): Scope {
    let scope: Scope = this
    while (scope.name !== name && scope.parent !== undefined) scope = scope.parent
    return scope
  }
}

/** Texts of a field of a document, for the word index. */
export interface FieldTexts {
  readonly field: TextField
  readonly texts: readonly string[]
}

export function textsOf(root: Scope): readonly FieldTexts[] {
  const found: FieldTexts[] = []
  for (const [{ field }, texts] of root.texts) {
    if (field.text !== undefined) found.push({ field: field.text, texts })
  }
  return found
}

/** Values by column. */
export function columnsOf(
  root: Scope,
  analysis: Analysis,
): Readonly<Record<string, readonly Scalar[]>> {
  const columns: Record<string, readonly Scalar[]> = {}
  for (const [{ column }, list] of root.values) if (column !== undefined) columns[column] = list
  if (root.nested.size > 0) addNested(root, analysis, columns)
  return columns
}

function addNested(
  root: Scope,
  analysis: Analysis,
  columns: Record<string, readonly Scalar[]>,
): void {
  const objects = new Map<NestedNode, NestedObject[]>()
  const collect = (scope: Scope): NestedObject => {
    const entries: [string, NestedObject[string]][] = []
    for (const [{ field }, list] of scope.values) entries.push([field.name, list])
    for (const [{ field }, texts] of scope.texts) {
      const analyzer = analysis.analyzer(field.text?.analyzer ?? 'default')
      entries.push([field.name, texts.map((text) => tokenText(analyzer.positions(text)))])
    }
    for (const [node, scopes] of scope.nested) {
      const inner = scopes.map(collect)
      entries.push([node.name, inner])
      objects.set(node, [...(objects.get(node) ?? []), ...inner])
    }
    return Object.fromEntries(entries)
  }
  collect(root)
  for (const [node, list] of objects) columns[node.column] = [JSON.stringify(list)]
}
