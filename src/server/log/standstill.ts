import type { Remote } from '../../kernel/index.ts'
import type { ColumnsService } from './columns-service.ts'
import type { TextService } from './text-service.ts'
import { Turns } from './turns.ts'

/**
 * Brings both engines to the same position of every journal and keeps them there for a moment:
 * what is done meanwhile to a day is done to the same records in both. The journals are
 * written as ever.
 */
export class Standstill {
  readonly #text: Pick<Remote<TextService>, 'hold' | 'resume'>
  readonly #columns: Pick<Remote<ColumnsService>, 'reach'>
  readonly #turns = new Turns()

  constructor(
    text: Pick<Remote<TextService>, 'hold' | 'resume'>,
    columns: Pick<Remote<ColumnsService>, 'reach'>,
  ) {
    this.#text = text
    this.#columns = columns
  }

  /** Runs `work`; the positions are those of the journals, in the order of the settings. */
  during<T>(work: (positions: readonly number[]) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      try {
        const positions = await this.#text.hold()
        await this.#columns.reach(positions)
        return await work(positions)
      } finally {
        await this.#text.resume()
      }
    })
  }
}
