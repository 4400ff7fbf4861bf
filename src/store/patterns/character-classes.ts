import type { CharacterRange, PatternTree } from './pattern-tree.ts'

const ASCII = 128

/** Classes of characters: two are of the same where no part of a pattern tells them apart. */
export class CharacterClasses {
  /** First character of each class, ascending. */
  readonly #starts: readonly number[]
  readonly #ascii = new Uint16Array(ASCII)

  constructor(tree: PatternTree) {
    const starts = new Set([0])
    addBounds(tree, starts)
    this.#starts = [...starts].sort((a, b) => a - b)
    for (let one = 0; one < ASCII; one++) this.#ascii[one] = this.#search(one)
  }

  get count(): number {
    return this.#starts.length
  }

  of(codePoint: number): number {
    return codePoint < ASCII ? this.#ascii[codePoint]! : this.#search(codePoint)
  }

  /** Classes of the characters in the ranges. */
  within(ranges: readonly CharacterRange[]): ReadonlySet<number> {
    const classes = new Set<number>()
    for (const [first, last] of ranges) {
      for (let own = this.of(first); own < this.count && this.#starts[own]! <= last; own++) {
        classes.add(own)
      }
    }
    return classes
  }

  #search(codePoint: number): number {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#starts[middle]! <= codePoint) low = middle
      else high = middle
    }
    return low
  }
}

function addBounds(tree: PatternTree, starts: Set<number>): void {
  switch (tree.kind) {
    case 'character':
      for (const [first, last] of tree.ranges) starts.add(first).add(last + 1)
      return
    case 'sequence':
    case 'either':
    case 'both':
      for (const part of tree.parts) addBounds(part, starts)
      return
    case 'not':
    case 'repeat':
      addBounds(tree.part, starts)
      return
    case 'anything':
    case 'nothing':
      return
    default:
      tree satisfies never
  }
}
