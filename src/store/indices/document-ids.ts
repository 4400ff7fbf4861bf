import { randomBytes } from 'node:crypto'

const TIME_BYTES = 6
const COUNT_BYTES = 3
const CHANCE_BYTES = 6
const COUNTS = 2 ** (COUNT_BYTES * 8)

/**
 * Makes ids of documents: 20 URL-safe characters. They begin with the time, so that those made one
 * after the other lie side by side on disk.
 */
export class DocumentIds {
  readonly #bytes = Buffer.alloc(TIME_BYTES + COUNT_BYTES + CHANCE_BYTES)
  #count = 0

  constructor() {
    // Unlike any other process's ids; within this one the count tells them apart.
    randomBytes(CHANCE_BYTES).copy(this.#bytes, TIME_BYTES + COUNT_BYTES)
  }

  next(nowMs: number): string {
    this.#bytes.writeUIntBE(Math.max(0, Math.trunc(nowMs)), 0, TIME_BYTES)
    this.#bytes.writeUIntBE(this.#count, TIME_BYTES, COUNT_BYTES)
    this.#count = (this.#count + 1) % COUNTS
    return this.#bytes.toString('base64url')
  }
}

/** Makes the id of an index: 22 URL-safe characters. */
export function newUuid(): string {
  return randomBytes(16).toString('base64url')
}
