import { messageOf } from '../kernel/index.ts'
import type { AdmittedCall } from './admitted-call.ts'
import type { AnswerSummary } from './answer-tap.ts'
import { attemptsField } from './attempts-field.ts'
import type { AnswerFacts, CallEnd } from './call-end.ts'
import { type CallerError, INTERNAL } from './caller-error.ts'
import { maskSecrets } from './mask.ts'
import type { ProviderRun } from './provider-run.ts'
import type { RelayServices } from './relay-services.ts'
import { type AnsweredBy, answerHeaders } from './reply.ts'
import { singleHeader } from './routing/attempt.ts'
import { callerErrorOf, isTimeout } from './routing/failure.ts'
import { abandonedFacts, streamFacts } from './run-facts.ts'
import type { RunAnswer, RunFailure } from './run-result.ts'
import { bodiesToStore } from './stored-bodies.ts'
import { LIST_TYPE } from './stream-list.ts'
import { promptAndAnswerTokens } from './usage/token-sums.ts'

/** Status of a call whose caller did not wait for the answer. */
const CALLER_LEFT = 499

type End = Pick<CallEnd, 'outcome' | 'status' | 'facts' | 'errorType' | 'errorMessage'>

/**
 * The answer of one call on its way to the caller, and the end of its record: closed exactly
 * once, before the last byte. A caller who has left is sent nothing.
 */
export class Delivery {
  readonly #services: RelayServices
  readonly #call: AdmittedCall
  readonly #runs: readonly ProviderRun[]
  /** Bytes of the answer as the caller gets it. */
  #answerBytes = 0
  callerGone: boolean = false

  /** `runs` are the call's attempts, to which further ones are added. */
  constructor(services: RelayServices, call: AdmittedCall, runs: readonly ProviderRun[]) {
    this.#services = services
    this.#call = call
    this.#runs = runs
  }

  get closed(): boolean {
    return this.#call.log.closed
  }

  /** Sends a piece of a stream; false asks to wait until the caller has read. */
  send(run: ProviderRun, piece: Buffer | undefined, last: boolean): boolean {
    const { reply, tap, asked } = this.#call
    this.#answerBytes += piece?.length ?? 0
    if (piece !== undefined) tap?.add(piece)
    if (last) {
      this.#close(
        { outcome: 'ok', status: run.status, facts: streamFacts(run, asked.request) },
        run,
      )
    }
    if (this.callerGone) return true
    if (!reply.started) {
      const headers = answerHeaders(run.headers, this.#by(run), this.#call.times)
      if (!asked.asEvents) headers[1] = LIST_TYPE
      reply.startStream(run.status, headers)
    }
    if (last) reply.end(piece)
    return last || piece === undefined || reply.write(piece)
  }

