import { AppError } from '../../kernel/index.ts'
import { CharacterClasses } from './character-classes.ts'
import { ANYTHING, EMPTY, type ExpressionId, Expressions, NOTHING } from './expressions.ts'
import type { PatternTree } from './pattern-tree.ts'

/** Size up to which states are kept; beyond it they are found anew. */
const MOST_KEPT = 2_000_000

/** State of an automaton after some characters; valid until a new text is begun. */
export type State = number

/** Nothing that could follow fits. */
export const DEAD: State = 0
/** Everything that could follow fits. */
export const CERTAIN: State = 1

const UNKNOWN = -1

/**
 * Tells which texts a pattern fits, in one pass over the text whatever the pattern is. Its states
 * are found when they are first needed.
 */
export class Automaton {
  readonly #tree: PatternTree
  readonly #classes: CharacterClasses
  #expressions!: Expressions
  #first: State = DEAD
  #states!: Map<ExpressionId, State>
  /** By state: what has to follow, whether nothing may, and the next state by class. */
  #following: ExpressionId[] = []
  #accepting: boolean[] = []
  #steps: Int32Array[] = []

  constructor(tree: PatternTree) {
    this.#tree = tree
    this.#classes = new CharacterClasses(tree)
    this.#start()
  }

  /** State before the first character of a text. */
  begin(): State {
    if (this.#isFull()) this.#start()
    return this.#first
  }

  /**
   * State after one more character.
   *
   * @throws AppError SEARCH_TIMEOUT when a single text leads to more states than can be kept
   */
  step(state: State, codePoint: number): State {
    const own = this.#classes.of(codePoint)
    const next = this.#steps[state]![own]!
    return next === UNKNOWN ? this.#find(state, own) : next
  }

  /** Whether the text may end here. */
  accepts(state: State): boolean {
    return this.#accepting[state]!
  }

  #start(): void {
    this.#expressions = new Expressions((ranges) => this.#classes.within(ranges))
    this.#states = new Map()
    this.#following = []
    this.#accepting = []
    this.#steps = []
    for (const fixed of [NOTHING, ANYTHING, EMPTY]) this.#state(fixed)
    this.#first = this.#state(this.#expressions.of(this.#tree))
  }

  #find(state: State, own: number): State {
    // twice the size: what one text needs may come on top of what others did
    if (this.#size() > 2 * MOST_KEPT) throw new AppError('SEARCH_TIMEOUT')
    const next = this.#state(this.#expressions.derivative(this.#following[state]!, own))
    this.#steps[state]![own] = next
    return next
  }

  #state(following: ExpressionId): State {
    const known = this.#states.get(following)
    if (known !== undefined) return known
    const state = this.#following.push(following) - 1
    this.#accepting.push(this.#expressions.fitsEmpty(following))
    this.#steps.push(new Int32Array(this.#classes.count).fill(UNKNOWN))
    this.#states.set(following, state)
    return state
  }

  #isFull(): boolean {
    return this.#size() > MOST_KEPT
  }

  #size(): number {
    return this.#expressions.size + this.#steps.length * this.#classes.count
  }
}
