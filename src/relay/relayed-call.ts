import type { AdmittedCall } from './admitted-call.ts'
import type { CallEnd } from './call-end.ts'
import { errorBody } from './caller-error.ts'
import { bodyForProvider } from './chat-request.ts'
import { Deadlines } from './deadlines.ts'
import { DRAIN_LIMITS } from './drain-gate.ts'
import type { WatchedCall } from './in-flight.ts'
import { type ProviderError, readHiddenError } from './provider-error.ts'
import type { AnswerHeaders } from './providers/provider.ts'
import type { RelayServices } from './relay-services.ts'
import { answerHeaders } from './reply.ts'
import { Attempt, type AttemptListener, singleHeader } from './routing/attempt.ts'
import { callerErrorOf, type Failure, isTimeout } from './routing/failure.ts'
import { bodiesToStore, mayKeepBodies } from './stored-bodies.ts'
import { StreamAnswer } from './stream-answer.ts'
import { abandonedFacts, streamFacts } from './stream-facts.ts'
import { WholeAnswer } from './whole-answer.ts'

/** Status of a call whose caller did not wait for the answer. */
const CALLER_LEFT = 499

/**
 * A call from the moment the provider is called: hands the answer on, watches the deadlines, and
 * closes the record exactly once, before the last byte of the answer.
 */
export class RelayedCall implements AttemptListener, WatchedCall {
  readonly #services: RelayServices
  readonly #call: AdmittedCall
  readonly #attempt = new Attempt(this)
  readonly #stream: StreamAnswer
  readonly #whole = new WholeAnswer()
  readonly #deadlines: Deadlines
  #status = 0
  #headers: AnswerHeaders = {}
  #isStream: boolean = false
  /** Bytes of the answer as the caller gets it. */
  #answerBytes = 0
  #callerGone: boolean = false
  /** Whether the provider is still being read for its usage although the caller has left. */
  #draining: boolean = false
  #drainedBytes = 0

  constructor(services: RelayServices, call: AdmittedCall) {
    this.#services = services
    this.#call = call
    const { bodyRule, request, times } = call
    const keptBytes = mayKeepBodies(bodyRule) ? bodyRule.maxBytes : 0
    this.#stream = new StreamAnswer(request.wantsUsage, keptBytes)
    this.#deadlines = new Deadlines(services.clock, services.settings.timeouts, times.admittedMs)
  }

  get deadlineMs(): number {
    return this.#deadlines.nextMs
  }

  get openEntry(): Uint8Array | undefined {
    return this.#call.log.openEntry
  }

  /** Calls the provider. The record has been opened. */
  start(): void {
    const { request, route, caller, times } = this.#call
    const { upstream } = route
    this.#services.inFlight.add(this)
    const body = bodyForProvider(request, route.upstreamModelJson)
    times.dispatchedMs = this.#services.clock.monotonicMs()
    this.#attempt.send(upstream, [...caller.forwarded, ...upstream.fixedHeaders], body)
  }

