import type { Clock } from '../kernel/index.ts'
import type { AttemptTimes } from './call-end.ts'
import type { Deadlines } from './deadlines.ts'
import type { Exchange } from './exchange.ts'
import type { ErrorReader, ProviderError } from './provider-error.ts'
import type { AnswerHeaders } from './providers/provider.ts'
import { Attempt, type AttemptListener, singleHeader } from './routing/attempt.ts'
import { retryAfterMs } from './routing/backoff.ts'
import type { Failure } from './routing/failure.ts'
import type { ConnectionPhases } from './routing/phased-pool.ts'
import type { Target } from './routing/target.ts'
import { type Verdict, verdictOnFailure, verdictOnStatus } from './routing/verdict.ts'
import type { RunAnswer, RunDecision, RunFailure } from './run-result.ts'
import { StreamAnswer } from './stream-answer.ts'
import { WholeAnswer } from './whole-answer.ts'

/** Is told what an attempt brings; of a whole answer one `runAnswered`, of a stream its pieces. */
export interface RunOwner {
  /** Bytes for the caller; `last` when the answer is complete with them. */
  runSaid(run: ProviderRun, piece: Buffer | undefined, last: boolean): void
  runAnswered(run: ProviderRun, answer: RunAnswer): void
  runFailed(run: ProviderRun, failure: RunFailure, verdict: Verdict): void
  /** The run's connection is free, or gone: nothing more will come. */
  runSettled(run: ProviderRun): void
  /** The relay itself could not cope with what came, be it that the owner has thrown. */
  runThrew(run: ProviderRun, error: unknown): void
}

export interface RunSettings {
  readonly target: Target
  readonly exchange: Exchange
  readonly deadlines: Deadlines
  readonly passUsageOn: boolean
  /** Whether the caller wants server-sent events. */
  readonly asEvents: boolean
  readonly keptBytes: number
  readonly errors: () => ErrorReader
  readonly clock: Clock
}

/** One attempt at a target: what it brings, its deadlines, and what it says of the target. */
export class ProviderRun implements AttemptListener {
  readonly #owner: RunOwner
  readonly #settings: RunSettings
  readonly #attempt = new Attempt(this)
  readonly times: AttemptTimes
  stream: StreamAnswer | undefined
  #whole: WholeAnswer | undefined
  #binary: boolean = false
  /** The provider's status; 0 until it has answered. */
  status = 0
  headers: AnswerHeaders = {}
  errorType: string | undefined
  /** How the connection was opened, when it was opened for this attempt. */
  connection: ConnectionPhases | undefined
  decision: RunDecision | undefined
  /** Whether nothing the provider still says is of interest. */
  #over: boolean = false
  #unwatched: boolean = false
  /** Of the target's breaker. */
  #ticket = 0

  constructor(owner: RunOwner, settings: RunSettings) {
    this.#owner = owner
    this.#settings = settings
    this.times = {
      dispatchedMs: settings.clock.monotonicMs(),
      connectedMs: undefined,
      firstByteMs: undefined,
      endedMs: undefined,
    }
  }

  get target(): Target {
    return this.#settings.target
  }

  get exchange(): Exchange {
    return this.#settings.exchange
  }

  /** Whether an answer may still come. */
  get live(): boolean {
    return !this.#over
  }

  get settled(): boolean {
    return this.#attempt.settled
  }

  /** On the monotonic clock. */
  get deadlineMs(): number {
    return this.#attempt.settled ? Number.POSITIVE_INFINITY : this.#settings.deadlines.nextMs
  }

  start(): void {
    const { target, exchange } = this.#settings
    this.#ticket = target.breaker.enter()
    this.#attempt.send(target.upstream.pool, exchange.path, exchange.headers, exchange.body)
  }

  /** The caller has left: what still comes is read for its usage only, for at most `ms`. */
  drain(ms: number): void {
    this.#unwatched = true
    this.#settings.deadlines.untilDrained(ms)
    this.#attempt.resume()
  }

  pause(): void {
    this.#attempt.pause()
    this.#settings.deadlines.untilCallerReads()
  }

  resume(): void {
    this.#settings.deadlines.untilNextChunk()
    this.#attempt.resume()
  }

