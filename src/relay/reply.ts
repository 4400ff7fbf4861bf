import type { ServerResponse } from 'node:http'
import { between, type CallTimes } from './call-end.ts'
import { type CallerError, errorBody } from './caller-error.ts'
import type { AnswerHeaders } from './providers/provider.ts'
import { usdFromNanos } from './record-json.ts'
import { singleHeader } from './routing/attempt.ts'
import type { Route } from './routing/router.ts'

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
  'server-timing',
])

const NOT_PASSED_ON_PREFIXES = ['x-bellwether-', 'x-holysheep-', 'access-control-']

/** What is only known of an answer that is sent whole. */
export interface WholeAnswerHeaders {
  readonly contentType: string
  readonly endMs: number
  readonly costNanoUsd: number | undefined
}

/** Headers of an answer as names and values in turn: the provider's that are passed on, and ours. */
export function answerHeaders(
  headers: AnswerHeaders,
  { model, upstream }: Route,
  { bodyReadMs, dispatchedMs }: CallTimes,
  whole?: WholeAnswerHeaders,
): string[] {
  const overhead = toText(between(bodyReadMs, dispatchedMs))
  const list = ['content-type', whole?.contentType ?? singleHeader(headers, 'content-type') ?? '']
  passOnHeaders(headers, list)
  list.push('x-bellwether-provider', upstream.name, 'x-bellwether-model', model)
  list.push('x-bellwether-attempts', '1', 'x-bellwether-overhead-ms', overhead)
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

/** The answer to one caller: sent whole, or as a stream that may end in an error. */
export class Reply {
  readonly #response: ServerResponse
  readonly requestId: string

  constructor(response: ServerResponse, requestId: string) {
    this.#response = response
    this.requestId = requestId
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
    headers.push('x-request-id', this.requestId)
    headers.push('content-length', String(Buffer.byteLength(body)))
    this.#response.writeHead(status, headers)
    this.#response.end(body)
  }

  sendError(error: CallerError, headers: readonly string[] = []): void {
    const list = [...headers, 'content-type', 'application/json']
    if (!error.retry) list.push('x-should-retry', 'false')
    this.sendWhole(error.status, list, errorBody(error))
  }

  startStream(status: number, headers: string[]): void {
    headers.push('x-request-id', this.requestId)
    this.#response.writeHead(status, headers)
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
}
