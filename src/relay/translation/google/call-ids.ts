interface NamedCall {
  readonly id: string
  readonly name: string
}

interface OpenCalls {
  readonly calls: NamedCall[]
  /** Calls before this place have been answered. */
  place: number
}

/**
 * Numbers function calls, which need no id at Google: a call without one is `call_0` by its place
 * in the conversation, an answer without one belongs to the first open call of that name.
 */
export class CallIds {
  readonly #open = new Map<string, NamedCall>()
  readonly #byName = new Map<string, OpenCalls>()
  readonly #taken = new Set<string>()
  #count = 0

  /** Returns the id of a call; `given` is the caller's own. */
  ofCall(given: string | undefined, name: string): string {
    const id = given === undefined || given === '' ? this.#next() : given
    const call: NamedCall = { id, name }
    this.#count++
    this.#taken.add(id)
    this.#open.set(id, call)
    const named = this.#byName.get(name)
    if (named === undefined) this.#byName.set(name, { calls: [call], place: 0 })
    else named.calls.push(call)
    return id
  }

  /** Returns the call that an answer belongs to; undefined when nothing tells which. */
  ofAnswer(given: string | undefined, name: string | undefined): NamedCall | undefined {
    const id = given === '' ? undefined : given
    const call = id === undefined ? this.#firstOf(name) : this.#open.get(id)
    if (call !== undefined) {
      this.#open.delete(call.id)
      return call
    }
    if (name === undefined || name === '') return undefined
    return { id: id ?? this.ofCall(undefined, name), name }
  }

  #firstOf(name: string | undefined): NamedCall | undefined {
    const named = name === undefined ? undefined : this.#byName.get(name)
    if (named === undefined) return undefined
    for (; named.place < named.calls.length; named.place++) {
      const call = named.calls[named.place]
      if (call !== undefined && this.#open.get(call.id) === call) return call
    }
    return undefined
  }

  #next(): string {
    let id = `call_${this.#count}`
    for (let turn = 1; this.#taken.has(id); turn++) id = `call_${this.#count}_${turn}`
    return id
  }
}
