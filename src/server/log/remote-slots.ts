/** Lets so many works run at once; the next waits for one to end. */
export class RemoteSlots {
  readonly #most: number
  #running = new Set<Promise<void>>()

  constructor(most: number) {
    this.#most = most
  }

  /** Begins `work` once there is room for it; resolves then, not at its end. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running)
    const running = work().finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves once all have ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running)
  }
}
