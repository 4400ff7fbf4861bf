import { fileURLToPath } from 'node:url'
import { Child } from './children.ts'

const SCRIPT = fileURLToPath(new URL('./searcher-process.ts', import.meta.url))
const END_MS = 600_000
const START_MS = 30_000

/** Heavy searches under way at once. */
export const PARALLEL = 8

/** What a process that searches is given. */
export interface SearcherTask {
  readonly url: string
  readonly parallel: number
  readonly mostSeconds: number
}

/** What it did. */
export interface Searched {
  readonly answered: number
  /** Refused with 429 because there was too much to do. */
  readonly shed: number
  readonly failed: number
}

/** Heavy searches, always so many at once, until they are stopped. */
export class Searchers {
  readonly #child: Child

  private constructor(child: Child) {
    this.#child = child
  }

  /** Resolves when the first searches are sent. */
  static async start(url: string): Promise<Searchers> {
    const task: SearcherTask = { url, parallel: PARALLEL, mostSeconds: END_MS / 1000 }
    const child = new Child({ arguments: [SCRIPT, JSON.stringify(task)] })
    await child.line(START_MS)
    return new Searchers(child)
  }

  async stop(): Promise<Searched> {
    const [line] = (await this.#child.stop()).slice(-1)
    if (line === undefined) throw new Error('the searches ended before they were asked to')
    return JSON.parse(line) as Searched
  }
}
