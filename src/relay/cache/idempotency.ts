import type { Clock, Config } from '../../kernel/index.ts'
import { badRequest, type CallerError } from '../caller-error.ts'
import { ByteBoundedMap } from './byte-bounded-map.ts'
import { type StoredAnswer, storedBytes, withOwnBody } from './stored-answer.ts'

const MEGABYTE = 1024 * 1024

const LONGEST_HEADER = 256

/** A caller who repeats a call that is under way is asked to come back after this. */
const RETRY_AFTER_S = 1

/** A call that is over this much longer than any may last has died without a word. */
const GRACE_MS = 60_000

/** The right to make the one call of an `Idempotency-Key`. Only its first word counts. */
export interface IdempotencyClaim {
  /** The call ended with an answer that others who ask the same shall get. */
  finish(answer: StoredAnswer): void
  /** The call came to nothing: the next to ask makes it anew. */
  release(): void
}

export type IdempotencyVerdict =
  | { readonly kind: 'new'; readonly claim: IdempotencyClaim }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | {
      readonly kind: 'in_flight'
      /** Seconds, for `retry-after`. */
      readonly retryAfterS: number
      readonly error: CallerError
    }
  | { readonly kind: 'mismatch' | 'invalid'; readonly error: CallerError }

interface Finished {
  readonly bodyHash: string
  readonly answer: StoredAnswer
}

interface UnderWay {
  readonly bodyHash: string
  readonly diesAtMs: number
}

/**
 * Gives the same answer to the same `Idempotency-Key` of a key, so that a caller who asks again
 * does not pay again. Answers are kept for `ttl_s` within `max_mb` of memory, the least recently
 * used are forgotten first, one over a quarter of it is not kept; calls under way are never
 * forgotten.
 */
export class IdempotencyBook {
  readonly #clock: Clock
  readonly #ttlMs: number
  readonly #longestCallMs: number
  readonly #finished: ByteBoundedMap<Finished>
  /** Oldest first. */
  readonly #underWay = new Map<string, UnderWay>()

  /** `longestCallMs` is the time after which no call can be under way any more. */
  constructor(
    { max_mb, ttl_s }: Config['relay']['idempotency'],
    longestCallMs: number,
    clock: Clock,
  ) {
    this.#clock = clock
    this.#ttlMs = ttl_s * 1_000
    this.#longestCallMs = longestCallMs + GRACE_MS
    this.#finished = new ByteBoundedMap(max_mb * MEGABYTE, clock)
  }

  /** How many calls are under way, and how many bytes the answers take. */
  get use(): { readonly underWay: number; readonly bytes: number } {
    return { underWay: this.#underWay.size, bytes: this.#finished.bytes }
  }

  /**
   * Begins a call of the key `keyId` with the `Idempotency-Key` header. `bodyHash` stands for all
   * that must be the same: endpoint, model and body.
   */
  begin(keyId: string, header: string, bodyHash: string): IdempotencyVerdict {
    if (header === '' || header.length > LONGEST_HEADER) return { kind: 'invalid', error: INVALID }
    this.#forgetDead()
    const id = `${keyId} ${header}`
    const underWay = this.#underWay.get(id)
    const finished = underWay === undefined ? this.#finished.get(id) : undefined
    const known = underWay ?? finished
    if (known !== undefined && known.bodyHash !== bodyHash) {
      return { kind: 'mismatch', error: MISMATCH }
    }
    if (finished !== undefined) return { kind: 'replay', answer: finished.answer }
    if (underWay !== undefined) {
      return { kind: 'in_flight', retryAfterS: RETRY_AFTER_S, error: IN_FLIGHT }
    }
    return { kind: 'new', claim: this.#claim(id, bodyHash) }
  }

  #claim(id: string, bodyHash: string): IdempotencyClaim {
    const call = { bodyHash, diesAtMs: this.#clock.monotonicMs() + this.#longestCallMs }
    this.#underWay.set(id, call)
    const end = () => {
      // one that was taken for dead meanwhile has no say any more: another call may be under way
      if (this.#underWay.get(id) !== call) return false
      return this.#underWay.delete(id)
    }
    return {
      release: () => void end(),
      finish: (answer) => {
        if (!end()) return
        const kept = { bodyHash, answer: withOwnBody(answer) }
        this.#finished.set(id, kept, storedBytes(id + bodyHash, answer), this.#ttlMs)
      },
    }
  }

  #forgetDead(): void {
    const nowMs = this.#clock.monotonicMs()
    for (const [id, { diesAtMs }] of this.#underWay) {
      if (diesAtMs > nowMs) return
      this.#underWay.delete(id)
    }
  }
}

const INVALID = badRequest(
  400,
  'invalid_idempotency_key',
  `the header idempotency-key must have 1 to ${LONGEST_HEADER} characters`,
  'idempotency-key',
)

const MISMATCH = badRequest(
  422,
  'idempotency_mismatch',
  'this idempotency-key was used for another request: send a new one with each new request',
  'idempotency-key',
)

const IN_FLIGHT: CallerError = {
  status: 409,
  message: 'a request with this idempotency-key is under way: ask again for its answer',
  type: 'conflict_error',
  code: 'idempotency_in_flight',
  retry: true,
}
