/** Readers that keep coming are held up once somebody has waited this long to be alone. */
const PATIENCE_MS = 2000

/**
 * Lets readers pass side by side and, between them, one at a time that needs to be alone. It
 * first waits for a moment without readers, then holds new ones up.
 */
export class Gate {
  #readers = 0
  #held: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()
  #whenEmpty: (() => void)[] = []

  /** Runs `work` while nobody is alone. */
  async open<T>(work: () => Promise<T>): Promise<T> {
    while (this.#held !== undefined) await this.#held
    this.#readers++
    try {
      return await work()
    } finally {
      this.#readers--
      if (this.#readers === 0) for (const wake of this.#whenEmpty.splice(0)) wake()
    }
  }

  /** Runs `work` while no reader is inside and nobody else is alone. */
  closed<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#alone(work))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve: release } = Promise.withResolvers<void>()
    const hold = () => {
      this.#held ??= promise
    }
    const impatient = setTimeout(hold, PATIENCE_MS)
    try {
      while (this.#readers > 0) {
        await new Promise<void>((resolve) => this.#whenEmpty.push(resolve))
      }
      hold()
      return await work()
    } finally {
      clearTimeout(impatient)
      this.#held = undefined
      release()
    }
  }
}