  /** Ends the attempt; it says nothing about the target. */
  abandon(decision: RunDecision): void {
    this.decision ??= decision
    if (!this.#over) {
      this.#end()
      this.target.breaker.cancelled(this.#ticket)
    }
    this.#attempt.abort()
  }

  expire(nowMs: number): void {
    if (this.#over) {
      this.#attempt.abort()
      this.#owner.runSettled(this)
    } else this.#break({ kind: this.#settings.deadlines.expired(nowMs), detail: '' })
  }

  /** Ends the attempt because of the relay itself. */
  shutDown(): void {
    if (!this.#over) this.#break({ kind: 'relay_shutdown', detail: '' })
    this.#attempt.abort()
  }

  attemptConnected(): void {
    this.times.connectedMs = this.#settings.clock.monotonicMs()
    this.connection = this.target.upstream.pool.justOpened
    if (!this.#unwatched) this.#settings.deadlines.untilFirstByte()
  }

  answerStarted(status: number, headers: AnswerHeaders): void {
    const { exchange, passUsageOn, keptBytes, target, asEvents } = this.#settings
    this.status = status
    this.headers = headers
    const contentType = singleHeader(headers, 'content-type')?.toLowerCase() ?? ''
    if (status < 300 && contentType.startsWith('text/event-stream')) {
      const { format, translation } = exchange
      this.stream = new StreamAnswer({
        format,
        translation,
        passUsageOn,
        keptBytes,
        secrets: target.upstream.secrets,
        asEvents,
      })
    } else if (status < 300 && exchange.binary?.test(contentType) === true) this.#binary = true
    else this.#whole = new WholeAnswer()
  }

  answerChunk(chunk: Buffer): void {
    if (this.#over) return
    if (this.times.firstByteMs === undefined) this.#firstByte()
    if (!this.#unwatched) this.#settings.deadlines.untilNextChunk()
    if (this.stream !== undefined) this.#forward(this.stream, this.stream.push(chunk))
    else if (this.#binary) this.#owner.runSaid(this, chunk, false)
    else {
      const failure = this.#whole?.add(chunk)
      if (failure !== undefined) this.#break(failure)
    }
  }

  answerEnded(): void {
    if (!this.#over) this.#complete()
    this.#owner.runSettled(this)
  }

  attemptFailed(failure: Failure): void {
    if (!this.#over) this.#break(failure)
    this.#owner.runSettled(this)
  }

  attemptThrew(error: unknown): void {
    this.errorType ??= 'relay_bug'
    this.abandon('final')
    this.#owner.runThrew(this, error)
  }

  #firstByte(): void {
    const nowMs = this.#settings.clock.monotonicMs()
    this.times.firstByteMs = nowMs
    this.target.firstByteTimes.add(nowMs - this.times.dispatchedMs)
  }

  #complete(): void {
    if (this.#whole !== undefined) this.#judge(this.#whole)
    else if (this.stream === undefined) this.#said(undefined)
    else {
      this.#forward(this.stream, this.stream.end())
      if (this.#over) return
      if (this.stream.complete) this.#said(undefined)
      else this.#break({ kind: 'incomplete_stream', detail: '' })
    }
  }

  #forward(stream: StreamAnswer, piece: Buffer | undefined): void {
    const { error } = stream.reader
    if (error !== undefined) {
      if (piece !== undefined) this.#owner.runSaid(this, piece, false)
      this.#refuse(this.#settings.errors().readHidden(error))
    } else if (stream.done) this.#said(piece)
    else if (piece !== undefined) this.#owner.runSaid(this, piece, false)
  }

  /** Ends a stream in good order. */
  #said(piece: Buffer | undefined): void {
    this.#succeed()
    this.#owner.runSaid(this, piece, true)
  }

  #judge(whole: WholeAnswer): void {
    const { exchange, errors } = this.#settings
    const verdict = whole.judge(this.status, this.headers, exchange, errors)
    if (verdict.kind === 'answer') {
      this.#succeed()
      this.#owner.runAnswered(this, verdict)
    } else if (verdict.kind === 'error') this.#refuse(verdict.error)
    else this.#break(verdict.failure, verdict.said)
  }

  #succeed(): void {
    this.#end()
    this.decision = 'answered'
    this.target.breaker.succeeded(this.#ticket)
    this.target.health.answered(this.#durationMs())
    this.#settings.deadlines.untilConnectionIsFree()
  }

  #refuse(error: ProviderError): void {
    const { clock } = this.#settings
    const waitMs = retryAfterMs(this.headers, clock.nowMs()) ?? error.delayMs
    const shouldRetry = singleHeader(this.headers, 'x-should-retry')
    const verdict = verdictOnStatus(error.status, { code: error.code, shouldRetry })
    if (error.status === 429 && waitMs !== undefined) {
      this.target.breaker.restUntil(clock.monotonicMs() + waitMs)
    }
    this.#fail(error.type, { kind: 'refused', error, retryAfterMs: waitMs }, verdict)
  }

  #break(failure: Failure, said?: Buffer): void {
    const verdict = verdictOnFailure(failure.kind, this.#begun)
    const broken = { kind: 'broken', failure, ...(said !== undefined && { said }) } as const
    this.#fail(failure.kind, broken, verdict)
  }

  #fail(errorType: string, failure: RunFailure, verdict: Verdict): void {
    this.#end()
    this.errorType = errorType
    this.#tellTarget(verdict)
    this.#owner.runFailed(this, failure, verdict)
    this.#attempt.abort()
  }

  #tellTarget({ breaker, countsAsError }: Verdict): void {
    const { target } = this
    // nobody waits any more: that the provider is cut short says nothing of it
    if (this.#unwatched) target.breaker.cancelled(this.#ticket)
    else {
      target.breaker[breaker](this.#ticket)
      if (countsAsError) target.health.failed()
    }
  }

  /** Whether the caller has been sent something of this answer. */
  get #begun(): boolean {
    return this.#binary || this.stream?.begun === true
  }

  #end(): void {
    this.#over = true
    this.times.endedMs = this.#settings.clock.monotonicMs()
  }

  #durationMs(): number {
    return (this.times.endedMs ?? 0) - this.times.dispatchedMs
  }
}
