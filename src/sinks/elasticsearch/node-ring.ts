import type { Clock } from '../../kernel/index.ts'

/** A node that did not answer is left alone for so long, as long as there are others. */
const REST_MS = 10_000

/** Picks the nodes of a cluster in turn and passes over those that did not answer lately. */
export class NodeRing<Node> {
  readonly #nodes: readonly Node[]
  readonly #clock: Clock
  readonly #failedMs = new Map<Node, number>()
  #turn = 0

  /** @param nodes at least one */
  constructor(nodes: readonly Node[], clock: Clock) {
    this.#nodes = nodes
    this.#clock = clock
  }

  /** The nodes in the order in which they are to be tried. */
  order(): readonly Node[] {
    const first = this.#turn++ % this.#nodes.length
    const turned = [...this.#nodes.slice(first), ...this.#nodes.slice(0, first)]
    const nowMs = this.#clock.monotonicMs()
    const rests = (node: Node) => nowMs - (this.#failedMs.get(node) ?? -REST_MS) < REST_MS
    return [...turned.filter((node) => !rests(node)), ...turned.filter(rests)]
  }

  failed(node: Node): void {
    this.#failedMs.set(node, this.#clock.monotonicMs())
  }

  answered(node: Node): void {
    this.#failedMs.delete(node)
  }
}
