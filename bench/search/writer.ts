import { fileURLToPath } from 'node:url'
import { Child } from './children.ts'
import type { Sizes } from './documents.ts'

const SCRIPT = fileURLToPath(new URL('./writer-process.ts', import.meta.url))
const END_MS = 3_600_000
const START_MS = 30_000

/** Records that come in while searches are measured. */
const PER_SECOND = 500

/** What a process that writes is given. */
export interface WriterTask {
  /** All get the same documents. */
  readonly urls: readonly string[]
  readonly perSecond: number
  readonly sizes: Sizes
  /** Number of the first document. */
  readonly first: number
  readonly mostSeconds: number
}

/** What it did. */
export interface Written {
  /** Sent to each of the addresses and accepted by all of them. */
  readonly records: number
  readonly perSecond: number
  readonly slowestMs: number
  readonly failed: number
}

/** Records of now that come in evenly until it is stopped. */
export class Writer {
  readonly #child: Child

  private constructor(child: Child) {
    this.#child = child
  }

  /** Resolves when the first records are sent. */
  static async start(urls: readonly string[], sizes: Sizes, first: number): Promise<Writer> {
    const mostSeconds = END_MS / 1000
    const task: WriterTask = { urls, perSecond: PER_SECOND, sizes, first, mostSeconds }
    const child = new Child({ arguments: [SCRIPT, JSON.stringify(task)] })
    await child.line(START_MS)
    return new Writer(child)
  }

  async stop(): Promise<Written> {
    const [line] = (await this.#child.stop()).slice(-1)
    if (line === undefined) throw new Error('the writer ended before it was asked to')
    return JSON.parse(line) as Written
  }
}
