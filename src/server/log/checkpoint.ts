import type { Cursor } from '../../journal/index.ts'

/** A cursor decides what is read again after a restart and what the journal may delete. */
const EVERY_MS = 1000

/**
 * Moves a cursor after a position whose records are on disk, about once a second: the day files
 * know their own positions, so a cursor that lags behind costs a little reading and nothing else.
 */
export class Checkpoint {
  readonly #cursor: Cursor
  #reached: number
  #savedMs = performance.now()

  constructor(cursor: Cursor) {
    this.#cursor = cursor
    this.#reached = cursor.position
  }

  /** Everything before `position` is on disk. */
  async reached(position: number): Promise<void> {
    this.#reached = position
    if (performance.now() - this.#savedMs >= EVERY_MS) await this.save()
  }

  /** Moves the cursor now. */
  async save(): Promise<void> {
    this.#savedMs = performance.now()
    if (this.#reached > this.#cursor.position) await this.#cursor.advance(this.#reached)
  }
}
