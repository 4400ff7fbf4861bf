import type { IncomingMessage, ServerResponse } from 'node:http'
import { isAppError, messageOf } from '../kernel/index.ts'
import { createRequestId, type Outcome } from '../record/index.ts'
import { type BodyResult, readBody } from './body-reader.ts'
import type { CallTimes } from './call-end.ts'
import { CallLog } from './call-log.ts'
import { badRequest, type CallerError, INTERNAL, unavailable } from './caller-error.ts'
import { type CallerHeaders, readCallerHeaders } from './caller-headers.ts'
import { type ChatRequest, readChatRequest } from './chat-request.ts'
import type { WatchedCall } from './in-flight.ts'
import { checkKey } from './key-check.ts'
import { textField } from './record-json.ts'
import type { RelayServices } from './relay-services.ts'
import { RelayedCall } from './relayed-call.ts'
import { Reply } from './reply.ts'
import type { Route } from './routing/router.ts'
import { type BodyRule, bodiesToStore } from './stored-bodies.ts'

const MEGABYTE = 1024 * 1024

/** Of a refused upload this much is still read, so that the caller gets to read the answer. */
const REST_OF_REFUSED_BODY_MS = 2_000

/**
 * A chat call until the provider is called: key, body, model, journal, in this order. Each refusal
 * is answered in OpenAI's shape and leaves a record.
 */
export class IncomingCall implements WatchedCall {
  readonly #services: RelayServices
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #reply: Reply
  readonly #log: CallLog
  readonly #times: CallTimes
  readonly #caller: CallerHeaders
  readonly #bodyRule: BodyRule
  readonly #uploadDeadlineMs: number
  #idleDeadlineMs = 0
  #body: Buffer | undefined
  #relayed: RelayedCall | undefined

