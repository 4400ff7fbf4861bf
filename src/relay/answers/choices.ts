import { type JsonObject, objectOf, textOf } from './json-object.ts'

/** One of the answers that a model gives at the same time. */
export interface Choice {
  finishReason: string | undefined
  /** Adds what a chunk brings; tells whether the model says something in it. */
  add(part: JsonObject): boolean
}

/** A provider may number its choices as it likes; more than this are not kept. */
const MOST_CHOICES = 256

/** The choices of a streamed answer by their index, and how far they have come. */
export class Choices<C extends Choice> {
  readonly #create: () => C
  readonly #reasonName: 'finish_reason' | 'finishReason'
  readonly #byIndex = new Map<number, C>()
  #open = 0
  finishReason: string | undefined

  /** `reasonName` is what the protocol calls the reason why a choice has ended. */
  constructor(create: () => C, reasonName: 'finish_reason' | 'finishReason') {
    this.#create = create
    this.#reasonName = reasonName
  }

  /** Whether all choices that have begun have ended. */
  get complete(): boolean {
    return this.#open === 0 && this.#byIndex.size > 0
  }

  /** Takes the choices of a chunk; tells whether one of them says something or ends. */
  add(parts: readonly unknown[]): boolean {
    let said = false
    for (const value of parts) {
      const part = objectOf(value)
      const choice = part && this.#choice(typeof part.index === 'number' ? part.index : 0)
      if (part === undefined || choice === undefined) continue
      if (choice.add(part)) said = true
      const reason = textOf(part[this.#reasonName])
      if (reason === undefined) continue
      if (choice.finishReason === undefined) this.#open--
      choice.finishReason = reason
      this.finishReason = reason
      said = true
    }
    return said
  }

  /** Index and choice, in the order of the index. */
  sorted(): readonly (readonly [number, C])[] {
    return [...this.#byIndex].sort(([one], [other]) => one - other)
  }

  #choice(index: number): C | undefined {
    const known = this.#byIndex.get(index)
    if (known !== undefined || this.#byIndex.size >= MOST_CHOICES) return known
    const choice = this.#create()
    this.#byIndex.set(index, choice)
    this.#open++
    return choice
  }
}
