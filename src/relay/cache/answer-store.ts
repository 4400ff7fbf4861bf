import type { Clock, Config } from '../../kernel/index.ts'
import { ByteBoundedMap } from './byte-bounded-map.ts'
import { type StoredAnswer, storedBytes, withOwnBody } from './stored-answer.ts'

const MEGABYTE = 1024 * 1024

/**
 * The response cache: answers by cache key, each for a time, within `max_mb` of memory. An answer
 * that takes more than a quarter of that is not kept.
 */
export class AnswerStore {
  readonly #answers: ByteBoundedMap<StoredAnswer>

  constructor({ max_mb }: Pick<Config['relay']['cache'], 'max_mb'>, clock: Clock) {
    this.#answers = new ByteBoundedMap(max_mb * MEGABYTE, clock)
  }

  /** Bytes in use, keys and overhead included. */
  get bytes(): number {
    return this.#answers.bytes
  }

  get size(): number {
    return this.#answers.size
  }

  get(key: string): StoredAnswer | undefined {
    return this.#answers.get(key)
  }

  /** Keeps an answer for `ttlMs`; false when it is too large. */
  set(key: string, answer: StoredAnswer, ttlMs: number): boolean {
    return this.#answers.set(key, withOwnBody(answer), storedBytes(key, answer), ttlMs)
  }
}
