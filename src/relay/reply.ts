import type { ServerResponse } from 'node:http'
import type { StoredAnswer } from './cache/stored-answer.ts'
import { between, type CacheState, type CallTimes } from './call-end.ts'
import type { CallerError } from './caller-error.ts'
import { ChunkWriter } from './chunk-writer.ts'
import { maskSecrets } from './mask.ts'
import type { Protocol } from './protocols/protocol.ts'
import type { AnswerHeaders } from './providers/provider.ts'
import { usdFromNanos } from './record-json.ts'
import { singleHeader } from './routing/attempt.ts'
import type { Route } from './routing/router.ts'
import type { Target } from './routing/target.ts'
import { LIST_TYPE } from './stream-list.ts'

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
  // whether to try again is for us to say, who have tried
  'x-should-retry',
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
  passOnHeaders(headers, target.upstream.secrets, list)
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

function passOnHeaders(headers: AnswerHeaders, secrets: readonly string[], list: string[]): void {
  for (const name of Object.keys(headers)) {
    if (NOT_PASSED_ON.has(name) || NOT_PASSED_ON_PREFIXES.some((each) => name.startsWith(each))) {
      continue
    }
    const value = headers[name]
    if (typeof value === 'string') list.push(name, withoutSecrets(value, secrets))
    else for (const each of value ?? []) list.push(name, withoutSecrets(each, secrets))
  }
}

/** Stand-ins for a key where none is needed (`none`, `x`) are shorter, and stand in many a header. */
const SHORTEST_SECRET = 8

/** Some gateways repeat what they were called with. */
function withoutSecrets(value: string, secrets: readonly string[]): string {
  const repeats = secrets.some((each) => each.length >= SHORTEST_SECRET && value.includes(each))
  return repeats ? maskSecrets(value, secrets) : value
}

/** Leaves the headers out (names and values in turn, in lower case) that `own` has too. */
function withoutNames(headers: readonly string[], own: readonly string[]): string[] {
  const names = new Set(own.filter((_, place) => place % 2 === 0))
  return headers.filter((_, place) => !names.has(headers[place - (place % 2)]!))
}

/** Messages repeat what was sent, and that may be a key in the wrong place. */
function masked(error: CallerError): CallerError {
  return { ...error, message: maskSecrets(error.message, []) }
}

const NO_HEADERS: readonly string[] = []

/** The answer to one caller: sent whole, or as a stream that may end in an error. */
export class Reply {
  readonly #response: ServerResponse
  #chunks: ChunkWriter | undefined
  readonly #protocol: Protocol
  readonly requestId: string
  /** Names and values in turn that every answer of this call carries. */
  #extraHeaders: readonly string[] = NO_HEADERS
  #isEventStream: boolean = false
  #isList: boolean = false

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
    const list = this.#withOwn(headers)
    list.push('content-length', String(Buffer.byteLength(body)))
    this.#response.writeHead(status, list)
    this.#response.end(body)
  }

  sendError(error: CallerError, headers: readonly string[] = []): void {
    const list = [...headers]
    if (!headers.includes('content-type')) list.push('content-type', 'application/json')
    if (!error.retry) list.push('x-should-retry', 'false')
    this.sendWhole(error.status, list, this.#protocol.errorBody(masked(error), this.requestId))
  }

  startStream(status: number, headers: string[]): void {
    this.#isEventStream = headers[1]?.startsWith('text/event-stream') === true
    this.#isList = headers[1] === LIST_TYPE
    this.#response.writeHead(status, this.#withOwn(headers))
  }

  /** Adds what every answer of this call carries, in the place of what the provider has sent. */
  #withOwn(headers: string[]): string[] {
    const own = this.#extraHeaders
    const list = own.length === 0 ? headers : withoutNames(headers, own)
    list.push('x-request-id', this.requestId)
    // where Anthropic's SDK looks for it
    if (this.#protocol.name === 'anthropic') list.push('request-id', this.requestId)
    if (own.length > 0) list.push(...own)
    return list
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
    this.#chunks ??= new ChunkWriter(this.#response)
    return this.#chunks.write(piece)
  }

  onDrain(action: () => void): void {
    this.#chunks?.onDrain(action)
  }

  end(last?: Buffer | string): void {
    if (last === undefined) this.#response.end()
    else this.#response.end(last)
  }

  /**
   * Ends a stream that has begun, with an error event or as the last item of a list; bytes of
   * another kind are cut short.
   */
  endWithError(error: CallerError): void {
    const response = this.#response
    if (response.writableEnded) return
    if (this.#isEventStream) response.end(this.#protocol.errorEvent(masked(error), this.requestId))
    else if (this.#isList) {
      response.end(`,\r\n${this.#protocol.errorBody(masked(error), this.requestId)}]`)
    } else response.destroy()
  }
}
