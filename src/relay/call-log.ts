import type { ApiKey, PriceBook, TokenUsage } from '../accounts/index.ts'
import type { Journal } from '../journal/index.ts'
import { type Clock, isAppError, type Logger, messageOf } from '../kernel/index.ts'
import { CALL_TYPE, encodeEntry } from '../record/index.ts'
import {
  type AnswerFacts,
  between,
  type CacheState,
  type CallEnd,
  type CallTimes,
  type LastAttempt,
  NO_ATTEMPT,
  type StoredBodies,
} from './call-end.ts'
import type { Endpoint } from './endpoints.ts'
import { maskSecrets } from './mask.ts'
import type { RelayMetrics } from './metrics.ts'
import { countField, millisecondsField, textField, usdFromNanos } from './record-json.ts'
import type { Route } from './routing/router.ts'
import type { Target } from './routing/target.ts'
import { promptTokens } from './usage/token-sums.ts'

/** What the relay needs of its journal. */
export type CallJournal = Pick<Journal, 'write' | 'status'>

export interface CallLogServices {
  readonly journal: CallJournal
  readonly prices: PriceBook
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: RelayMetrics
  readonly hostName: string
}

/** Longest error message kept. */
const LONGEST_MESSAGE = 2_000

/** Writes the record of one call: opened at most once, closed exactly once. */
export class CallLog {
  readonly #services: CallLogServices
  /** The record's JSON as far as it is known, without the closing brace. */
  #json: string
  #closed: boolean = false
  #openEntry: Buffer | undefined
  route: Route | undefined
  cache: CacheState = 'off'

  constructor(services: CallLogServices, requestId: string, endpoint: Endpoint) {
    this.#services = services
    this.#json =
      `{"@timestamp":${services.clock.nowMs()}` +
      textField('request_id', requestId) +
      textField('type', CALL_TYPE) +
      textField('relay_host', services.hostName) +
      textField('endpoint', endpoint.path) +
      textField('protocol', endpoint.protocol)
  }

  get closed(): boolean {
    return this.#closed
  }

  get openEntry(): Uint8Array | undefined {
    return this.#closed ? undefined : this.#openEntry
  }

  /** Adds members (each with a leading comma) that hold from now on. */
  add(fields: string): void {
    this.#json += fields
  }

  addKey(key: ApiKey): void {
    this.add(keyFields(key))
  }

  /**
   * Writes the admission, before anything is sent to a provider. `target` is called first.
   *
   * @throws AppError JOURNAL_FULL, JOURNAL_UNAVAILABLE, JOURNAL_CLOSED
   */
  open(target: Target): void {
    const entry = encodeEntry('open', `${this.#json}${target.recordFields}}`)
    this.#services.journal.write(entry)
    this.#openEntry = entry
  }

  /** Writes the end of the call; the first one counts. Returns the cost in nano-USD if known. */
  close(end: CallEnd, times: CallTimes, attempt: LastAttempt = NO_ATTEMPT): number | undefined {
    if (this.#closed) return undefined
    const { clock, metrics } = this.#services
    const endMs = clock.monotonicMs()
    const cost = this.#cost(end.facts, attempt.target)
    const json =
      this.#json +
      targetFields(attempt, this.route, this.cache) +
      endFields(end, times, attempt, endMs) +
      costFields(end, cost, this.#services)
    this.#write(json, end.bodies)
    this.#closed = true
    metrics.callClosed(this.route, attempt, end, times, endMs, cost)
    return cost
  }

  #cost(facts: AnswerFacts | undefined, target: Target | undefined): number | undefined {
    if (facts?.usage === undefined || target === undefined) return undefined
    const { prices } = this.#services
    const { usage, responseModel } = facts
    const cost = prices.costOfCall(target.priceNames, usage)
    if (cost !== undefined || responseModel === undefined) return cost
    return prices.costOfCall({ ...target.priceNames, models: [responseModel] }, usage)
  }

  #write(json: string, bodies: StoredBodies): void {
    const { journal, logger } = this.#services
    try {
      const status = textField('body_status', bodies.status)
      const entry = encodeEntry('close', `${json}${status}}`, bodies.request, bodies.response)
      journal.write(entry, { reserve: true })
    } catch (error) {
      if (isAppError(error, 'JOURNAL_RECORD_TOO_LARGE') && bodies.status !== 'off') {
        this.#write(json, { status: 'off' })
        return
      }
      // the answer exists and is the caller's: a broken disk must not take it away
      logger.error({ record: `${json}}`, error: messageOf(error) }, 'record of a call was not kept')
    }
  }
}

