import type { AdmittedCall } from './admitted-call.ts'
import { type CallerError, unavailable } from './caller-error.ts'
import { Deadlines } from './deadlines.ts'
import { Delivery } from './delivery.ts'
import { DRAIN_LIMITS, type Drain } from './drain-gate.ts'
import { type Exchange, type ExchangeResult, prepareExchange } from './exchange.ts'
import type { WatchedCall } from './in-flight.ts'
import { PROTOCOLS } from './protocols/index.ts'
import { ErrorReader } from './provider-error.ts'
import { ProviderRun, type RunOwner } from './provider-run.ts'
import type { RelayServices } from './relay-services.ts'
import { allUnavailable } from './routing/all-unavailable.ts'
import { TargetPlan } from './routing/plan.ts'
import type { Target } from './routing/target.ts'
import type { Verdict } from './routing/verdict.ts'
import type { RunAnswer, RunFailure } from './run-result.ts'
import { mayKeepBodies } from './stored-bodies.ts'

/**
 * A call from the moment a provider is called: attempt after attempt until one answers. Until
 * the model has said something every attempt may still be replaced by another.
 */
export class RelayedCall implements RunOwner, WatchedCall {
  readonly #services: RelayServices
  readonly #settings: RelayServices['settings']
  readonly #call: AdmittedCall
  readonly #plan: TargetPlan
  /** All attempts, in the order they began. */
  readonly #runs: ProviderRun[] = []
  readonly #delivery: Delivery
  /** The attempt whose answer the caller gets. */
  #committed: ProviderRun | undefined
  /** The last attempt that others could follow. */
  #failed: readonly [ProviderRun, RunFailure, Verdict] | undefined
  /** The next attempt, when it has to wait: for its pause, or to be a hedge. */
  #next: { readonly target: Target | 'hedge'; readonly atMs: number } | undefined
  /** Set while a provider is still read for its usage although the caller has left. */
  #drain: Drain | undefined
  place = -1

  constructor(services: RelayServices, call: AdmittedCall) {
    this.#services = services
    this.#call = call
    this.#settings = services.settings
    this.#delivery = new Delivery(services, call, this.#runs)
    const { route, times } = call
    this.#plan = new TargetPlan(route, this.#settings.retry, times.admittedMs, services.random)
  }

