import { setTimeout as sleep } from 'node:timers/promises'
import type { Intake } from '../elastic/index.ts'
import type { Journal } from '../journal/index.ts'
import { encodeEntry, type IncomingDocument } from '../record/index.ts'

interface Waiting {
  readonly position: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** A document is to be found soon after it was written; asking the store costs next to nothing. */
const LOOK_MS = 20

/** Writes documents that clients send into the intake journal, from which the store takes them. */
export class JournalIntake implements Intake {
  readonly #journal: Journal
  readonly #stored: () => Promise<number>
  readonly #endAtStart: number
  #waiting: readonly Waiting[] = []

  /** `stored` tells the position in the journal before which everything can be found. */
  constructor(journal: Journal, stored: () => Promise<number>) {
    this.#journal = journal
    this.#stored = stored
    this.#endAtStart = journal.status().end
  }

  async append(documents: readonly IncomingDocument[]): Promise<number> {
    const [first, ...rest] = documents
      .map((document) => encodeEntry('document', JSON.stringify(document)))
      // the largest first: when it is refused for its size, nothing has been written yet
      .sort((a, b) => b.length - a.length)
    if (first === undefined) return this.#journal.status().end
    this.#journal.write(first)
    // what follows may use the reserve, so that the size limit does not cut a request in two
    for (const entry of rest) this.#journal.write(entry, { reserve: true })
    const { end } = this.#journal.status()
    await this.#journal.sync()
    return end
  }

  visible(position: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const isFirst = this.#waiting.length === 0
    this.#waiting = [...this.#waiting, { position, resolve, reject }]
    if (isFirst) void this.#look()
    return promise
  }

  ready(): Promise<void> {
    return this.visible(this.#endAtStart)
  }

  /** One look answers everybody who waits. */
  async #look(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const stored = await this.#stored()
        const seen = this.#waiting.filter(({ position }) => position <= stored)
        this.#waiting = this.#waiting.filter(({ position }) => position > stored)
        for (const { resolve } of seen) resolve()
        if (this.#waiting.length > 0) await sleep(LOOK_MS)
      }
    } catch (error) {
      const failed = this.#waiting
      this.#waiting = []
      for (const { reject } of failed) reject(error)
    }
  }
}
