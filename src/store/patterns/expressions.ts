import type { CharacterRange, PatternTree } from './pattern-tree.ts'

/** An expression of `Expressions`, by its number; equal expressions have the same. */
export type ExpressionId = number

type Simple =
  | { readonly kind: 'nothing' | 'empty' | 'anything' }
  /** One character of any of these classes. */
  | { readonly kind: 'character'; readonly classes: ReadonlySet<number> }

type Compound =
  | { readonly kind: 'sequence'; readonly first: ExpressionId; readonly rest: ExpressionId }
  | { readonly kind: 'either' | 'both'; readonly parts: readonly ExpressionId[] }
  | { readonly kind: 'not'; readonly part: ExpressionId }
  | {
      readonly kind: 'repeat'
      readonly part: ExpressionId
      readonly min: number
      readonly max: number
    }

type Expression = Simple | Compound

export const NOTHING: ExpressionId = 0
export const EMPTY: ExpressionId = 1
export const ANYTHING: ExpressionId = 2

/**
 * Expressions and their derivatives: what is left to fit after a character. A choice is kept as a
 * set of sequences and every expression once, so that a pattern has few derivatives, and "not" and
 * "both" need no machine of their own. Characters are known by their class: those that no part of
 * the pattern tells apart.
 */
export class Expressions {
  readonly #known = new Map<string, ExpressionId>()
  readonly #expressions: Expression[] = []
  readonly #fitsEmpty: boolean[] = []
  readonly #derivatives = new Map<string, ExpressionId>()
  #size = 0
  readonly #classesIn: (ranges: readonly CharacterRange[]) => ReadonlySet<number>

  constructor(classesIn: (ranges: readonly CharacterRange[]) => ReadonlySet<number>) {
    this.#classesIn = classesIn
    this.#make('nothing', { kind: 'nothing' }, false)
    this.#make('empty', { kind: 'empty' }, true)
    this.#make('anything', { kind: 'anything' }, true)
  }

  /** How much is kept: expressions with their parts, and derivatives. */
  get size(): number {
    return this.#size + this.#derivatives.size
  }

  fitsEmpty(id: ExpressionId): boolean {
    return this.#fitsEmpty[id]!
  }

  of(tree: PatternTree): ExpressionId {
    switch (tree.kind) {
      case 'character':
        return this.#character(this.#classesIn(tree.ranges))
      case 'anything':
        return ANYTHING
      case 'nothing':
        return NOTHING
      case 'sequence':
        return tree.parts.reduceRight((rest, part) => this.#sequence(this.of(part), rest), EMPTY)
      case 'either':
        return this.#either(tree.parts.map((part) => this.of(part)))
      case 'both':
        return this.#both(tree.parts.map((part) => this.of(part)))
      case 'not':
        return this.#not(this.of(tree.part))
      case 'repeat':
        return this.#repeat(this.of(tree.part), tree.min, tree.max)
      default:
        return tree satisfies never
    }
  }

  /** What has to follow a character of the class. */
  derivative(id: ExpressionId, own: number): ExpressionId {
    const expression = this.#expressions[id]!
    switch (expression.kind) {
      case 'nothing':
      case 'empty':
        return NOTHING
      case 'anything':
        return ANYTHING
      case 'character':
        return expression.classes.has(own) ? EMPTY : NOTHING
      default:
        return this.#knownDerivative(id, expression, own)
    }
  }

  #knownDerivative(id: ExpressionId, expression: Compound, own: number): ExpressionId {
    const key = `${id} ${own}`
    const known = this.#derivatives.get(key)
    if (known !== undefined) return known
    const made = this.#derive(expression, own)
    this.#derivatives.set(key, made)
    return made
  }