  get deadlineMs(): number {
    let nextMs = this.#next?.atMs ?? Number.POSITIVE_INFINITY
    for (const run of this.#runs) nextMs = Math.min(nextMs, run.deadlineMs)
    return nextMs
  }

  get openEntry(): Uint8Array | undefined {
    return this.#call.log.openEntry
  }

  /**
   * Writes the admission, then calls the first target.
   *
   * @throws AppError JOURNAL_FULL, JOURNAL_UNAVAILABLE, JOURNAL_CLOSED
   */
  start(): void {
    const { log, route, times } = this.#call
    const target = this.#plan.first()
    log.open(target ?? route.tiers[0]![0]!)
    this.#services.inFlight.add(this)
    this.#guarded(() => (target === undefined ? this.#refuseAll() : this.#attempt(target)))
    times.dispatchedMs = this.#runs[0]?.times.dispatchedMs
    this.#planHedge()
  }

  /** The caller closed his connection before the answer was complete. */
  callerLeft(): void {
    this.#guarded(() => this.#leave())
  }

  #leave(): void {
    this.#delivery.callerGone = true
    this.#next = undefined
    if (this.#delivery.closed) {
      this.#end()
      return
    }
    const live = this.#runs.filter((each) => each.live)
    const connected = live.findLast(({ times }) => times.connectedMs !== undefined)
    const run = this.#committed ?? connected ?? live.at(-1)
    for (const other of this.#runs) if (other !== run) other.abandon('caller_left')
    if (run?.times.connectedMs !== undefined) this.#drain = this.#services.drainGate.enter()
    if (run === undefined || this.#drain === undefined) this.#giveUp(run)
    else run.drain(DRAIN_LIMITS.ms)
  }

  runSaid(run: ProviderRun, piece: Buffer | undefined, last: boolean): void {
    if (this.#delivery.closed) return
    this.#commit(run)
    if (!this.#delivery.send(run, piece, last)) this.#waitForCaller(run)
    if (last) this.#drain?.end()
    else if (this.#drain?.read(piece?.length ?? 0) === false) this.#giveUp(run)
  }

  runAnswered(run: ProviderRun, answer: RunAnswer): void {
    if (this.#delivery.closed) return
    this.#commit(run)
    this.#delivery.sendWhole(run, answer)
    this.#drain?.end()
  }

  runFailed(run: ProviderRun, failure: RunFailure, verdict: Verdict): void {
    if (this.#delivery.closed) return
    if (this.#delivery.callerGone) this.#giveUp(run)
    else if (this.#committed === run) {
      run.decision = 'broke_off'
      this.#delivery.breakOff(run, failure)
      this.#end()
    } else if (this.#runs.some(({ live }) => live)) run.decision = 'fell_back'
    else {
      this.#failed = [run, failure, verdict]
      this.#goOn(run, failure, verdict)
    }
  }

  runSettled(): void {
    this.#release()
  }

  /** Ends a call on which the relay itself has failed; all others go on. */
  runThrew(run: ProviderRun | undefined, error: unknown): void {
    this.#next = undefined
    this.#delivery.abort(run, error)
    this.#drain?.end()
    this.#end()
  }

  expire(nowMs: number): void {
    this.#guarded(() => this.#expire(nowMs))
  }

  #expire(nowMs: number): void {
    for (const run of this.#runs) if (run.deadlineMs <= nowMs) run.expire(nowMs)
    const next = this.#next
    if (next === undefined || next.atMs > nowMs || this.#delivery.closed) return
    this.#next = undefined
    if (next.target === 'hedge') this.#hedge()
    else this.#attempt(next.target)
  }

  closeConnection(): void {
    this.#call.reply.closeConnection()
  }

  shutDown(): void {
    this.#next = undefined
    for (const run of this.#runs) run.shutDown()
    if (!this.#delivery.closed) this.#delivery.refuse(SHUTTING_DOWN, [])
    this.#end()
  }

  /** Calls a target, or another one that can take the request; else the call ends. */
  #attempt(target: Target, refusal?: CallerError): void {
    const exchange = this.#prepare(target)
    if (exchange.ok) {
      this.#run(target, exchange.exchange)
      return
    }
    const failed = this.#failed
    if (failed !== undefined) {
      this.#goOn(...failed)
      return
    }
    const firstRefusal = refusal ?? exchange.error
    const other = this.#plan.first()
    if (other !== undefined) this.#attempt(other, firstRefusal)
    else {
      this.#delivery.refuse(firstRefusal, [])
      this.#end()
    }
  }

  #prepare(target: Target): ExchangeResult {
    const result = prepareExchange(this.#call.asked, target, this.#settings.drop_unsupported)
    if (!result.ok) this.#plan.reject(target)
    return result
  }

  #run(target: Target, exchange: Exchange): void {
    const { bodyRule, asked, times } = this.#call
    const { clock } = this.#services
    const run = new ProviderRun(this, {
      target,
      exchange,
      clock,
      deadlines: new Deadlines(clock, this.#settings.timeouts, times.admittedMs),
      passUsageOn: asked.request.wantsUsage,
      asEvents: asked.asEvents,
      keptBytes: mayKeepBodies(bodyRule) ? bodyRule.maxBytes : 0,
      errors: () => this.#errorReader(target, exchange),
    })
    this.#runs.push(run)
    run.start()
  }

  #errorReader({ upstream }: Target, { translation }: Exchange): ErrorReader {
    const { asked, reply } = this.#call
    return new ErrorReader({
      providerName: upstream.name,
      secrets: upstream.secrets,
      protocol: PROTOCOLS[asked.address.endpoint.protocol],
      sameProtocol: translation === undefined,
      requestId: reply.requestId,
    })
  }

  #planHedge(): void {
    const { hedge } = this.#call.route.settings
    const [run] = this.#runs
    if (hedge === undefined || run === undefined || this.#delivery.closed) return
    const afterMs = hedge.after_ms ?? run.target.firstByteTimes.p95Ms
    if (afterMs === undefined) return
    this.#next = { target: 'hedge', atMs: run.times.dispatchedMs + afterMs }
  }

  #hedge(): void {
    if (this.#runs.some(({ times }) => times.firstByteMs !== undefined)) return
    const target = this.#plan.hedge()
    if (target === undefined) return
    const result = this.#prepare(target)
    if (result.ok) this.#run(target, result.exchange)
  }

  /** From here on the caller gets this attempt's answer and no other. */
  #commit(run: ProviderRun): void {
    if (this.#committed !== undefined) return
    this.#committed = run
    this.#next = undefined
    if (this.#runs.length === 1) return
    for (const other of this.#runs) if (other !== run) other.abandon('hedge_lost')
  }

  #goOn(run: ProviderRun, failure: RunFailure, { decision }: Verdict): void {
    const retryAfterMs = failure.kind === 'refused' ? failure.retryAfterMs : undefined
    const nowMs = this.#services.clock.monotonicMs()
    const step = this.#plan.next(run.target, decision, retryAfterMs, nowMs)
    if (step.kind === 'give_up') {
      run.decision = decision === 'final' ? 'final' : 'gave_up'
      this.#delivery.fail(run, failure)
      this.#end()
      return
    }
    run.decision = step.fallback ? 'fell_back' : 'retried'
    if (step.afterMs === 0) this.#attempt(step.target)
    else this.#next = { target: step.target, atMs: nowMs + step.afterMs }
  }

  /** Refuses a call all of whose targets are left alone at the moment. */
  #refuseAll(): void {
    const { route } = this.#call
    const { error, headers } = allUnavailable(route, this.#services.clock.monotonicMs())
    this.#delivery.refuse(error, headers)
    this.#end()
  }

  /** What throws outside of a run's own events would take the whole relay down. */
  #guarded(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.runThrew(this.#committed ?? this.#runs.at(-1), error)
    }
  }

  #waitForCaller(run: ProviderRun): void {
    run.pause()
    this.#call.reply.onDrain(() => {
      if (!this.#delivery.callerGone && !this.#delivery.closed) run.resume()
    })
  }

  #giveUp(run: ProviderRun | undefined): void {
    for (const each of this.#runs) each.abandon('caller_left')
    this.#delivery.giveUp(run)
    this.#drain?.end()
    this.#end()
  }

  /** Ends what is left of the attempts; nobody waits for them any more. */
  #end(): void {
    for (const run of this.#runs) run.abandon('caller_left')
    this.#release()
  }

  #release(): void {
    if (!this.#delivery.closed || this.#runs.some(({ settled }) => !settled)) return
    this.#services.inFlight.delete(this)
  }
}

const SHUTTING_DOWN = unavailable('relay_shutdown', 'the relay is stopping')