  constructor(services: RelayServices, request: IncomingMessage, response: ServerResponse) {
    const { clock, settings } = services
    this.#services = services
    this.#request = request
    this.#response = response
    const requestId = createRequestId(clock.nowMs())
    this.#reply = new Reply(response, requestId)
    this.#log = new CallLog(services, requestId, '/v1/chat/completions')
    this.#times = {
      admittedMs: clock.monotonicMs(),
      bodyReadMs: undefined,
      dispatchedMs: undefined,
      connectedMs: undefined,
      firstByteMs: undefined,
    }
    this.#caller = readCallerHeaders(request.rawHeaders)
    this.#bodyRule = {
      policy: settings.log_bodies,
      allowed: this.#caller.logBody,
      maxBytes: settings.max_stored_body_kb * 1024,
    }
    this.#uploadDeadlineMs = this.#times.admittedMs + settings.timeouts.total_ms
  }

  get deadlineMs(): number {
    return Math.min(this.#idleDeadlineMs, this.#uploadDeadlineMs)
  }

  /** Nothing has been sent to a provider yet, so there is nothing to recover. */
  readonly openEntry = undefined

  start(): void {
    const { keys, refusalLimit, metrics, settings } = this.#services
    this.#log.add(this.#caller.recordFields)
    const check = checkKey(keys, this.#caller.authorization)
    if (!check.ok) {
      if (refusalLimit.take()) this.#close('refused_auth', check.error, check.reason)
      else metrics.refusalUnrecorded()
      this.#answerUnread(check.error)
      return
    }
    this.#log.addKey(check.key)
    const maxBytes = settings.max_body_mb * MEGABYTE
    const problem = headerProblem(this.#caller, maxBytes)
    if (problem !== undefined) {
      this.#log.add(textField('user_id', this.#caller.userId))
      this.#close('bad_request', problem, problem.code)
      this.#answerUnread(problem)
      return
    }
    this.#receive(maxBytes)
  }

  /** The caller closed his connection. */
  callerLeft(): void {
    if (this.#relayed !== undefined) this.#relayed.callerLeft()
    else this.#end({ outcome: 'client_closed', status: 499 })
  }

  expire(): void {
    const message = 'the request body did not arrive in time'
    this.#refuseUnread({ ...badRequest(408, 'timeout_request', message), retry: true })
  }

  closeConnection(): void {
    this.#reply.closeConnection()
  }

  shutDown(): void {
    this.#close('relay_error', SHUTTING_DOWN, 'relay_shutdown')
    this.#answerUnread(SHUTTING_DOWN)
  }

  #receive(maxBytes: number): void {
    const { inFlight, clock, settings } = this.#services
    const touch = () => {
      this.#idleDeadlineMs = clock.monotonicMs() + settings.timeouts.idle_ms
    }
    touch()
    inFlight.add(this)
    if (this.#caller.expectsContinue) this.#response.writeContinue()
    readBody(this.#request, maxBytes, touch, (result) => {
      try {
        this.#received(result, maxBytes)
      } catch (error) {
        this.#failed(error)
      }
    })
  }

  #received(result: BodyResult, maxBytes: number): void {
    if (this.#log.closed) return
    if (result.kind === 'too_large') {
      this.#refuseUnread(tooLarge(maxBytes))
      return
    }
    this.#services.inFlight.delete(this)
    this.#body = result.body
    this.#times.bodyReadMs = this.#services.clock.monotonicMs()
    const read = readChatRequest(result.body)
    if (!read.ok) {
      this.#log.add(textField('user_id', this.#caller.userId))
      this.#refuse('bad_request', read.error)
      return
    }
    this.#route(read.request)
  }

  #route(request: ChatRequest): void {
    this.#log.add(
      textField('user_id', this.#caller.userId ?? request.user) +
        `,"stream":${request.stream}` +
        textField('model', request.model),
    )
    const route = this.#services.router.find(request.model)
    if (route === undefined) {
      this.#refuse('refused_model', modelNotFound(request.model))
      return
    }
    this.#log.addRoute(route)
    this.#relay(request, route)
  }

  #relay(request: ChatRequest, route: Route): void {
    try {
      this.#log.open()
    } catch (error) {
      if (!isAppError(error)) throw error
      // without its journal the relay would answer calls that nobody ever finds again
      this.#services.metrics.callUnopened(route)
      this.#reply.sendError(
        unavailable('journal_unavailable', `calls cannot be recorded: ${error.message}`),
      )
      return
    }
    this.#relayed = new RelayedCall(this.#services, {
      log: this.#log,
      reply: this.#reply,
      caller: this.#caller,
      request,
      route,
      times: this.#times,
      bodyRule: this.#bodyRule,
    })
    this.#relayed.start()
  }

  #failed(error: unknown): void {
    const { logger } = this.#services
    logger.error({ request: this.#reply.requestId, error: messageOf(error) }, 'a call failed')
    this.#close('relay_error', INTERNAL, 'relay_bug')
    this.#reply.sendError(INTERNAL)
  }

  #refuse(outcome: Outcome, error: CallerError): void {
    this.#close(outcome, error, error.code)
    this.#reply.sendError(error)
  }

  #refuseUnread(error: CallerError): void {
    this.#close('bad_request', error, error.code)
    this.#answerUnread(error)
  }

  #close(outcome: Outcome, error: CallerError, errorType: string): void {
    const { status, message } = error
    this.#end({ outcome, status, errorType, errorMessage: message })
  }

  #end(
    end: Pick<Parameters<CallLog['close']>[0], 'outcome' | 'status' | 'errorType' | 'errorMessage'>,
  ): void {
    this.#services.inFlight.delete(this)
    this.#log.close(
      {
        ...end,
        attempts: 0,
        requestBytes: this.#body?.length ?? 0,
        responseBytes: 0,
        bodies: bodiesToStore(this.#bodyRule, true, this.#body, undefined),
      },
      this.#times,
    )
  }

  /** Answers a request whose body was not read, and ends the connection that it still comes on. */
  #answerUnread(error: CallerError): void {
    const request = this.#request
    if (request.complete || this.#caller.contentLength === 0) {
      this.#reply.sendError(error)
      return
    }
    this.#reply.sendError(error, ['connection', 'close'])
    request.resume()
    const timer = setTimeout(() => request.socket.destroy(), REST_OF_REFUSED_BODY_MS)
    this.#response.once('close', () => clearTimeout(timer))
  }
}

const SHUTTING_DOWN = unavailable('relay_shutdown', 'the relay is stopping')

function headerProblem(caller: CallerHeaders, maxBytes: number): CallerError | undefined {
  const type = caller.contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== undefined && type !== 'application/json') {
    const message = `content-type ${type} is not taken here: send application/json`
    return badRequest(415, 'unsupported_media_type', message)
  }
  const encoding = caller.contentEncoding?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== 'identity') {
    const message = `content-encoding ${encoding} is not taken here: send the body uncompressed`
    return badRequest(415, 'unsupported_content_encoding', message)
  }
  return (caller.contentLength ?? 0) > maxBytes ? tooLarge(maxBytes) : undefined
}

function tooLarge(maxBytes: number): CallerError {
  const message = `the body is larger than ${Math.round(maxBytes / MEGABYTE)} MB`
  return badRequest(413, 'request_too_large', message)
}

function modelNotFound(model: string): CallerError {
  const message = `the model \`${model}\` does not exist here: GET /v1/models lists what does`
  return badRequest(404, 'model_not_found', message, 'model')
}