  /** The caller closed his connection before the answer was complete. */
  callerLeft(): void {
    const { log, times } = this.#call
    this.#callerGone = true
    if (log.closed) this.#abandon()
    else if (times.connectedMs === undefined || !this.#services.drainGate.enter()) this.#giveUp()
    else {
      this.#draining = true
      this.#deadlines.untilDrained(DRAIN_LIMITS.ms)
      this.#attempt.resume()
    }
  }

  attemptConnected(): void {
    this.#call.times.connectedMs = this.#services.clock.monotonicMs()
    this.#deadlines.untilFirstByte()
  }

  answerStarted(status: number, headers: AnswerHeaders): void {
    this.#status = status
    this.#headers = headers
    const contentType = singleHeader(headers, 'content-type') ?? ''
    this.#isStream = status < 300 && contentType.toLowerCase().startsWith('text/event-stream')
  }

  answerChunk(chunk: Buffer): void {
    const { times, log } = this.#call
    times.firstByteMs ??= this.#services.clock.monotonicMs()
    if (log.closed) return
    if (this.#draining) this.#drainedBytes += chunk.length
    else this.#deadlines.untilNextChunk()
    if (this.#isStream) this.#forward(this.#stream.push(chunk))
    else this.#collect(chunk)
    if (this.#drainedBytes > DRAIN_LIMITS.bytes) this.#giveUp()
  }

  answerEnded(): void {
    if (!this.#call.log.closed) {
      if (!this.#isStream) this.#endWhole()
      else this.#endStream(this.#stream.end())
    }
    this.#release()
  }

  attemptFailed(failure: Failure): void {
    if (this.#call.log.closed) this.#release()
    else this.#fail(failure)
  }

  expire(nowMs: number): void {
    if (this.#call.log.closed) this.#abandon()
    else this.#fail({ kind: this.#deadlines.expired(nowMs), detail: '' })
  }

  closeConnection(): void {
    this.#call.reply.closeConnection()
  }

  shutDown(): void {
    if (this.#call.log.closed) this.#abandon()
    else this.#fail({ kind: 'relay_shutdown', detail: '' })
  }

  /** Ends what is left of the attempt; nobody waits for it any more. */
  #abandon(): void {
    this.#attempt.abort()
    this.#release()
  }

  #release(): void {
    if (this.#call.log.closed && this.#attempt.settled) this.#services.inFlight.delete(this)
  }

  #collect(chunk: Buffer): void {
    const failure = this.#whole.add(chunk)
    this.#answerBytes = this.#whole.bytes
    if (failure !== undefined) this.#fail(failure)
  }

  #forward(piece: Buffer | undefined): void {
    const { reply } = this.#call
    const { error } = this.#stream.assembler
    if (error !== undefined && !reply.started) {
      this.#endWithError(this.#readHidden(error))
      return
    }
    this.#answerBytes += piece?.length ?? 0
    // the record comes before the last byte: a caller who has seen the end is on record
    if (this.#stream.done) this.#closeStream()
    if (piece === undefined || this.#callerGone) return
    if (!reply.started) this.#startStream()
    if (this.#stream.done) reply.end(piece)
    else if (!reply.write(piece)) this.#waitForCaller()
  }

  #waitForCaller(): void {
    this.#attempt.pause()
    this.#deadlines.untilCallerReads()
    this.#call.reply.onDrain(() => {
      if (this.#callerGone || this.#call.log.closed) return
      this.#deadlines.untilNextChunk()
      this.#attempt.resume()
    })
  }

  #startStream(): void {
    const { reply, route, times } = this.#call
    reply.startStream(this.#status, answerHeaders(this.#headers, route, times))
  }

  #endStream(rest: Buffer | undefined): void {
    this.#forward(rest)
    if (this.#call.log.closed) return
    if (!this.#stream.complete && this.#stream.assembler.error === undefined) {
      this.#fail({ kind: 'incomplete_stream', detail: '' })
      return
    }
    this.#closeStream()
    if (!this.#callerGone) this.#call.reply.end()
  }

  #closeStream(): void {
    const { route, request } = this.#call
    const { assembler } = this.#stream
    const facts = streamFacts(assembler, route.upstream.provider, request.body)
    if (assembler.error === undefined) this.#close({ outcome: 'ok', status: this.#status, facts })
    else {
      const { type, message } = this.#readHidden(assembler.error)
      this.#close({
        outcome: 'upstream_error',
        status: this.#status,
        facts,
        errorType: type,
        errorMessage: message,
      })
    }
    this.#deadlines.untilConnectionIsFree()
  }

  #endWhole(): void {
    const verdict = this.#whole.judge(this.#status, this.#headers, this.#call.route.upstream)
    if (verdict.kind === 'error') this.#endWithError(verdict.error)
    else if (verdict.kind === 'unusable') this.#fail(verdict.failure, verdict.said)
    else {
      const { body, facts } = verdict
      const costNanoUsd = this.#close({ outcome: 'ok', status: this.#status, facts }, body)
      const contentType = singleHeader(this.#headers, 'content-type')
      this.#sendWhole(this.#status, body, contentType, costNanoUsd)
    }
  }

  #sendWhole(
    status: number,
    body: Buffer,
    contentType = 'application/json',
    costNanoUsd?: number,
  ): void {
    const { reply, route, times } = this.#call
    if (this.#callerGone) return
    const endMs = this.#services.clock.monotonicMs()
    const headers = answerHeaders(this.#headers, route, times, { endMs, costNanoUsd, contentType })
    reply.sendWhole(status, headers, body)
  }

  #readHidden(error: unknown): ProviderError {
    const { name, secrets } = this.#call.route.upstream
    return readHiddenError(error, name, secrets)
  }

  /** Ends the call with an error of the provider's, before anything was sent to the caller. */
  #endWithError({ status, body, contentType, type, message }: ProviderError): void {
    this.#answerBytes = body.length
    this.#close({ outcome: 'upstream_error', status, errorType: type, errorMessage: message }, body)
    this.#sendWhole(status, body, contentType)
    this.#abandon()
  }

  /** Ends the call because the attempt came to nothing, or cannot be waited for any longer. */
  #fail(failure: Failure, said?: Buffer): void {
    if (this.#callerGone) {
      this.#giveUp()
      return
    }
    const { reply, route, request } = this.#call
    const error = callerErrorOf(failure, route.upstream.name)
    const ours = failure.kind.startsWith('relay_')
    if (failure.kind === 'relay_bug') {
      this.#services.logger.error({ request: reply.requestId, failure }, 'a call failed')
    }
    this.#close(
      {
        outcome: isTimeout(failure) ? 'timeout' : ours ? 'relay_error' : 'upstream_error',
        status: reply.started ? this.#status : error.status,
        errorType: failure.kind,
        errorMessage: error.message,
        facts: streamFacts(this.#stream.assembler, route.upstream.provider, request.body),
      },
      said,
    )
    if (reply.started) reply.end(`data: ${errorBody(error)}\n\n`)
    else reply.sendError(error, answerHeaders({}, route, this.#call.times))
    this.#abandon()
  }

  /** Closes the record of a caller who has left, with an estimate if need be. */
  #giveUp(): void {
    const { route, request, times } = this.#call
    const { assembler } = this.#stream
    const sent = times.connectedMs !== undefined
    const factsOf = sent ? abandonedFacts : streamFacts
    const facts = factsOf(assembler, route.upstream.provider, request.body)
    this.#close({ outcome: 'client_closed', status: CALLER_LEFT, facts })
    this.#abandon()
  }

  #close(
    end: Pick<CallEnd, 'outcome' | 'status' | 'facts' | 'errorType' | 'errorMessage'>,
    whole?: Buffer,
  ): number | undefined {
    if (this.#draining) {
      this.#draining = false
      this.#services.drainGate.leave()
    }
    const { log, request, times, bodyRule, route } = this.#call
    const { assembler } = this.#stream
    const assembled = whole === undefined ? assembler.toJson() : undefined
    const response = assembled === undefined ? whole : Buffer.from(assembled)
    const gone = this.#callerGone
    const failed = gone || end.outcome !== 'ok'
    return log.close(
      {
        ...end,
        ...(gone && { outcome: 'client_closed', status: CALLER_LEFT }),
        attempts: 1,
        region: route.upstream.provider.readRegion(this.#headers),
        requestBytes: request.body.length,
        responseBytes: this.#answerBytes,
        bodies: bodiesToStore(bodyRule, failed, request.body, response, assembler.truncated),
      },
      times,
    )
  }
}
