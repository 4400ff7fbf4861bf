import { Scope, type ScopeKind } from './scope.ts'

/** Scopes looked at each time one is used: idle ones are forgotten faster than new ones come. */
const LOOKED_AT = 2

/** The scopes of one kind that have been used lately, by id. */
export class ScopeBook {
  readonly #kind: ScopeKind
  readonly #scopes = new Map<string, Scope>()
  #round: Iterator<[string, Scope]>

  constructor(kind: ScopeKind) {
    this.#kind = kind
    this.#round = this.#scopes.entries()
  }

  /** How many are remembered. */
  get size(): number {
    return this.#scopes.size
  }

  /** Finds or makes the scope with these limits; undefined when nothing is limited. */
  find(
    id: string,
    name: string,
    requests: number | undefined,
    tokens: number | undefined,
    concurrent: number | undefined,
    nowMs: number,
  ): Scope | undefined {
    if (requests === undefined && tokens === undefined && concurrent === undefined) {
      return undefined
    }
    this.#forgetIdle(nowMs)
    let scope = this.#scopes.get(id)
    if (scope === undefined) {
      scope = new Scope(this.#kind, name)
      this.#scopes.set(id, scope)
    }
    scope.setLimits(requests, tokens, concurrent, nowMs)
    return scope
  }

  #forgetIdle(nowMs: number): void {
    for (let looked = 0; looked < LOOKED_AT; looked++) {
      const { done, value } = this.#round.next()
      if (done === true) this.#round = this.#scopes.entries()
      else if (value[1].isIdle(nowMs)) this.#scopes.delete(value[0])
    }
  }
}
