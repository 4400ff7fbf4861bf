/** Tells a process of the bench when it is to end: when it is asked to or when its time is up. */
export class UntilEnded {
  #ended: boolean = false

  constructor(mostSeconds: number) {
    const end = () => {
      this.#ended = true
    }
    process.once('SIGTERM', end)
    setTimeout(end, mostSeconds * 1000).unref()
  }

  get ended(): boolean {
    return this.#ended
  }
}
