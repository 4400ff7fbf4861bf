import { setTimeout as sleep } from 'node:timers/promises'
import type { Intake } from '../../elastic/index.ts'
import type { Clock } from '../../kernel/index.ts'
import type { IncomingDocument } from '../../record/index.ts'

interface Waiting {
  readonly position: number
  readonly untilMs: number
  readonly resolve: () => void
}

export interface RemoteIntakeOptions {
  readonly append: (documents: readonly IncomingDocument[]) => Promise<number>
  /** Position in the journal before which the cluster has everything. */
  readonly written: () => Promise<number>
  readonly clock: Clock
}

const LOOK_MS = 50

/**
 * A cluster may be away for hours: who waits for it gives up after this time, so that what waits
 * does not pile up. The documents are in the journal and will get there.
 */
const LONGEST_WAIT_MS = 5_000

/** Writes documents into the journal, from which they are sent to the cluster. */
export class RemoteIntake implements Intake {
  readonly #options: RemoteIntakeOptions
  #waiting: readonly Waiting[] = []

  constructor(options: RemoteIntakeOptions) {
    this.#options = options
  }

  append(documents: readonly IncomingDocument[]): Promise<number> {
    return this.#options.append(documents)
  }

  /** Resolves once the cluster has everything before the position, or after a while. */
  visible(position: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const untilMs = this.#options.clock.monotonicMs() + LONGEST_WAIT_MS
    const isFirst = this.#waiting.length === 0
    this.#waiting = [...this.#waiting, { position, untilMs, resolve }]
    if (isFirst) void this.#look()
    return promise
  }

  /** What was written before is looked up in the cluster, as far as it has come. */
  async ready(): Promise<void> {
    await Promise.resolve()
  }

  async #look(): Promise<void> {
    while (this.#waiting.length > 0) {
      await sleep(LOOK_MS)
      const written = await this.#options.written().catch(() => 0)
      const nowMs = this.#options.clock.monotonicMs()
      const isOver = ({ position, untilMs }: Waiting) => position <= written || untilMs <= nowMs
      const over = this.#waiting.filter(isOver)
      this.#waiting = this.#waiting.filter((each) => !isOver(each))
      for (const { resolve } of over) resolve()
    }
  }
}