  #derive(expression: Compound, own: number): ExpressionId {
    switch (expression.kind) {
      case 'sequence': {
        const { first, rest } = expression
        const after = this.#sequence(this.derivative(first, own), rest)
        return this.fitsEmpty(first) ? this.#either([after, this.derivative(rest, own)]) : after
      }
      case 'either':
        return this.#either(expression.parts.map((part) => this.derivative(part, own)))
      case 'both':
        return this.#both(expression.parts.map((part) => this.derivative(part, own)))
      case 'not':
        return this.#not(this.derivative(expression.part, own))
      case 'repeat': {
        const { part, min, max } = expression
        const others = this.#repeat(part, Math.max(0, min - 1), max - 1)
        return this.#sequence(this.derivative(part, own), others)
      }
      default:
        return expression satisfies never
    }
  }

  #character(classes: ReadonlySet<number>): ExpressionId {
    if (classes.size === 0) return NOTHING
    const key = `c${[...classes].sort((a, b) => a - b).join()}`
    return this.#make(key, { kind: 'character', classes }, false)
  }

  #sequence(first: ExpressionId, rest: ExpressionId): ExpressionId {
    if (first === NOTHING || rest === NOTHING) return NOTHING
    if (first === EMPTY) return rest
    if (rest === EMPTY || (first === ANYTHING && rest === ANYTHING)) return first
    const head = this.#expressions[first]!
    if (head.kind === 'sequence') {
      return this.#sequence(head.first, this.#sequence(head.rest, rest))
    }
    if (head.kind === 'either') {
      return this.#either(head.parts.map((part) => this.#sequence(part, rest)))
    }
    const fitsEmpty = this.fitsEmpty(first) && this.fitsEmpty(rest)
    return this.#make(`s${first},${rest}`, { kind: 'sequence', first, rest }, fitsEmpty)
  }

  #either(given: readonly ExpressionId[]): ExpressionId {
    const parts = this.#flat('either', given)
    parts.delete(NOTHING)
    if (parts.has(ANYTHING)) return ANYTHING
    if (parts.size <= 1) return parts.values().next().value ?? NOTHING
    return this.#set('either', parts, (id) => this.fitsEmpty(id))
  }

  #both(given: readonly ExpressionId[]): ExpressionId {
    const parts = this.#flat('both', given)
    parts.delete(ANYTHING)
    if (parts.has(NOTHING)) return NOTHING
    if (parts.size <= 1) return parts.values().next().value ?? ANYTHING
    return this.#set('both', parts, (id) => this.fitsEmpty(id))
  }

  #flat(kind: 'either' | 'both', given: readonly ExpressionId[]): Set<ExpressionId> {
    const parts = new Set<ExpressionId>()
    for (const id of given) {
      const expression = this.#expressions[id]!
      if (expression.kind === kind) for (const part of expression.parts) parts.add(part)
      else parts.add(id)
    }
    return parts
  }

  #set(
    kind: 'either' | 'both',
    ids: ReadonlySet<ExpressionId>,
    fitsEmpty: (id: ExpressionId) => boolean,
  ): ExpressionId {
    const parts = [...ids].sort((a, b) => a - b)
    const fits = kind === 'either' ? parts.some(fitsEmpty) : parts.every(fitsEmpty)
    return this.#make(`${kind}${parts.join()}`, { kind, parts }, fits)
  }

  #not(part: ExpressionId): ExpressionId {
    if (part === NOTHING) return ANYTHING
    if (part === ANYTHING) return NOTHING
    const expression = this.#expressions[part]!
    if (expression.kind === 'not') return expression.part
    return this.#make(`n${part}`, { kind: 'not', part }, !this.fitsEmpty(part))
  }

  #repeat(part: ExpressionId, min: number, max: number): ExpressionId {
    if (max === 0 || part === EMPTY) return EMPTY
    if (part === NOTHING) return min === 0 ? EMPTY : NOTHING
    if (part === ANYTHING || (min === 1 && max === 1)) return part
    const isOptional = min === 0 || this.fitsEmpty(part)
    const least = isOptional ? 0 : min
    const key = `r${part},${least},${max}`
    return this.#make(key, { kind: 'repeat', part, min: least, max }, isOptional)
  }

  #make(key: string, expression: Expression, fitsEmpty: boolean): ExpressionId {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const id = this.#expressions.push(expression) - 1
    this.#fitsEmpty.push(fitsEmpty)
    this.#known.set(key, id)
    this.#size += key.length
    return id
  }
}