/** A key's members are the same in all its records. */
const keyFieldsOf = new WeakMap<ApiKey, string>()

function keyFields(key: ApiKey): string {
  let fields = keyFieldsOf.get(key)
  if (fields === undefined) {
    fields =
      textField('key_id', key.id) + textField('key_name', key.name) + textField('team', key.team)
    keyFieldsOf.set(key, fields)
  }
  return fields
}

function targetFields(
  { target, fallback }: LastAttempt,
  route: Route | undefined,
  cache: CacheState,
): string {
  if (target === undefined) return route === undefined ? '' : textField('cache', cache)
  return target.recordFields + textField('cache', cache) + (fallback ? ',"fallback":true' : '')
}

/** Messages repeat what was sent, and that may be a key in the wrong place. */
function shownMessage(message: string): string {
  return maskSecrets(message, []).slice(0, LONGEST_MESSAGE)
}

function endFields(
  end: CallEnd,
  { admittedMs, bodyReadMs, dispatchedMs }: CallTimes,
  { times, count, fields }: LastAttempt,
  endMs: number,
): string {
  const firstByteMs = times?.firstByteMs
  return (
    countField('status_code', end.status) +
    textField('outcome', end.outcome) +
    textField('error_type', end.errorType) +
    textField('error_message', end.errorMessage && shownMessage(end.errorMessage)) +
    countField('attempt_count', count) +
    fields +
    textField('response_model', end.facts?.responseModel) +
    textField('finish_reason', end.facts?.finishReason) +
    textField('upstream_region', end.region) +
    millisecondsField('latency_ms', endMs - admittedMs) +
    millisecondsField('overhead_ms', between(bodyReadMs, dispatchedMs)) +
    millisecondsField('connect_ms', between(times?.dispatchedMs, times?.connectedMs)) +
    millisecondsField('first_byte_ms', between(admittedMs, firstByteMs)) +
    millisecondsField('stream_ms', between(firstByteMs, endMs)) +
    countField('request_bytes', end.requestBytes) +
    countField('response_bytes', end.responseBytes)
  )
}

function costFields(
  { facts, savedNanoUsd }: CallEnd,
  costNanoUsd: number | undefined,
  { prices }: CallLogServices,
): string {
  if (savedNanoUsd !== undefined) {
    return `,"cost_usd":0,"cost_saved_usd":${usdFromNanos(savedNanoUsd)}${textField('cost_status', 'none')}`
  }
  if (facts?.usage === undefined) return textField('cost_status', 'none')
  const cost =
    costNanoUsd === undefined
      ? textField('cost_status', 'unpriced')
      : `,"cost_usd":${usdFromNanos(costNanoUsd)}${textField('cost_status', 'priced')}`
  const estimated = facts.usageEstimated ? ',"usage_estimated":true' : ''
  return tokenFields(facts.usage) + estimated + cost + textField('price_version', prices.version)
}

function tokenFields(usage: TokenUsage): string {
  const output = usage.output_tokens ?? 0
  const prompt = promptTokens(usage)
  return (
    countField('input_tokens', usage.input_tokens) +
    countField('cache_read_tokens', usage.cache_read_tokens) +
    countField('cache_write_5m_tokens', usage.cache_write_5m_tokens) +
    countField('cache_write_1h_tokens', usage.cache_write_1h_tokens) +
    countField('output_tokens', usage.output_tokens) +
    countField('reasoning_tokens', usage.reasoning_tokens) +
    countField('audio_input_tokens', usage.audio_input_tokens) +
    countField('audio_output_tokens', usage.audio_output_tokens) +
    countField('prompt_tokens', prompt) +
    countField('completion_tokens', output) +
    countField('tokens_used', prompt + output)
  )
}
