import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiKey } from '../accounts/index.ts'
import { isAppError, messageOf } from '../kernel/index.ts'
import { createRequestId, type Outcome } from '../record/index.ts'
import type { AnswerTap } from './answer-tap.ts'
import { answerUnread } from './answer-unread.ts'
import { type BodyResult, readBody } from './body-reader.ts'
import type { CallEnd, CallTimes } from './call-end.ts'
import { CallLog } from './call-log.ts'
import type { CallRequest } from './call-request.ts'
import {
  badRequest,
  type CallerError,
  INTERNAL,
  modelNotFound,
  unavailable,
} from './caller-error.ts'
import { type CallerHeaders, readCallerHeaders } from './caller-headers.ts'
import type { AddressedEndpoint } from './endpoints.ts'
import type { AskedCall } from './exchange.ts'
import { headerProblem, tooLarge } from './header-problem.ts'
import type { WatchedCall } from './in-flight.ts'
import { allowedFor, checkKey, presentedKey } from './key-check.ts'
import type { Lease } from './limits/rate-limiter.ts'
import { PROTOCOLS } from './protocols/index.ts'
import { type CallerQuery, readQuery } from './query.ts'
import { readRequest, requestFields } from './read-request.ts'
import { textField } from './record-json.ts'
import type { RelayServices } from './relay-services.ts'
import { RelayedCall } from './relayed-call.ts'
import { Reply } from './reply.ts'
import type { Route } from './routing/router.ts'
import { type BodyRule, bodiesToStore, bodyRule } from './stored-bodies.ts'
import { estimateRequestTokens } from './token-estimate.ts'

/**
 * A call until the provider is called: key, headers, body, model, limits, journal, in this
 * order. Each refusal is answered in the caller's protocol and leaves a record.
 */
export class IncomingCall implements WatchedCall {
  readonly #services: RelayServices
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #address: AddressedEndpoint
  readonly #reply: Reply
  readonly #log: CallLog
  readonly #times: CallTimes
  readonly #caller: CallerHeaders
  readonly #bodyRule: BodyRule
  readonly #uploadDeadlineMs: number
  #idleDeadlineMs = 0
  place = -1
  #asked: CallRequest | undefined
  #lease: Lease | undefined
  #relayed: RelayedCall | undefined

  constructor(
    services: RelayServices,
    request: IncomingMessage,
    response: ServerResponse,
    address: AddressedEndpoint,
  ) {
    const { clock, settings } = services
    this.#services = services
    this.#request = request
    this.#response = response
    this.#address = address
    const requestId = createRequestId(clock.nowMs())
    this.#reply = new Reply(response, requestId, PROTOCOLS[address.endpoint.protocol])
    this.#log = new CallLog(services, requestId, address.endpoint)
    const admittedMs = clock.monotonicMs()
    this.#times = { admittedMs, bodyReadMs: undefined, dispatchedMs: undefined }
    this.#caller = readCallerHeaders(request.rawHeaders)
    this.#bodyRule = bodyRule(settings, this.#caller.logBody)
    this.#uploadDeadlineMs = admittedMs + settings.timeouts.total_ms
  }

