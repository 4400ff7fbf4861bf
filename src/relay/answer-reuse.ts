import { isDeepStrictEqual } from 'node:util'
import type { ApiKey } from '../accounts/index.ts'
import type { Clock, Config } from '../kernel/index.ts'
import type { Outcome } from '../record/index.ts'
import type { AnswerSummary, AnswerTap } from './answer-tap.ts'
import { AnswerRecorder } from './cache/answer-recorder.ts'
import { AnswerStore } from './cache/answer-store.ts'
import { cacheKey } from './cache/cache-key.ts'
import { type CacheRule, cacheRule, keepsState } from './cache/cache-rule.ts'
import { IdempotencyBook, type IdempotencyClaim } from './cache/idempotency.ts'
import type { StoredAnswer } from './cache/stored-answer.ts'
import type { CacheState } from './call-end.ts'
import type { CallerError } from './caller-error.ts'
import type { AskedCall } from './exchange.ts'
import type { Route } from './routing/router.ts'

/** What is to be done with a call, as far as earlier answers go. */
export type Reuse =
  | {
      readonly kind: 'call'
      readonly cache: CacheState
      /** Keeps a copy of the answer; undefined when nobody wants one. */
      readonly tap: AnswerTap | undefined
    }
  | {
      readonly kind: 'stored'
      readonly answer: StoredAnswer
      readonly cache: Extract<CacheState, 'hit' | 'idempotent'>
    }
  | {
      readonly kind: 'refuse'
      readonly outcome: Outcome
      readonly error: CallerError
      /** Names and values in turn. */
      readonly headers: readonly string[]
    }

type Settings = Pick<Config['relay'], 'cache' | 'idempotency' | 'timeouts'>

const MEGABYTE = 1024 * 1024

const JUST_CALL: Reuse = { kind: 'call', cache: 'off', tap: undefined }

/** Gives answers again: to the same question of the same team, and to a request that is repeated. */
export class AnswerReuse {
  readonly #clock: Clock
  #settings: Settings
  #answers: AnswerStore
  #book: IdempotencyBook

  constructor(settings: Settings, clock: Clock) {
    this.#clock = clock
    this.#settings = settings
    this.#answers = new AnswerStore(settings.cache, clock)
    this.#book = createBook(settings, clock)
  }

  /** Takes other settings; a bound that has changed empties what it bounds. */
  reload(settings: Settings): void {
    const { cache, idempotency } = this.#settings
    if (cache.max_mb !== settings.cache.max_mb) {
      this.#answers = new AnswerStore(settings.cache, this.#clock)
    }
    if (!isDeepStrictEqual(idempotency, settings.idempotency)) {
      this.#book = createBook(settings, this.#clock)
    }
    this.#settings = settings
  }

  find(key: ApiKey, asked: AskedCall, { settings }: Route): Reuse {
    const { caller, address, request } = asked
    const { idempotencyKey, cache } = caller
    if (idempotencyKey === undefined && cache === undefined && settings.cache === undefined) {
      return JUST_CALL
    }
    const { operation } = address.endpoint
    const ruled = cacheRule(operation, settings.cache, cache, this.#settings.cache)
    if (!ruled.ok) return refuse(ruled.error, [])
    const body = request.parsed()
    const rule = body !== undefined && keepsState(body) ? NO_CACHE : ruled.rule
    return this.#find(key, asked, rule)
  }

  #find(key: ApiKey, asked: AskedCall, rule: CacheRule): Reuse {
    const { idempotencyKey } = asked.caller
    let claim: IdempotencyClaim | undefined
    if (idempotencyKey !== undefined) {
      const begun = this.#book.begin(key.id, idempotencyKey, keyOf('', asked))
      if (begun.kind === 'replay') {
        return { kind: 'stored', answer: begun.answer, cache: 'idempotent' }
      }
      if (begun.kind === 'in_flight') {
        return refuse(begun.error, ['retry-after', String(begun.retryAfterS)])
      }
      if (begun.kind !== 'new') return refuse(begun.error, [])
      claim = begun.claim
    }
    const isCached = rule.read || rule.write
    const storeKey = isCached ? keyOf(key.team ?? key.id, asked) : ''
    const answer = rule.read ? this.#answers.get(storeKey) : undefined
    if (answer !== undefined) {
      claim?.finish(answer)
      return { kind: 'stored', answer, cache: 'hit' }
    }
    if (claim === undefined && !rule.write) return JUST_CALL
    const { cache, idempotency } = this.#settings
    const largest = Math.max(rule.write ? cache.max_mb : 0, claim ? idempotency.max_mb : 0) / 4
    const tap = new RecordingTap(largest * MEGABYTE, claim, (stored) => {
      if (rule.write) this.#answers.set(storeKey, stored, rule.ttlMs)
    })
    return { kind: 'call', cache: isCached ? 'miss' : 'off', tap }
  }
}

function createBook({ idempotency, timeouts }: Settings, clock: Clock): IdempotencyBook {
  return new IdempotencyBook(idempotency, timeouts.total_ms, clock)
}

const NO_CACHE: CacheRule = { read: false, write: false, ttlMs: 0 }

function refuse(error: CallerError, headers: readonly string[]): Reuse {
  return { kind: 'refuse', outcome: 'bad_request', error, headers }
}

/** What decides about an answer beside the request itself. */
function keyOf(tenant: string, { address, request, caller, query, asEvents }: AskedCall): string {
  const betas = caller.forwarded.filter(
    (_, place, all) => place % 2 === 1 && /-beta$/i.test(all[place - 1] ?? ''),
  )
  const variant = [request.stream, asEvents, query, ...betas].join('\n')
  const body = request.parsed() ?? request.body
  return cacheKey(tenant, address.endpoint.path, request.model, body, variant)
}

/** Collects one answer; what the caller was sent whole goes to those who want it. */
class RecordingTap implements AnswerTap {
  readonly #recorder: AnswerRecorder
  readonly #claim: IdempotencyClaim | undefined
  readonly #keep: (answer: StoredAnswer) => void

  constructor(
    maxBytes: number,
    claim: IdempotencyClaim | undefined,
    keep: (answer: StoredAnswer) => void,
  ) {
    this.#recorder = new AnswerRecorder(maxBytes)
    this.#claim = claim
    this.#keep = keep
  }

  add(piece: Buffer): void {
    this.#recorder.add(piece)
  }

  finish({ target, costNanoUsd, responseModel, finishReason, ...summary }: AnswerSummary): void {
    this.#recorder.end()
    const body = this.#recorder.body()
    if (body === undefined) {
      this.abandon()
      return
    }
    const answer: StoredAnswer = {
      ...summary,
      body,
      provider: target.upstream.name,
      target: target.name,
      ...(costNanoUsd !== undefined && { costNanoUsd }),
      ...(responseModel !== undefined && { responseModel }),
      ...(finishReason !== undefined && { finishReason }),
    }
    this.#claim?.finish(answer)
    this.#keep(answer)
  }

  abandon(): void {
    this.#claim?.release()
  }
}
