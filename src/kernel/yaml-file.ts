import { type Document, isNode, LineCounter, parseDocument } from 'yaml'

/** A YAML text as a value, with the lines its parts stand in. */
export interface YamlText {
  readonly value: unknown
  /**
   * Line, from 1, of what stands at a path of property names and indices, or of the nearest part
   * around it; undefined for a text without parts.
   */
  lineOf(path: readonly PropertyKey[]): number | undefined
}

/**
 * Parses YAML.
 *
 * @throws Error of the parser, whose message names line and column
 */
export function parseYaml(text: string): YamlText {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  const [error] = document.errors
  if (error !== undefined) throw error
  return {
    value: document.toJS(),
    lineOf(path) {
      const offset = offsetOf(document, path)
      return offset === undefined ? undefined : counter.linePos(offset).line
    },
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return undefined
}
