import type { ServerResponse } from 'node:http'
import type { StoredAnswer } from './cache/stored-answer.ts'
import { between, type CacheState, type CallTimes } from './call-end.ts'
import type { CallerError } from './caller-error.ts'
import type { Protocol } from './protocols/protocol.ts'
import type { AnswerHeaders } from './providers/provider.ts'
import { usdFromNanos } from './record-json.ts'
import { singleHeader } from './routing/attempt.ts'
import type { Route } from './routing/router.ts'
import type { Target } from './routing/target.ts'

/** Headers of a provider's answer that are not the caller's business, or that we set ourselves. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-encoding',
  'content-type',
  'date',
  'server',
  'via',
  'set-cookie',
  'alt-svc',
  'strict-transport-security',
  'x-request-id',
  'request-id',
  'server-timing',
])

const NOT_PASSED_ON_PREFIXES = ['x-bellwether-', 'x-holysheep-', 'access-control-']

/** What is only known of an answer that is sent whole. */
export interface WholeAnswerHeaders {
  readonly contentType: string
  readonly endMs: number
  readonly costNanoUsd: number | undefined
}

/** Who gave an answer, as its headers tell. */
export interface AnsweredBy {
  readonly target: Target
  readonly route: Route
  readonly attempts: number
  readonly cache: CacheState
}

/** Headers of an answer as names and values in turn: the provider's that are passed on, and ours. */
export function answerHeaders(
  headers: AnswerHeaders,
  { target, route, attempts, cache }: AnsweredBy,
  { bodyReadMs, dispatchedMs }: CallTimes,
  whole?: WholeAnswerHeaders,
): string[] {
  const overhead = toText(between(bodyReadMs, dispatchedMs))
  const list = ['content-type', whole?.contentType ?? singleHeader(headers, 'content-type') ?? '']
  passOnHeaders(headers, list)
  list.push('x-bellwether-provider', target.upstream.name, 'x-bellwether-model', route.model)
  list.push('x-bellwether-attempts', String(attempts), 'x-bellwether-overhead-ms', overhead)
  list.push('x-bellwether-cache', cache)
  if (whole?.costNanoUsd !== undefined) {
    list.push('x-bellwether-cost-usd', usdFromNanos(whole.costNanoUsd))
  }
  const provider = toText(between(dispatchedMs, whole?.endMs))
  list.push(
    'server-timing',
    whole === undefined
      ? `relay;dur=${overhead}`
      : `relay;dur=${overhead}, provider;dur=${provider}`,
  )
  return list
}

function toText(ms: number | undefined): string {
  return String(Math.round((ms ?? 0) * 1000) / 1000)
}

function passOnHeaders(headers: AnswerHeaders, list: string[]): void {
  for (const name of Object.keys(headers)) {
    if (NOT_PASSED_ON.has(name) || NOT_PASSED_ON_PREFIXES.some((each) => name.startsWith(each))) {
      continue
    }
    const value = headers[name]
    if (typeof value === 'string') list.push(name, value)
    else for (const each of value ?? []) list.push(name, each)
  }
}

const NO_HEADERS: readonly string[] = []

/** The answer to one caller: sent whole, or as a stream that may end in an error. */
export class Reply {
  readonly #response: ServerResponse
  readonly #protocol: Protocol
  readonly requestId: string
  /** Names and values in turn that every answer of this call carries. */
  #extraHeaders: readonly string[] = NO_HEADERS
  #isEventStream: boolean = false

  constructor(response: ServerResponse, requestId: string, protocol: Protocol) {
    this.#response = response
    this.#protocol = protocol
    this.requestId = requestId
  }

  /** Adds headers (names and values in turn) to whatever is answered. */
  addHeaders(headers: readonly string[]): void {
    this.#extraHeaders = headers
  }

  /** Whether the status line has been sent, so that an error has no status of its own any more. */
  get started(): boolean {
    return this.#response.headersSent
  }

  /** Makes this the last answer on its connection, where it is not too late to say so. */
  closeConnection(): void {
    this.#response.shouldKeepAlive = false
  }

  /** `headers` are names and values in turn. */
  sendWhole(status: number, headers: string[], body: Buffer | string): void {
    if (this.started) return
    this.#addOwn(headers)
    headers.push('content-length', String(Buffer.byteLength(body)))
    this.#response.writeHead(status, headers)
    this.#response.end(body)
  }

  sendError(error: CallerError, headers: readonly string[] = []): void {
    const list = [...headers]
    if (!headers.includes('content-type')) list.push('content-type', 'application/json')
    if (!error.retry) list.push('x-should-retry', 'false')
    this.sendWhole(error.status, list, this.#protocol.errorBody(error, this.requestId))
  }

  startStream(status: number, headers: string[]): void {
    this.#addOwn(headers)
    this.#isEventStream = headers[1]?.startsWith('text/event-stream') === true
    this.#response.writeHead(status, headers)
  }

  #addOwn(headers: string[]): void {
    headers.push('x-request-id', this.requestId)
    // where Anthropic's SDK looks for it
    if (this.#protocol.name === 'anthropic') headers.push('request-id', this.requestId)
    if (this.#extraHeaders.length > 0) headers.push(...this.#extraHeaders)
  }

  /** Sends an answer out of memory; of a stream all events at once. */
  sendStored(answer: StoredAnswer, model: string, cache: CacheState): void {
    const { status, contentType, body, isStream, provider } = answer
    const headers = ['content-type', contentType]
    headers.push('x-bellwether-provider', provider, 'x-bellwether-model', model)
    headers.push('x-bellwether-attempts', '0', 'x-bellwether-cache', cache)
    headers.push('x-bellwether-cost-usd', '0')
    if (!isStream) this.sendWhole(status, headers, body)
    else {
      this.startStream(status, headers)
      this.#response.end(body)
    }
  }

  /** Sends a piece of a stream; false asks to wait for `onDrain`. */
  write(piece: Buffer): boolean {
    return this.#response.write(piece)
  }

  onDrain(action: () => void): void {
    this.#response.once('drain', action)
  }

  end(last?: Buffer | string): void {
    if (last === undefined) this.#response.end()
    else this.#response.end(last)
  }

  /** Ends a stream that has begun, with an error event; bytes of another kind are cut short. */
  endWithError(error: CallerError): void {
    const response = this.#response
    if (this.#isEventStream) response.end(this.#protocol.errorEvent(error, this.requestId))
    else response.destroy()
  }
}