  get deadlineMs(): number {
    return Math.min(this.#idleDeadlineMs, this.#uploadDeadlineMs)
  }

  /** Nothing has been sent to a provider yet, so there is nothing to recover. */
  readonly openEntry = undefined

  start(): void {
    const { keys, refusalLimit, metrics, settings } = this.#services
    const { endpoint } = this.#address
    this.#log.add(this.#caller.recordFields)
    const query = readQuery(this.#request.url ?? '')
    const check = checkKey(keys, presentedKey(endpoint.protocol, this.#caller, query.key))
    if (!check.ok) {
      if (refusalLimit.take()) this.#close('refused_auth', check.error, check.reason)
      else metrics.refusalUnrecorded()
      this.#answerUnread(check.error)
      return
    }
    this.#log.addKey(check.key)
    const forbidden = allowedFor(check.key, endpoint.path)
    const problem = forbidden ?? headerProblem(this.#caller, endpoint, settings.max_body_mb)
    if (problem !== undefined) {
      this.#log.add(textField('user_id', this.#caller.userId))
      this.#refuseUnread(forbidden === undefined ? 'bad_request' : 'refused_model', problem)
      return
    }
    this.#receive(check.key, query)
  }

  /** The caller closed his connection. */
  callerLeft(): void {
    if (this.#relayed !== undefined) this.#relayed.callerLeft()
    else this.#end({ outcome: 'client_closed', status: 499 })
  }

  expire(): void {
    const message = 'the request body did not arrive in time'
    this.#refuseUnread('bad_request', {
      ...badRequest(408, 'timeout_request', message),
      retry: true,
    })
  }

  closeConnection(): void {
    this.#reply.closeConnection()
  }

  shutDown(): void {
    this.#refuseUnread('relay_error', SHUTTING_DOWN)
  }

  #receive(key: ApiKey, query: CallerQuery): void {
    const { inFlight, clock, settings } = this.#services
    const touch = () => {
      this.#idleDeadlineMs = clock.monotonicMs() + settings.timeouts.idle_ms
    }
    touch()
    inFlight.add(this)
    if (this.#caller.expectsContinue) this.#response.writeContinue()
    readBody(this.#request, settings.max_body_mb * 1024 * 1024, touch, (result) => {
      try {
        this.#received(result, key, query)
      } catch (error) {
        this.#failed(error)
      }
    })
  }

  #received(result: BodyResult, key: ApiKey, query: CallerQuery): void {
    if (this.#log.closed) return
    if (result.kind === 'too_large') {
      this.#refuseUnread('bad_request', tooLarge(this.#services.settings.max_body_mb))
      return
    }
    this.#services.inFlight.delete(this)
    this.#times.bodyReadMs = this.#services.clock.monotonicMs()
    const read = readRequest(result.body, this.#caller.contentType, this.#address)
    if (!read.ok) {
      this.#log.add(textField('user_id', this.#caller.userId))
      this.#refuse('bad_request', read.error, [], result.body)
      return
    }
    this.#asked = read.request
    this.#route(key, read.request, query)
  }

  #route(key: ApiKey, request: CallRequest, query: CallerQuery): void {
    const route = this.#services.router.find(request.model)
    this.#log.add(requestFields(request, this.#caller.userId, route !== undefined))
    const forbidden = allowedFor(key, this.#address.endpoint.path, request.model)
    if (forbidden !== undefined || route === undefined) {
      this.#refuse('refused_model', forbidden ?? modelNotFound(request.model))
      return
    }
    this.#log.route = route
    this.#limit(key, request, route, query)
  }

  #limit(key: ApiKey, request: CallRequest, route: Route, query: CallerQuery): void {
    const { limiter } = this.#services
    const { limits } = route.settings
    const tokens = limiter.countsTokens(key, limits) ? estimateRequestTokens(request.body) : 0
    const verdict = limiter.admit(key, route.model, limits, tokens)
    if (!verdict.ok) {
      this.#refuse('refused_limit', verdict.error, verdict.headers)
      return
    }
    this.#reply.addHeaders(verdict.headers)
    const asked: AskedCall = {
      address: this.#address,
      request,
      caller: this.#caller,
      query: query.rest,
      asEvents: query.asEvents || this.#address.endpoint.protocol !== 'google',
      requestId: this.#reply.requestId,
      createdSeconds: Math.floor(this.#services.clock.nowMs() / 1_000),
    }
    this.#lease = verdict.lease
    this.#reuse(key, asked, route)
  }

  /** Answers from memory where the same was asked before; else the provider is called. */
  #reuse(key: ApiKey, asked: AskedCall, route: Route): void {
    const found = this.#services.reuse.find(key, asked, route)
    if (found.kind === 'call') {
      this.#log.cache = found.cache
      this.#relay(asked, route, found.tap)
      return
    }
    if (found.kind === 'refuse') {
      this.#refuse(found.outcome, found.error, found.headers)
      return
    }
    const { answer, cache } = found
    this.#log.cache = cache
    this.#end({
      outcome: 'cached',
      status: answer.status,
      savedNanoUsd: answer.costNanoUsd ?? 0,
      responseBytes: answer.body.length,
    })
    this.#reply.sendStored(answer, route.model, cache)
  }

  #relay(asked: AskedCall, route: Route, tap: AnswerTap | undefined): void {
    const lease = this.#lease
    this.#relayed = new RelayedCall(this.#services, {
      asked,
      log: this.#log,
      reply: this.#reply,
      route,
      times: this.#times,
      bodyRule: this.#bodyRule,
      lease,
      tap,
    })
    try {
      this.#relayed.start()
    } catch (error) {
      tap?.abandon()
      if (!isAppError(error)) throw error
      lease?.settle(undefined)
      // without its journal the relay would answer calls that nobody ever finds again
      this.#services.metrics.callUnopened(route)
      const message = `calls cannot be recorded: ${error.message}`
      this.#reply.sendError(unavailable('journal_unavailable', message))
    }
  }

  #refuseUnread(outcome: Outcome, error: CallerError): void {
    this.#close(outcome, error, error.code)
    this.#answerUnread(error)
  }

  #answerUnread(error: CallerError): void {
    const unread = this.#caller.contentLength !== 0
    answerUnread(this.#request, this.#response, unread, (headers) =>
      this.#reply.sendError(error, headers),
    )
  }

  #failed(error: unknown): void {
    const { logger } = this.#services
    logger.error({ request: this.#reply.requestId, error: messageOf(error) }, 'a call failed')
    this.#close('relay_error', INTERNAL, 'relay_bug')
    this.#reply.sendError(INTERNAL)
  }

  #refuse(
    outcome: Outcome,
    error: CallerError,
    headers: readonly string[] = [],
    unread?: Buffer,
  ): void {
    this.#close(outcome, error, error.code, unread)
    this.#reply.sendError(error, headers)
  }

  #close(outcome: Outcome, error: CallerError, errorType: string, unread?: Buffer): void {
    const { status, message } = error
    this.#end({ outcome, status, errorType, errorMessage: message }, unread)
  }

  /** `unread` is a body that could not be understood. */
  #end(
    end: Pick<CallEnd, 'outcome' | 'status' | 'errorType' | 'errorMessage' | 'savedNanoUsd'> & {
      readonly responseBytes?: number
    },
    unread?: Buffer,
  ): void {
    this.#services.inFlight.delete(this)
    this.#lease?.settle(undefined)
    const body = this.#asked?.storedBody() ?? unread
    this.#log.close(
      {
        responseBytes: 0,
        ...end,
        requestBytes: (this.#asked?.body ?? unread)?.length ?? 0,
        bodies: bodiesToStore(this.#bodyRule, end.outcome !== 'cached', body, undefined),
      },
      this.#times,
    )
  }
}

const SHUTTING_DOWN = unavailable('relay_shutdown', 'the relay is stopping')