  /** Sends an answer that is not streamed. */
  sendWhole(run: ProviderRun, { body, contentType, facts }: RunAnswer): void {
    this.#answerBytes = body.length
    this.#call.tap?.add(body)
    const whole = { ...facts, usageEstimated: false }
    const end: End = { outcome: 'ok', status: run.status, facts: whole }
    const costNanoUsd = this.#close(end, run, contentType.includes('json') ? body : undefined)
    if (this.callerGone) return
    const endMs = this.#services.clock.monotonicMs()
    const headers = answerHeaders(run.headers, this.#by(run), this.#call.times, {
      endMs,
      costNanoUsd,
      contentType,
    })
    this.#call.reply.sendWhole(run.status, headers, body)
  }

  /** Ends a call with the failure of its last attempt; nothing was sent to the caller yet. */
  fail(run: ProviderRun, failure: RunFailure): void {
    if (failure.kind === 'refused') this.#sendRefusal(run, failure.error)
    else {
      const { end, error } = this.#broken(run, failure)
      this.#close({ ...end, status: error.status }, run, failure.said)
      if (this.callerGone) return
      const whole = {
        endMs: this.#services.clock.monotonicMs(),
        costNanoUsd: undefined,
        contentType: 'application/json',
      }
      const headers = answerHeaders({}, this.#by(run), this.#call.times, whole)
      // another relay, or this one started anew, may well answer
      const retry = failure.failure.kind === 'relay_shutdown'
      this.#call.reply.sendError({ ...error, retry }, headers)
    }
  }

  /** Ends an answer that the caller has seen the beginning of. */
  breakOff(run: ProviderRun, failure: RunFailure): void {
    const facts = streamFacts(run, this.#call.asked.request)
    const { status } = run
    if (failure.kind === 'refused') {
      const { type, message, asCallerError } = failure.error
      const end: End = { outcome: 'upstream_error', status, errorType: type, errorMessage: message }
      this.#close({ ...end, facts }, run)
      if (run.stream?.errorPassedOn === true) this.#call.reply.end()
      else this.#call.reply.endWithError(asCallerError)
    } else {
      const { end, error } = this.#broken(run, failure)
      this.#close({ ...end, status, facts }, run)
      this.#call.reply.endWithError(error)
    }
  }

  /**
   * Closes the record of a caller who has left, with an estimate where a provider was called.
   * `run` is the attempt that was under way, if one was.
   */
  giveUp(run: ProviderRun | undefined): void {
    const { request } = this.#call.asked
    // an error costs nothing, and neither does what was never sent
    const unpaid = run?.times.connectedMs === undefined || run.status >= 400
    const facts = run && (unpaid ? streamFacts : abandonedFacts)(run, request)
    const last = run ?? this.#runs.at(-1)
    this.#close({ outcome: 'client_closed', status: CALLER_LEFT, facts }, last)
  }

  /** Ends a call that no provider was called for. */
  refuse(error: CallerError, headers: readonly string[]): void {
    const { status, message, code } = error
    const ours = code === 'relay_shutdown'
    const outcome = ours ? 'relay_error' : status === 400 ? 'bad_request' : 'upstream_error'
    this.#close({ outcome, status, errorType: code, errorMessage: message }, this.#runs.at(-1))
    if (!this.callerGone) this.#call.reply.sendError(error, headers)
  }

  /** Ends a call on which the relay itself has failed, whatever of it has been done already. */
  abort(run: ProviderRun | undefined, cause: unknown): void {
    const { reply } = this.#call
    const { message } = INTERNAL
    const status = reply.started ? (run?.status ?? INTERNAL.status) : INTERNAL.status
    this.#services.logger.error(
      { request: reply.requestId, error: messageOf(cause) },
      'a call failed',
    )
    const end: End = {
      outcome: 'relay_error',
      status,
      errorType: 'relay_bug',
      errorMessage: message,
    }
    // what has come may be what it failed on: no answer is put together of it
    this.#close(end, run, Buffer.alloc(0))
    if (this.callerGone) return
    if (reply.started) reply.endWithError(INTERNAL)
    else reply.sendError(INTERNAL)
  }

  #sendRefusal(run: ProviderRun, error: Extract<RunFailure, { kind: 'refused' }>['error']): void {
    const { status, body, contentType, type, message } = error
    this.#answerBytes = body.length
    const end: End = { outcome: 'upstream_error', status, errorType: type, errorMessage: message }
    this.#close(end, run, body)
    if (this.callerGone) return
    const endMs = this.#services.clock.monotonicMs()
    const whole = { endMs, costNanoUsd: undefined, contentType }
    const headers = answerHeaders(run.headers, this.#by(run), this.#call.times, whole)
    headers.push('x-should-retry', 'false')
    // errors are where providers repeat what they were sent, in headers too
    const masked = headers.map((each) => maskSecrets(each, []))
    this.#call.reply.sendWhole(status, masked, body)
  }

  /** A failure as it comes into the record and before the caller. */
  #broken(
    run: ProviderRun,
    { failure }: Extract<RunFailure, { kind: 'broken' }>,
  ): { readonly end: Omit<End, 'status'>; readonly error: CallerError } {
    const { reply, asked } = this.#call
    const error = callerErrorOf(failure, run.target.upstream.name)
    const ours = failure.kind.startsWith('relay_')
    if (failure.kind === 'relay_bug') {
      this.#services.logger.error({ request: reply.requestId, failure }, 'a call failed')
    }
    return {
      error,
      end: {
        outcome: isTimeout(failure) ? 'timeout' : ours ? 'relay_error' : 'upstream_error',
        errorType: failure.kind,
        errorMessage: error.message,
        facts: streamFacts(run, asked.request),
      },
    }
  }

  #by(run: ProviderRun): AnsweredBy {
    const { route, log } = this.#call
    return { target: run.target, route, attempts: this.#runs.length, cache: log.cache }
  }

  #close(end: End, run: ProviderRun | undefined, whole?: Buffer): number | undefined {
    const { log, asked, times, bodyRule, lease, tap } = this.#call
    if (log.closed) return undefined
    const gone = this.callerGone
    const failed = gone || end.outcome !== 'ok'
    const assembled = whole === undefined ? run?.stream?.toJson() : undefined
    const response = assembled === undefined ? whole : Buffer.from(assembled)
    const { request } = asked
    const truncated = run?.stream?.truncated ?? false
    const costNanoUsd = log.close(
      {
        ...end,
        ...(gone && { outcome: 'client_closed', status: CALLER_LEFT }),
        region: run?.target.upstream.provider.readRegion(run.headers),
        requestBytes: request.body.length,
        responseBytes: this.#answerBytes,
        bodies: bodiesToStore(bodyRule, failed, request.storedBody(), response, truncated),
      },
      times,
      {
        target: run?.target,
        times: run?.times,
        count: this.#runs.length,
        fields: attemptsField(this.#runs, times.admittedMs) + droppedField(run),
        fallback: run !== undefined && run.target !== this.#runs[0]?.target,
      },
    )
    const usage = end.facts?.usage
    lease?.settle(usage && promptAndAnswerTokens(usage))
    // an answer that came in full is there to be given again, also to a caller who was cut off
    if (end.outcome !== 'ok' || run === undefined) tap?.abandon()
    else tap?.finish(answerToKeep(run, end.facts, costNanoUsd))
    return costNanoUsd
  }
}

function droppedField(run: ProviderRun | undefined): string {
  const dropped = run?.exchange.dropped ?? []
  return dropped.length === 0 ? '' : `,"dropped_parameters":${JSON.stringify(dropped)}`
}

function answerToKeep(
  run: ProviderRun,
  facts: AnswerFacts | undefined,
  costNanoUsd: number | undefined,
): AnswerSummary {
  return {
    status: run.status,
    contentType: singleHeader(run.headers, 'content-type') ?? 'application/json',
    isStream: run.stream !== undefined,
    costNanoUsd,
    target: run.target,
    responseModel: facts?.responseModel,
    finishReason: facts?.finishReason,
  }
}
